#include "tests/support/generate.h"

#include <algorithm>
#include <cstdlib>
#include <tuple>

#include "core/model/digest.h"
#include "core/rules/conflicts.h"
#include "core/rules/merge.h"
#include "core/rules/project.h"
#include "core/rules/shown.h"
#include "tests/support/build.h"

namespace cfs::test {

using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kDefaultSeed = 20261122;
constexpr std::chrono::milliseconds kTenYears = std::chrono::days(3652);

TableMapping mapped(const std::string& name, std::vector<Owner> owners,
                    std::vector<Reference> references) {
    TableMapping table;
    table.table = name;
    table.key = {"id"};
    table.owners = std::move(owners);
    table.references = std::move(references);
    return table;
}

TableMapping patient_table(Dice& dice) {
    auto table = mapped("patient", {}, {});
    table.patient = true;
    table.stamping = Stamping::field;
    table.identity = {"name", "birth"};
    table.safety = {"allergy"};
    if (dice.chance(70)) table.groups = {{"age", {"age", "age_unit"}}};
    return table;
}

// One table for each way that a record has to its patient.
std::vector<TableMapping> record_tables() {
    const Reference patient{"patient_id", "patient", "id", {}, MissingPolicy::hold};
    const Reference visit{"visit_id", "visit", "id", {}, MissingPolicy::hold};
    const Reference parent{"parent_id", "note", "id", {}, MissingPolicy::hold};
    const Reference contact{"contact_id", "contact", "id", {}, MissingPolicy::hold};
    return {mapped("visit", {{"patient_id", ""}}, {patient, contact}),
            mapped("dose", {{"visit_id", ""}}, {visit}),
            mapped("note", {{"visit_id", ""}, {"parent_id", ""}, {"patient_id", ""}},
                   {visit, parent, patient}),
            mapped("contact", {{"contact_id", "visit"}}, {}),
            mapped("lab", {{"patient_id", ""}}, {patient})};
}

void make_volatile(Dice& dice, TableMapping& table) {
    const std::vector<VolatileWrite> ways{VolatileWrite::set, VolatileWrite::set,
                                          VolatileWrite::now, VolatileWrite::increment,
                                          VolatileWrite::skip};
    if (dice.chance(60)) table.volatiles = {{"touched", dice.pick(ways)}};
}

// Pairs of version and time decide; the value only for versions that a hostile file holds twice.
bool before(const Held& a, const Held& b) {
    return std::tie(a.time, a.version, a.value) < std::tie(b.time, b.version, b.value);
}

using Columns = std::vector<std::string>;

Columns group_mates(const Row& row, const std::string& column, const TableMapping* table) {
    if (table == nullptr) return {};
    Columns mates;
    for (const auto& [other, field] : row.fields) {
        if (table->group_of(other) == table->group_of(column)) mates.push_back(other);
    }
    return mates;
}

// The value that a person sees in `column`: the one of the group's latest version.
Value seen_value(const Row& row, const std::string& column, const TableMapping* table) {
    Held winner;
    bool any = false;
    for (const auto& mate : group_mates(row, column, table)) {
        for (const auto& held : row.fields.at(mate)) {
            if (!any || before(winner, held)) winner = held;
            any = true;
        }
    }
    auto field = row.fields.at(column);
    std::sort(field.begin(), field.end(), before);
    for (const auto& held : field) {
        if (held.version == winner.version) return held.value;
    }
    return field.back().value;
}

// The pairs that someone has seen who edits the group of `column`.
std::set<std::pair<std::string, VersionId>> seen_pairs(const Row& row, const std::string& column,
                                                       const TableMapping* table) {
    std::set<std::pair<std::string, VersionId>> pairs;
    std::set<VersionId> hidden;
    const auto mates = group_mates(row, column, table);
    for (const auto& mate : mates) {
        const auto value = seen_value(row, mate, table);
        for (const auto& held : row.fields.at(mate)) {
            pairs.emplace(mate, held.version);
            if (held.value != value) hidden.insert(held.version);
        }
    }
    std::erase_if(pairs, [&](const auto& pair) { return hidden.contains(pair.second); });
    return pairs;
}

Value cut(Value value) {
    if (value.kind == ValueKind::text && !value.attached && value.bytes.size() > 3) {
        value.bytes.resize(3);
    }
    return value;
}

// The row as the site's database holds it: its columns only, cut, NULL where nothing is known.
RowValues stored(const Site& site, const RowValues& projected) {
    RowValues row{projected.table, {}};
    for (const auto& column : site.schema.columns.at(projected.table)) {
        const auto at = projected.columns.find(column);
        const auto value = at == projected.columns.end() ? null_value() : at->second;
        const bool reference = column.ends_with("_id");
        row.columns.emplace(column, site.cuts && !reference ? cut(value) : value);
    }
    return row;
}

}  // namespace

