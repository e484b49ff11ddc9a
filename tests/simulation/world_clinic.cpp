// What the clinic programs of a simulated world do.
#include "tests/simulation/world.h"

namespace cfs::simulation {

std::string World::new_token() { return "t" + std::to_string(++tokens_); }

std::string World::new_value(Site& site, const std::string& column, Dice& dice) {
    if (dice.percent(8)) return "same" + std::to_string(dice.below(2));
    auto value = new_token();
    const bool touchy = column == "dose" || column == "phone";
    if (touchy && !site.clinic.kind().strict && dice.percent(20)) value += "!";
    if (column == "phone") value += "~012345";
    if (column == "result") value += "~1." + std::to_string(10 + dice.below(90));
    return value;
}

std::optional<ClinicRow> World::any_row(Site& site, const std::string& table, Dice& dice) {
    const auto& rows = site.clinic.rows(table);
    return rows.empty() ? std::nullopt : std::optional(dice.pick(rows));
}

std::string World::key_of(Site& site, const std::string& table, const std::string& code) {
    for (const auto& row : site.clinic.rows(table)) {
        if (row.code == code) return row.key;
    }
    return {};
}

void World::touch_forms(Site& site, const std::string& code) {
    for (auto& form : site.forms) form.touched = form.touched || form.row.code == code;
}

void World::write(Site& site, const ClinicRow& row, const std::map<std::string, Cell>& values,
                  const std::set<std::string>& blind, const std::set<std::string>& unsure) {
    if (!site.clinic.update(row.table, row.key, values)) {
        count("clinic refused");
        return;
    }
    const auto after = site.clinic.row(row.table, row.key);
    oracle_.write(site.clinic.kind(), &row, *after, where_ + " at " + site.name(), blind, unsure);
    note_unseen(site, row, *after, blind);
    touch_forms(site, row.code);
    if (!verbose_) return;
    std::string what;
    for (const auto& [column, value] : values) what += " " + column + "=" + value.value_or("NULL");
    say(where_ + ": clinic " + site.name() + " writes " + row.code + what);
}

// A sync sees what came of several edits, not each: one more edit of what a form saved late had
// overwritten hides that the form put back what was there before.
void World::note_unseen(Site& site, const ClinicRow& before, const ClinicRow& after,
                        const std::set<std::string>& blind) {
    for (const auto& group : shape_of(after.table).groups) {
        if (before.content(group) == after.content(group)) continue;
        const auto place = place_of(after, group);
        const auto erased = site.erased_unseen.find(place);
        if (erased != site.erased_unseen.end()) {
            oracle_.unsure(erased->second, names_.id_of(place, after.content(group)));
        } else if (blind.contains(group.name)) {
            site.erased_unseen.emplace(place, names_.id_of(place, before.content(group)));
        }
    }
}

void World::edit(Site& site, Dice& dice) {
    std::vector<const TableShape*> tables;
    for (const auto& shape : table_shapes()) {
        if (is_mapped(site.clinic.kind(), shape.name, "")) tables.push_back(&shape);
    }
    const auto& shape = *dice.pick(tables);
    const auto row = any_row(site, shape.name, dice);
    if (!row) return;
    std::map<std::string, Cell> values;
    const auto& group = dice.pick(shape.groups);
    if (!is_mapped(site.clinic.kind(), shape.name, group.name)) return;
    // Identity columns all at once would be held; the code never changes.
    for (const auto& column : group.columns) {
        if (column == "code" || column == "day" || column == "test" || column == "substance")
            continue;
        if (shape.references.contains(column)) continue;
        if (!values.empty() && (group.name == "identity" || dice.percent(60))) continue;
        const bool may_be_null = column != "name" && column != "born";
        if (may_be_null && dice.percent(6)) {
            values[column] = std::nullopt;
        } else {
            values[column] = new_value(site, column, dice);
        }
    }
    if (!values.empty()) write(site, *row, values);
}

void World::insert(Site& site, Dice& dice) {
    if (dice.percent(20)) return insert_patient(site, dice);
    insert_record(site, dice);
}

void World::insert_patient(Site& site, Dice& dice) {
    const auto code = "P" + new_token();
    (void)site.clinic.insert("patient", {{"code", code},
                                         {"name", new_token()},
                                         {"born", new_token()},
                                         {"phone", new_value(site, "phone", dice)},
                                         {"street", new_token()},
                                         {"city", new_token()}});
    const auto key = key_of(site, "patient", code);
    if (key.empty()) return;
    if (site.freed.contains("patient" + key)) count_fault("key of a deleted row reused");
    oracle_.write(site.clinic.kind(), nullptr, *site.clinic.row("patient", key),
                  where_ + " at " + site.name());
    say(where_ + ": clinic " + site.name() + " adds " + code + " as " + key);
}

void World::insert_record(Site& site, Dice& dice) {
    const bool large = site.clinic.kind().large;
    const auto choice = dice.below(large ? 3 : 2);
    const std::string table = choice == 0 ? "visit" : choice == 1 ? "lab" : "allergy";
    const auto parent = any_row(site, table == "lab" ? "visit" : "patient", dice);
    if (!parent) return;
    const auto code = (table == "visit" ? "V" : table == "lab" ? "L" : "A") + new_token();
    std::map<std::string, Cell> values = {{"code", code}};
    if (table == "visit") {
        values.insert({{"patient", parent->key}, {"day", new_token()}});
        // Else its treatment comes later, if ever.
        if (dice.percent(85)) {
            values.insert({{"dose", new_value(site, "dose", dice)}, {"unit", new_token()}});
        }
        const auto former = any_row(site, "visit", dice);
        if (former && former->columns.at("patient") == parent->code && dice.percent(40)) {
            values["follow_up"] = former->key;
        }
    } else if (table == "lab") {
        values.insert({{"visit", parent->key},
                       {"test", new_token()},
                       {"result", new_value(site, "result", dice)}});
    } else {
        values.insert(
            {{"patient", parent->key}, {"substance", new_token()}, {"severity", new_token()}});
    }
    (void)site.clinic.insert(table, values);
    const auto key = key_of(site, table, code);
    if (key.empty()) return;
    if (site.freed.contains(table + key)) count_fault("key of a deleted row reused");
    oracle_.write(site.clinic.kind(), nullptr, *site.clinic.row(table, key),
                  where_ + " at " + site.name());
    say(where_ + ": clinic " + site.name() + " adds " + code + " as " + key + " of " +
        parent->code);
}

namespace {

// Where it was not, a clone made before knows a row without a key that moves by another UUID: it is
// there twice then, which the language's page tells.
bool was_synced(Site& site, const std::string& code) {
    return !site.clinic.connection()
                .rows("SELECT 1 FROM cfs_patient WHERE instr(document, '>" + code + "<') > 0")
                .empty();
}

}  // namespace

void World::move(Site& site, Dice& dice) {
    const auto choice = dice.below(3);
    const std::string table = choice == 0 ? "lab" : choice == 1 ? "allergy" : "visit";
    if (!is_mapped(site.clinic.kind(), table, "")) return;
    const auto row = any_row(site, table, dice);
    const std::string parent = table == "lab" ? "visit" : "patient";
    const auto target = any_row(site, parent, dice);
    if (!row || !target || row->columns.at(parent) == target->code) return;
    if (table == "allergy" && !was_synced(site, row->code)) return;
    std::map<std::string, Cell> values = {{parent, target->key}};
    if (table == "visit" && dice.percent(70)) values["follow_up"] = std::nullopt;
    write(site, *row, values);
}

void World::remove(Site& site, Dice& dice) {
    const auto choice = dice.below(8);
    const std::string table = choice == 0  ? "patient"
                              : choice < 3 ? "lab"
                              : choice < 4 ? "allergy"
                                           : "visit";
    if (!is_mapped(site.clinic.kind(), table, "")) return;
    const auto row = any_row(site, table, dice);
    if (!row) return;
    destroying([&] { remove_row(site, *row); });
}

// With all that refers to it, as a clinic program does.
void World::remove_row(Site& site, const ClinicRow& row) {
    for (const auto& shape : table_shapes()) {
        if (!is_mapped(site.clinic.kind(), shape.name, "")) continue;
        for (const auto& [column, table] : shape.references) {
            if (table != row.table) continue;
            const auto others = site.clinic.rows(shape.name);
            for (const auto& other : others) {
                if (other.columns.at(column) != row.code || other.code == row.code) continue;
                if (column == "follow_up") {
                    write(site, other, {{column, std::nullopt}});
                } else {
                    remove_row(site, other);
                }
            }
        }
    }
    if (!site.clinic.remove(row.table, row.key)) {
        count("clinic refused");
        return;
    }
    touch_forms(site, row.code);
    site.deleted.insert(row.code);
    site.freed.insert(row.table + row.key);
    say(where_ + ": clinic " + site.name() + " deletes " + row.code + " (" + row.key + ")");
}

// Something that a clinic program does at any moment.
void World::work(Site& site, Dice& dice) {
    const auto choice = dice.below(10);
    if (choice < 6) return edit(site, dice);
    if (choice < 8) return insert(site, dice);
    if (choice < 9) return move(site, dice);
    remove(site, dice);
}

}  // namespace cfs::simulation