void Dice::fill(std::span<std::uint8_t> bytes) {
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(engine_());
}

std::uint64_t first_seed() {
    const char* text = std::getenv("CFS_SEED");
    return text == nullptr ? kDefaultSeed : std::strtoull(text, nullptr, 10);
}

Schema random_schema(Dice& dice) {
    Schema schema;
    schema.mapping.name = schema.mapping.family = "generated";
    schema.mapping.tables.push_back(patient_table(dice));
    for (auto& table : record_tables()) {
        table.stamping = dice.chance(80) ? Stamping::row : Stamping::field;
        schema.mapping.tables.push_back(std::move(table));
    }
    schema.columns = {{"patient", {"name", "birth", "phone", "age", "age_unit", "allergy"}},
                      {"visit", {"patient_id", "contact_id", "reason"}},
                      {"dose", {"visit_id", "amount", "unit", "route"}},
                      {"note", {"visit_id", "parent_id", "patient_id", "text"}},
                      {"contact", {"street", "phone"}},
                      {"lab", {"patient_id", "result"}}};
    for (auto& table : schema.mapping.tables) {
        make_volatile(dice, table);
        if (table.travels("touched") && !table.volatiles.empty()) {
            schema.columns[table.table].push_back("touched");
        }
    }
    return schema;
}

Schema older(Schema schema) {
    schema.mapping.version = 0;
    schema.mapping.tables.pop_back();
    schema.columns.erase("lab");
    std::erase(schema.columns["dose"], "route");
    return schema;
}

Value random_value(Dice& dice) {
    static const std::vector<std::string> kOdd{"",
                                               " ",
                                               "\t",
                                               "line\nline\r\n",
                                               "a\x01z",
                                               "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80",
                                               "<&>\"'",
                                               "]]>",
                                               "\xFF\xFE",
                                               "a rather long text that a narrow column cuts",
                                               "\xEF\xBF\xBF",
                                               std::string("nul\0nul", 7)};
    const auto kind = dice.below(20);
    if (kind < 12) return text_value(std::string(1, static_cast<char>('a' + dice.below(5))));
    if (kind < 14) return null_value();
    if (kind < 17) return text_value(dice.pick(kOdd));
    if (kind == 17) return {ValueKind::binary, false, dice.pick(kOdd)};
    if (kind == 18) return {dice.chance(50) ? ValueKind::integer : ValueKind::real, false, "42"};
    return {dice.chance(50) ? ValueKind::text : ValueKind::binary, true, sha256("x").text()};
}

// ---- the oracle --------------------------------------------------------------------------------

std::size_t Ledger::add(Edit edit) {
    const auto [at, added] = numbers_.try_emplace({edit.row, edit.version}, edits_.size());
    if (added) edits_.push_back(std::move(edit));
    return at->second;
}

Row Ledger::row(const std::set<std::size_t>& edits) const {
    Row row;
    std::set<std::pair<std::string, VersionId>> replaced;
    for (const auto number : edits)
        replaced.insert(edits_[number].replaced.begin(), edits_[number].replaced.end());
    for (const auto number : edits) {
        const auto& edit = edits_[number];
        row.table = edit.table;
        row.absorbed.push_back(edit.version);
        for (const auto& [column, held] : edit.written) {
            if (!replaced.contains({column, held.version})) row.fields[column].push_back(held);
        }
    }
    std::sort(row.absorbed.begin(), row.absorbed.end());
    for (auto& [column, field] : row.fields) std::sort(field.begin(), field.end());
    return row;
}

PatientDocument Ledger::document(PatientId patient, const Seen& seen) const {
    PatientDocument document{patient, {}};
    for (const auto& [id, edits] : seen) document.rows.emplace(id, row(edits));
    return document;
}

Replica joined(const Replica& a, const Replica& b) {
    Replica both{merge(a.document, b.document), a.seen};
    for (const auto& [id, edits] : b.seen) both.seen[id].insert(edits.begin(), edits.end());
    return both;
}

// ---- histories ---------------------------------------------------------------------------------

History::History(Dice& dice)
    : dice_(dice),
      newest_(random_schema(dice)),
      patient_{dice.uuid()},
      stranger_{dice.uuid()},
      clock_(std::chrono::sys_days(std::chrono::year(2026) / 11 / 22)) {
    Site first;
    first.schema = newest_;
    origin_.emplace(own_row(patient_), values_for(first, "patient"));
    first.database = origin_;
    for (const auto* table : {"visit", "dose"}) {
        origin_.emplace(RowId{dice.uuid()}, values_for(first, table));
        first.database = origin_;
    }
    const auto writers = 3 + dice.below(2);
    for (std::size_t i = 0; i < writers; ++i) {
        Site site;
        site.schema = i > 0 && dice.chance(25) ? older(newest_) : newest_;
        site.tag = static_cast<WriterTag32>(i + 1);
        if (dice.chance(40)) site.skew = dice.chance(50) ? kTenYears : -kTenYears;
        site.cuts = dice.chance(20);
        site.replica.document.patient = patient_;
        sites_.push_back(std::move(site));
        if (i == 0 || dice.chance(50)) found_at(sites_.back());
        publish(sites_.back());
    }
}

// Copies of one database, some edited before they were enabled.
void History::found_at(Site& site) {
    for (const auto& [id, values] : origin_) {
        if (site.schema.columns.contains(values.table)) {
            site.database.emplace(id, stored(site, values));
        }
    }
    if (dice_.chance(30)) type(site);
    site.left = site.database;
    site.replica.document = found(patient_, site.database, site.schema.mapping);
    for (const auto& [id, row] : site.replica.document.rows) {
        std::map<VersionId, Edit> edits;
        for (const auto& [column, field] : row.fields) {
            auto& edit = edits[field.front().version];
            edit.written.emplace(column, field.front());
        }
        for (auto& [version, edit] : edits) {
            edit.row = id;
            edit.table = row.table;
            edit.version = version;
            site.replica.seen[id].insert(ledger_.add(std::move(edit)));
        }
    }
}

void History::run(unsigned steps) {
    for (unsigned i = 0; i < steps; ++i) step();
}

void History::step() {
    auto& site = sites_[dice_.below(sites_.size())];
    const auto what = dice_.below(100);
    if (what < 40) {
        type(site);
    } else if (what < 46) {
        add_row(site);
    } else if (what < 75) {
        exchange(site, published());
    } else if (what < 83) {
        settle_one(site);
    } else if (what < 88) {
        move_one(site);
    } else if (what < 96) {
        put_back(site);
    } else {
        upgrade(site);
    }
    if (dice_.chance(30)) publish(site);
}

void History::clash() {
    const auto& origin = sites_.front().database;
    if (origin.empty()) return;
    const auto& [id, values] = dice_.pick(origin);
    const auto column = dice_.pick(newest_.columns.at(values.table));
    if (column.ends_with("_id") || column == "touched") return;
    for (auto& site : sites_) {
        observe(site);
        const auto row = site.database.find(id);
        if (row == site.database.end() || !row->second.columns.contains(column)) continue;
        row->second.columns[column] = text_value("by" + std::to_string(site.tag));
        observe(site);
        publish(site);
    }
}

void History::collect() {
    for (auto& site : sites_) observe(site);
}

Time History::now(const Site& site) {
    clock_ += std::chrono::milliseconds(dice_.below(3'600'000));
    return clock_ + site.skew;
}

void History::observe(Site& site) {
    if (site.database == site.left) return;
    const auto time = now(site);
    std::vector<VersionId> versions;
    const FreshVersion fresh = [&] { return versions.emplace_back(dice_.version(site.tag)); };
    site.replica.document = cfs::observe(std::move(site.replica.document), site.left, site.database,
                                         site.schema.mapping, fresh, time, site.context);
    note_edits(site, versions, time);
    site.left = site.database;
}

void History::note_edits(Site& site, const std::vector<VersionId>& versions, Time time) {
    auto rest = versions;
    for (const auto& [id, now] : site.database) note_row(site, id, now, rest, time);
    REQUIRE(rest.empty());
}

// What observe() should have found in one row, by the words of the rules.
void History::note_row(Site& site, RowId id, const RowValues& now, std::vector<VersionId>& versions,
                       Time time) {
    const auto* table = site.schema.mapping.find(now.table);
    const auto take_version = [&] {
        REQUIRE_FALSE(versions.empty());
        const auto version = versions.front();
        versions.erase(versions.begin());
        return version;
    };
    const auto note = [&](Edit edit) {
        site.replica.seen[id].insert(ledger_.add(std::move(edit)));
    };
    if (!site.replica.seen.contains(id)) {
        Edit edit{id, now.table, take_version(), {}, {}};
        for (const auto& [column, value] : now.columns) {
            edit.written[column] = {edit.version, time, value};
        }
        return note(std::move(edit));
    }
    const auto row = ledger_.row(site.replica.seen.at(id));
    std::map<std::string, Value> changed, learned;
    bool real = false;
    const auto& left = site.left.at(id).columns;
    for (const auto& [column, value] : now.columns) {
        if (!left.contains(column)) {
            // What is known otherwise already is kept beside that, unless nobody wrote it.
            const auto field = row.fields.find(column);
            const bool known = field != row.fields.end() &&
                               (table->volatile_column(column) != nullptr ||
                                std::any_of(field->second.begin(), field->second.end(),
                                            [&, &value = value](const Held& held) {
                                                return held.value == value;
                                            }));
            if (site.context.blank[id].contains(column)) continue;
            if (!known) learned[column] = value;
        } else if (left.at(column) != value) {
            changed[column] = value;
            real = real || table->volatile_column(column) == nullptr;
        }
    }
    if (real) {
        std::set<std::string> groups, stale, unseen;
        for (const auto& [column, value] : left) {
            const bool known = site.context.unseen.contains(id) && row.fields.contains(column);
            if (known && seen_value(row, column, table) != value) {
                unseen.insert(table->group_of(column));
            }
        }
        for (const auto& [column, value] : changed) {
            const auto group = table->group_of(column);
            groups.insert(group);
            const auto overwritten = site.context.overwritten.find(id);
            if (overwritten == site.context.overwritten.end()) continue;
            const auto values = overwritten->second.find(column);
            if (values != overwritten->second.end() && values->second.contains(value))
                stale.insert(group);
        }
        for (const auto& [column, value] : now.columns) {
            const auto group = table->group_of(column);
            if (unseen.contains(group) && groups.contains(group)) changed.emplace(column, value);
        }
        Edit edit{id, now.table, take_version(), {}, {}};
        for (const auto& [column, field] : row.fields) {
            const auto group = table->group_of(column);
            if (!groups.contains(group)) continue;
            const auto value =
                changed.contains(column) ? changed.at(column) : seen_value(row, column, table);
            edit.written[column] = {edit.version, time, value};
            if (table->volatile_column(column) != nullptr) {
                for (const auto& held : field) edit.replaced.emplace(column, held.version);
            } else if (!unseen.contains(group) && !stale.contains(group)) {
                edit.replaced.merge(seen_pairs(row, column, table));
            }
        }
        // Whoever saw a row edits it after everything that stays beside, whatever the clock says.
        for (const auto& [column, held] : edit.written) {
            const auto group = table->group_of(column);
            const auto field = row.fields.find(column);
            if (unseen.contains(group) || stale.contains(group) || field == row.fields.end())
                continue;
            for (const auto& other : field->second) {
                if (!edit.replaced.contains({column, other.version}))
                    time = std::max(time, other.time + 1ms);
            }
        }
        for (const auto& [column, value] : changed)
            edit.written[column] = {edit.version, time, value};
        for (auto& [column, held] : edit.written) held.time = time;
        note(std::move(edit));
    }
    for (const auto& [column, value] : learned) {
        Edit edit{id, now.table, {}, {}, {}};
        for (const auto& held : site.replica.document.rows.at(id).fields.at(column)) {
            if (held.time == Time{} && held.value == value) edit.written[column] = held;
        }
        edit.version = edit.written.at(column).version;
        note(std::move(edit));
    }
}

// Writes what the document says into the site's database, as a sync does; some rows are refused.
void History::show(Site& site) {
    Rows shown;
    if (dice_.chance(30)) site.context.overwritten.clear();
    for (const auto& [id, values] : project(site.replica.document, site.schema.mapping)) {
        auto row = stored(site, values);
        const auto old = site.database.find(id);
        if (old != site.database.end()) {
            const bool differs = old->second != row;
            site.context.unseen.erase(id);
            if (differs && dice_.chance(5)) {
                site.context.unseen.insert(id);
                row = old->second;
            }
            for (const auto& [column, value] : old->second.columns) {
                if (row.columns.at(column) != value) {
                    site.context.overwritten[id][column].insert(value);
                }
            }
        }
        shown.emplace(id, std::move(row));
    }
    site.database = site.left = std::move(shown);
}

void History::publish(const Site& site) { published_.push_back(site.replica); }

void History::exchange(Site& site, const Replica& other) {
    observe(site);
    site.replica = joined(site.replica, other);
    show(site);
}

Value History::value_for(const Site& site, const std::string& table, const std::string& column) {
    const auto* mapped = site.schema.mapping.find(table);
    const auto* reference = mapped->reference(column);
    if (reference == nullptr) {
        auto value = random_value(dice_);
        return site.cuts ? cut(value) : value;
    }
    if (reference->table == "patient") {
        return text_value((table == "note" && dice_.chance(20) ? stranger_ : patient_).text());
    }
    std::vector<RowId> targets;
    for (const auto& [id, values] : site.database) {
        if (values.table == reference->table) targets.push_back(id);
    }
    if (targets.empty() || dice_.chance(20)) return null_value();
    return text_value(dice_.pick(targets).text());
}

RowValues History::values_for(const Site& site, const std::string& table) {
    RowValues values{table, {}};
    for (const auto& column : site.schema.columns.at(table)) {
        values.columns.emplace(column, value_for(site, table, column));
    }
    return values;
}

void History::type(Site& site) {
    if (site.database.empty()) return;
    auto& values = site.database.at(dice_.pick(site.database).first);
    const auto edits = 1 + dice_.below(2);
    for (std::size_t i = 0; i < edits; ++i) {
        const auto column = dice_.pick(site.schema.columns.at(values.table));
        values.columns[column] = value_for(site, values.table, column);
    }
}

void History::add_row(Site& site) {
    const auto table = dice_.pick(site.schema.columns).first;
    if (table == "patient") return;
    site.database.emplace(RowId{dice_.uuid()}, values_for(site, table));
}

void History::put_back(Site& site) {
    if (site.context.overwritten.empty()) return exchange(site, published());
    const auto& [id, columns] = dice_.pick(site.context.overwritten);
    const auto row = site.database.find(id);
    if (row == site.database.end()) return;
    const auto& [column, values] = dice_.pick(columns);
    row->second.columns[column] = dice_.pick(values);
}

void History::settle_one(Site& site) {
    observe(site);
    const auto conflicts = open_conflicts(site.replica.document, site.schema.mapping);
    if (conflicts.empty()) return;
    const auto& conflict = dice_.pick(conflicts);
    const auto& kept = dice_.pick(conflict.candidates);
    const auto* table = site.schema.mapping.find(conflict.table);
    const auto row = ledger_.row(site.replica.seen.at(conflict.row));
    Edit edit{conflict.row, conflict.table, dice_.version(site.tag), {}, {}};
    const auto time = now(site);
    for (const auto& [column, field] : row.fields) {
        const auto group = table == nullptr ? std::string() : table->group_of(column);
        if (group != conflict.group) continue;
        const auto value =
            kept.fields.contains(column) ? kept.fields.at(column) : seen_value(row, column, table);
        edit.written[column] = {edit.version, time, value};
        for (const auto& held : field) edit.replaced.emplace(column, held.version);
    }
    REQUIRE(settle(site.replica.document, conflict, dice_.pick(kept.versions), edit.version, time));
    site.replica.seen[edit.row].insert(ledger_.add(std::move(edit)));
    show(site);
}

void History::move_one(Site& site) {
    for (auto& [id, values] : site.database) {
        const auto owner = values.columns.find("patient_id");
        if (owner == values.columns.end() || !dice_.chance(50)) continue;
        owner->second = text_value((dice_.chance(80) ? stranger_ : patient_).text());
        return;
    }
}

void History::upgrade(Site& site) {
    if (site.schema.mapping.version == newest_.mapping.version) return;
    observe(site);
    site.schema = newest_;
    for (auto& [id, values] : site.database) {
        for (const auto& column : newest_.columns.at(values.table)) {
            const auto value = dice_.chance(50) ? null_value() : text_value("new");
            const bool added = values.columns.try_emplace(column, value).second;
            const auto row = site.replica.document.rows.find(id);
            const bool known =
                row != site.replica.document.rows.end() && row->second.fields.contains(column);
            if (added && known && value.is_null()) site.context.blank[id].insert(column);
        }
    }
    observe(site);
    site.context.blank.clear();
    show(site);
}

bool History::true_to_edits(const Replica& replica) const {
    return replica.document == ledger_.document(patient_, replica.seen);
}

std::size_t widest_conflict(const PatientDocument& document, const Mapping& mapping) {
    std::size_t widest = 0;
    for (const auto& conflict : open_conflicts(document, mapping)) {
        std::set<WriterTag32> writers;
        for (const auto& candidate : conflict.candidates) writers.insert(candidate.latest.writer);
        widest = std::max(widest, writers.size());
    }
    return widest;
}

Triple random_triple(History& history, Dice& dice) {
    history.run(1 + static_cast<unsigned>(dice.below(3)));
    if (dice.chance(20)) history.clash();
    history.collect();
    std::vector<Replica> chosen;
    for (const auto& site : history.sites()) chosen.push_back(site.replica);
    std::shuffle(chosen.begin(), chosen.end(), std::mt19937_64(dice.below(1U << 30U)));
    if (dice.chance(30)) chosen[2] = history.published();
    return {chosen[0], chosen[1], chosen[2]};
}

}  // namespace cfs::test
