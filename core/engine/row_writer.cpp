#include "core/engine/row_writer.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/database/file_names.h"
#include "core/database/native_identity.h"
#include "core/model/text.h"

namespace cfs {

void RowWriter::write() {
    ask_for_files();
    ask_who_is_known();
    if (!write_together()) write_one_by_one();
    write_later_references();
    // A row that got another key is still the one that the others mean.
    if (unit_.restored == 0 && !run_.database.translator().met_former_key()) return;
    for (const auto& [id, raw] : unit_.raw) {
        const auto target = plan_.target.find(id);
        if (target == plan_.target.end() || unit_.input.held.contains(id)) continue;
        auto stale = run_.database.translator().stale_references(raw, target->second);
        if (stale.empty() || unit_.pending.contains(id)) continue;
        update_row(id, {raw.table->table, stale},
                   run_.database.translator().to_database({raw.table->table, stale}, target->second,
                                                          *raw.table));
    }
}

// All at once those that are written, those they refer to, and those that are read back; most were
// read with the patient.
void RowWriter::ask_who_is_known() {
    if (plan_.writes.empty()) return;
    known_ = unit_.known;
    std::set<RowId> rows;
    const auto ask = [&](RowId id) {
        if (!known_.places.contains(id)) rows.insert(id);
    };
    for (const auto& [id, values] : plan_.target) ask(id);
    for (const auto& [id, write] : plan_.writes) {
        const auto& [name, columns] = plan_.target.at(id);
        const auto& table = *run_.database.mapping().find(name);
        for (const auto& [column, value] : columns) {
            if (table.reference(column) == nullptr || value.is_null()) continue;
            if (const auto target = RowId::parse(value.bytes)) ask(*target);
        }
    }
    auto places = run_.database.identities().places_of(rows);
    for (const auto& id : rows) {
        const auto place = places.find(id);
        auto& known = known_.places[id];
        if (place != places.end()) known = std::move(place->second);
    }
}

std::optional<RowPlace> RowWriter::place_of(RowId id) {
    return run_.database.identities().place_of(id, known_);
}

void RowWriter::add_identities() { run_.database.identities().add(std::exchange(added_, {})); }

void RowWriter::forget_undone() {
    added_.clear();
    known_ = {};
}

// The rows of a patient who is new here are hardly ever refused: none of them is made to be undone
// alone. False where one is refused after all, with everything as it was.
bool RowWriter::write_together() {
    if (!unit_.raw.empty()) return false;
    auto& files = run_.database.files();
    const auto files_put = files.files_put();
    const auto lines = run_.report.lines.size();
    const auto before = std::tuple(unit_.pending, unit_.inserted, unit_.restored);
    together_ = true;
    try {
        SqlSavepoint savepoint(run_.database.session(), "cfs_rows_write");
        write_one_by_one();
        add_identities();
        savepoint.release();
    } catch (const RowRefused&) {
        together_ = false;
    } catch (const FileWaits&) {
        together_ = false;
    } catch (const Unresolved&) {
        together_ = false;
    }
    if (together_) return true;
    files.take_back(files_put);
    run_.report.lines.resize(lines);
    std::tie(unit_.pending, unit_.inserted, unit_.restored) = before;
    unit_.visiting.clear();
    unit_.written.clear();
    unit_.later.clear();
    forget_undone();
    return false;
}

void RowWriter::write_one_by_one() {
    for (const auto& id : in_order()) write_row(id, plan_.writes.at(id));
}

// Where the order of a table's keys means something, new rows get theirs in the order of those that
// they have where they were made.
std::vector<RowId> RowWriter::in_order() const {
    std::vector<RowId> ids, ordered;
    for (const auto& [id, write] : plan_.writes) {
        const auto* table = run_.database.mapping().find(plan_.target.at(id).table);
        (table->ordered ? ordered : ids).push_back(id);
    }
    const auto rank = [&](RowId id) {
        const auto& values = plan_.written(id, plan_.writes.at(id));
        const auto at =
            values.columns.find(order_name(*run_.database.mapping().find(values.table)));
        const auto number = at == values.columns.end() ? std::string() : at->second.bytes;
        return std::pair(number.size(), number);  // a longer number is greater
    };
    std::stable_sort(ordered.begin(), ordered.end(),
                     [&](RowId a, RowId b) { return rank(a) < rank(b); });
    ids.insert(ids.end(), ordered.begin(), ordered.end());
    // They write those that share their number, never the other way round.
    std::stable_partition(ids.begin(), ids.end(),
                          [&](RowId id) { return !numbers_to_hold(id).empty(); });
    return ids;
}

void RowWriter::write_row(RowId id, const RowWrite& write) {
    if (!unit_.visiting.insert(id).second) return;
    const auto& values = plan_.written(id, write);
    const auto& table = *run_.database.mapping().find(values.table);
    for (const auto& [column, value] : values.columns) {
        if (table.reference(column) == nullptr || value.is_null()) continue;
        const auto target = RowId::parse(value.bytes);
        const auto needed = target ? plan_.writes.find(*target) : plan_.writes.end();
        if (needed == plan_.writes.end() || !needed->second.insert) continue;
        write_row(*target, needed->second);
        if (unit_.written.contains(*target) || unit_.pending.contains(*target)) continue;
        if (table.is_key(column)) continue;  // no row without its key: it waits
        unit_.later[id].emplace(column, value);
    }
    if (together_) return put_row(id, write);
    auto& files = run_.database.files();
    const auto files_put = files.files_put();
    const auto before = std::tuple(unit_.inserted, unit_.restored, depth_);
    try {
        SqlSavepoint savepoint(run_.database.session(),
                               "cfs_row_write_" + std::to_string(++depth_));
        put_row(id, write);
        add_identities();
        savepoint.release();
        --depth_;
        return;
    } catch (const RowRefused& refused) {
        refuse(id, table.table,
               said("The database {1} refused a row of table {2} ({3}). It is kept in the folder "
                    "and tried again at each sync.",
                    run_.database.backend().name(), table.table, refused.what()));
    } catch (const FileWaits& waits) {
        refuse(id, table.table,
               said("A row of table {1} for the database {2} waits for its file: {3}. It is tried "
                    "again at each sync.",
                    table.table, run_.database.backend().name(), waits.what()));
    } catch (const Unresolved& unresolved) {
        wait_for(id, table.table, unresolved);
    }
    files.take_back(files_put);
    forget_undone();
    std::tie(unit_.inserted, unit_.restored, depth_) = before;
    unit_.written.erase(id);
}

void RowWriter::put_row(RowId id, const RowWrite& write) {
    const auto& planned = plan_.written(id, write);
    const auto& table = *run_.database.mapping().find(planned.table);
    // Most new rows are written as the plan says.
    std::optional<RowValues> changed;
    const auto later = unit_.later.find(id);
    if (!write.insert || later != unit_.later.end()) changed = planned;
    if (later != unit_.later.end()) {
        for (const auto& [column, value] : later->second) {
            changed->columns.at(column) = null_value();
        }
    }
    if (!write.insert) complete_parts(id, table, *changed);
    const auto& values = changed ? *changed : planned;
    auto columns =
        run_.database.translator().to_database(values, plan_.target.at(id), table, known_);
    place_files(id, table, columns);
    fill_contents(columns);
    apply_defaults(id, table, columns, write.insert ? nullptr : &*changed);
    if (!write.insert) require_same_numbers(id, table);
    write_columns(id, write, values, std::move(columns));
    unit_.written.insert(id);
    if (write.insert) write_sharing(id);
}

// The key of another row would be taken for a number of its own, or the other way round.
void RowWriter::require_same_numbers(RowId id, const TableMapping& table) const {
    const auto &held = unit_.raw.at(id).columns, &target = plan_.target.at(id).columns;
    for (const auto& item : table.references) {
        if (!item.number || !target.contains(item.by)) continue;
        const bool has = table.reference(item.column, held) == &item;
        if (has == (table.reference(item.column, target) == &item)) continue;
        throw RowRefused(said("its column {1} would mean something else", item.column));
    }
}

// A number that no row holds the clinic program would give to the next one, and what comes for this
// one later would be of both.
void RowWriter::write_sharing(RowId id) {
    const auto numbers = numbers_to_hold(id);
    if (numbers.empty()) return;
    add_identities();  // of this row, which stays where one of those is undone
    for (const auto& local : numbers) {
        if (write_sharing(id, local.shared_in)) continue;
        throw RowRefused(
            said("no row of {1} holds its number {2} yet", local.shared_in.table, local.column));
    }
}

// Those that the clinic program counts in the rows that share them.
std::vector<LocalColumn> RowWriter::numbers_to_hold(RowId id) const {
    const auto& row = plan_.target.at(id);
    auto numbers = run_.database.mapping().find(row.table)->locals_of(row.columns);
    std::erase_if(numbers, [](const LocalColumn& local) {
        return local.shared_in.table.empty() || local.allocation != KeyAllocation::maximum;
    });
    return numbers;
}

// Is one of the rows here that share the number? Those that are, with another one still, follow.
bool RowWriter::write_sharing(RowId id, const Sequence& place) {
    const auto* sharing = run_.database.mapping().find_here(place.full_name());
    if (sharing == nullptr) return false;
    const auto& column = sharing->known_as(place.column);
    bool any = false;
    for (const auto& [other, row] : plan_.target) {
        const auto meant = row.columns.find(column);
        if (row.table != sharing->table || meant == row.columns.end() ||
            meant->second.bytes != id.text()) {
            continue;
        }
        const auto write = plan_.writes.find(other);
        if (write != plan_.writes.end() && write->second.insert) write_row(other, write->second);
        any = any || unit_.raw.contains(other) || unit_.written.contains(other);
    }
    return any;
}

// A part that gets its row here gets all of it.
void RowWriter::complete_parts(RowId id, const TableMapping& table, RowValues& values) const {
    for (const auto& part : table.parts) {
        if (!makes_row(id, table, presence_field(part), false, values.columns)) continue;
        for (const auto& [column, value] : plan_.target.at(id).columns) {
            if (table.part_with(column) == &part) values.columns.emplace(column, value);
        }
    }
}

// Is the row new that the column is in: the record's own, or a part's?
bool RowWriter::makes_row(RowId id, const TableMapping& table, const std::string& column,
                          bool insert, const std::map<std::string, Value>& columns) const {
    const auto* part = table.part_with(column);
    if (part == nullptr) return insert;
    const auto field = presence_field(*part);
    const auto told = columns.find(field);
    const bool wanted = told != columns.end() && !told->second.is_null();
    return wanted && (insert || !unit_.raw.at(id).text(field));
}

// For columns of a new row of which the document tells nothing, or something that is not here (yet)
// and would be NULL. What a person left empty stays empty. A default that stands there already
// stays where what was meant is still not here.
void RowWriter::apply_defaults(RowId id, const TableMapping& table,
                               std::map<std::string, Value>& columns, RowValues* update) const {
    const bool insert = update == nullptr;
    const auto& told = plan_.target.at(id).columns;
    for (const auto& [column, value] : table.defaults) {
        if (run_.database.tables().column(table, column) == nullptr) continue;
        const auto meant = told.find(column);
        const auto written = columns.find(column);
        const bool lost = meant != told.end() && !meant->second.is_null() &&
                          written != columns.end() && written->second.is_null();
        const bool fresh = makes_row(id, table, column, insert, columns);
        if (fresh && (lost || meant == told.end())) {
            columns.insert_or_assign(column, text_value(value));
        } else if (!insert && !fresh && lost && unit_.raw.at(id).text(column) == value) {
            columns.erase(column);
            update->columns.erase(column);
        }
    }
}

// A number that another row has here is exchanged for one that is free; the one that travels stays.
void RowWriter::write_columns(RowId id, const RowWrite& write, const RowValues& values,
                              std::map<std::string, Value> columns) {
    const auto& table = *run_.database.mapping().find(values.table);
    const auto write_now = [&] {
        if (write.insert) {
            insert_row(id, write, columns);
        } else {
            update_row(id, values, columns);
        }
    };
    if (together_) return write_now();
    for (bool again = false;; again = true) {
        try {
            SqlSavepoint savepoint(run_.database.session(), "cfs_clash");
            write_now();
            savepoint.release();
            return;
        } catch (const RowRefused&) {
            if (again || !avoid_clashes(id, table, columns)) throw;
            forget_undone();
        }
    }
}

bool RowWriter::avoid_clashes(RowId id, const TableMapping& table,
                              std::map<std::string, Value>& columns) {
    bool avoided = false;
    const auto raw = unit_.raw.find(id);
    for (const auto& unique : table.uniques) {
        if (unique.clash == Clash::report || !columns.contains(unique.column)) continue;
        auto row = columns;
        if (raw != unit_.raw.end())
            row.insert(raw->second.columns.begin(), raw->second.columns.end());
        auto value = run_.database.tables().without_clash(
            table, unique, row, raw == unit_.raw.end() ? std::string() : raw->second.key);
        if (!value) continue;
        columns.insert_or_assign(unique.column, std::move(*value));
        avoided = true;
        run_.line(plan_.home.at(id),
                  said("another row of table {1} has the same {2} here: this one got a free one",
                       table.table, unique.column));
    }
    return avoided;
}

// They may be one person, but nobody said so when the databases were enabled.
void RowWriter::report_alike(const TableMapping& table, RowId id,
                             const std::map<std::string, Value>& columns) {
    if (!table.match) return;
    std::map<std::string, Value> identifier;
    for (const auto& column : table.match->columns) {
        const auto at = columns.find(column);
        if (at == columns.end() || at->second.bytes.empty()) return;
        identifier.insert(*at);
    }
    if (run_.database.tables().read_equal(table, identifier).size() < 2) return;
    run_.line(PatientId{id.uuid}, said("has the same {1} as another patient; they are kept apart",
                                       table.match->columns.front()));
}

void RowWriter::insert_row(RowId id, const RowWrite& write, std::map<std::string, Value>& columns) {
    auto& identities = run_.database.identities();
    const auto& table = *run_.database.mapping().find(plan_.target.at(id).table);
    const auto place = place_of(id);
    const auto former = place ? place->former : std::string();
    if (const auto& own = table.native_uuid; own && own->fill) {
        const auto at = columns.find(own->column);
        if (at != columns.end() && at->second.is_null()) at->second = native_value(id, *own);
    }
    const auto key = run_.database.tables().insert(table, columns, table.insert_only ? "" : former);
    if (place) {
        identities.set_key(id, key);
    } else {
        added_.push_back({id, table.table, key, plan_.home.at(id)});
    }
    known_.ids.insert_or_assign({table.table, key}, id);
    known_.places.insert_or_assign(id, RowPlace{table.table, key, former, plan_.home.at(id)});
    ++(write.restored ? unit_.restored : unit_.inserted);
    report_alike(table, id, columns);
    if (!former.empty() && former != key) follow_new_key(id, table, key);
}

void RowWriter::update_row(RowId id, const RowValues& values,
                           const std::map<std::string, Value>& columns) {
    const auto& raw = unit_.raw.at(id);
    const auto same = [&](const auto& item) { return raw.columns.at(item.first) == item.second; };
    if (std::all_of(columns.begin(), columns.end(), same)) return;
    note_key(id, *raw.table, raw.key, run_.database.tables().update(*raw.table, raw.key, columns));
    ++unit_.updated;
    unit_.written.insert(id);
    const auto& now = unit_.input.now.at(id);
    for (const auto& [column, value] : values.columns) {
        const bool beside = run_.database.tables().column(*raw.table, column) == nullptr;
        if (beside || now.columns.at(column) == value) continue;
        run_.database.review().add_history(
            run_.report.run, unit_.now,
            {id, plan_.home.at(id), raw.table->table, column, now.columns.at(column), value});
    }
}

// A key that travels may have been written with the other columns, and where there is none the row
// is known by what it holds.
void RowWriter::note_key(RowId id, const TableMapping& table, const std::string& former,
                         const std::string& key) {
    if (key == former) return;
    if (table.shared_key) {
        run_.database.identities().set_content_key(id, table.table, key);
    } else {
        run_.database.identities().set_key(id, key);
    }
    known_ = {};
    const auto raw = unit_.raw.find(id);
    if (raw != unit_.raw.end()) raw->second.key = key;
}

// Second pass: references between rows that were inserted in a circle.
void RowWriter::write_later_references() {
    for (const auto& [id, values] : unit_.later) {
        const auto place = place_of(id);
        if (!unit_.written.contains(id) || !place || !place->key) continue;
        const auto& table = *run_.database.mapping().find(place->table);
        try {
            SqlSavepoint savepoint(run_.database.session(), "cfs_row_write");
            const auto columns = run_.database.translator().to_database(
                {table.table, values}, plan_.target.at(id), table, known_);
            note_key(id, table, *place->key,
                     run_.database.tables().update(table, *place->key, columns));
            savepoint.release();
        } catch (const RowRefused& refused) {
            refuse(id, table.table,
                   said("The database {1} refused a reference in a row of table {2} ({3}). It is "
                        "tried again at each sync.",
                        run_.database.backend().name(), table.table, refused.what()));
        } catch (const Unresolved& unresolved) {
            wait_for(id, table.table, unresolved);
        }
    }
}

// Rows that mean the restored row still refer to it by the key it had, which may be another row's
// by now. When all have followed nothing means it by that key any more.
void RowWriter::follow_new_key(RowId id, const TableMapping& table, const std::string& key) {
    const auto former = place_of(id)->former;
    bool all_followed = true;
    for (const auto& other : run_.database.mapping().tables) {
        for (const auto& reference : other.references) {
            if (reference.table != table.table || !table.is_key(reference.target)) continue;
            for (const auto& row : run_.database.tables().read_where(
                     other, reference.column, {text_with(reference, former)})) {
                const bool follows = !means(row, reference.column, id) ||
                                     refer_to(row, reference.column, text_with(reference, key));
                all_followed = all_followed && follows;
            }
        }
    }
    if (!all_followed) return;
    run_.database.identities().forget_former_key(id);
    known_.places.erase(id);
}

// Did the column mean that row when we left it?
bool RowWriter::means(const RawRow& row, const std::string& column, RowId id) {
    auto& identities = run_.database.identities();
    const auto referring = identities.row_of(row.table->table, row.key);
    // What was written just now means what its document says.
    if (!referring || unit_.written.contains(*referring)) return false;
    const auto in = [&](const Rows& left) {
        const auto at = left.find(*referring);
        if (at == left.end()) return false;
        const auto value = at->second.columns.find(column);
        return value != at->second.columns.end() && value->second.bytes == id.text();
    };
    if (unit_.input.left.contains(*referring)) return in(unit_.input.left);
    const auto patients = identities.patients_of(*referring);
    return std::any_of(patients.begin(), patients.end(), [&](const PatientId& patient) {
        const auto stored = run_.database.documents().load(patient);
        return stored && in(stored->left);
    });
}

// False where the database refuses.
bool RowWriter::refer_to(const RawRow& row, const std::string& column, const std::string& text) {
    const auto id = run_.database.identities().row_of(row.table->table, row.key);
    try {
        SqlSavepoint savepoint(run_.database.session(), "cfs_row_write");
        const auto now =
            run_.database.tables().update(*row.table, row.key, {{column, text_value(text)}});
        if (id) note_key(*id, *row.table, row.key, now);
        savepoint.release();
    } catch (const RowRefused&) {
        return false;
    }
    const auto known = unit_.known.ids.find(RowKey{row.table->table, row.key});
    if (known != unit_.known.ids.end())
        unit_.raw.at(known->second).columns[column] = text_value(text);
    return true;
}

// Before anything is written: whole files are read and written without a lock.
void RowWriter::ask_for_files() {
    auto& files = run_.database.files();
    for (const auto& [id, write] : plan_.writes) {
        const auto& [table, row] = plan_.target.at(id);
        for (const auto& file : run_.database.mapping().find(table)->files) {
            const auto value = row.find(file.column);
            if (!tells_file(plan_.written(id, write).columns, file) || value == row.end() ||
                !is_file_content(value->second)) {
                continue;
            }
            if (const auto digest = Digest::parse(value->second.bytes)) {
                files.need(file.directory, *digest);
            }
        }
    }
    files.require_ready();
}

// Before the row that names them.
void RowWriter::place_files(RowId id, const TableMapping& table,
                            std::map<std::string, Value>& columns) {
    for (const auto& file : table.files) {
        const auto at = columns.find(file.column);
        if (at == columns.end() || !is_file_content(at->second)) continue;
        const auto content = Digest::parse(at->second.bytes).value();
        auto path = path_of_file(id, file, content, columns);
        at->second = text_value(std::move(path));
    }
}

std::string RowWriter::path_of_file(RowId id, const FileColumn& file, const Digest& content,
                                    const std::map<std::string, Value>& columns) {
    auto& files = run_.database.files();
    const auto& row = plan_.target.at(id).columns;
    const auto named = row.find(file_name_field(file.column));
    const auto name = named == row.end() ? std::string() : named->second.bytes;
    const auto raw = unit_.raw.find(id);
    const auto now = raw == unit_.raw.end() ? std::nullopt : raw->second.text(file.column);
    const auto own = (now ? path_below(file, *now) : std::nullopt).value_or("");
    if (!own.empty() && is_called(base_name(own), name) &&
        files.look_at(file.directory, own).content == content) {
        return *now;
    }
    const auto folder = folder_of_template(file.path, [&](const std::string& column) {
        const auto at = columns.find(column);
        const auto held = at != columns.end()      ? std::optional(at->second.bytes)
                          : raw == unit_.raw.end() ? std::nullopt
                                                   : raw->second.text(column);
        if (held.value_or("").empty())
            throw FileWaits(said("it has no place while {1} is empty", column));
        return *held;
    });
    return file.prefix + files.put(file.directory, folder, name, content, own);
}

void RowWriter::fill_contents(std::map<std::string, Value>& columns) {
    for (auto& [column, value] : columns) {
        if (!value.attached) continue;
        const auto digest = Digest::parse(value.bytes).value();
        auto content = unit_.contents.find(digest);
        if (content == unit_.contents.end()) {
            auto read = files_.fetch(digest);
            if (!read) throw Unresolved{column, std::nullopt};
            content = unit_.contents.emplace(digest, std::move(*read)).first;
        }
        value.attached = false;
        value.bytes = content->second;
    }
}

void RowWriter::refuse(RowId id, const std::string& table, const std::string& reason) {
    const auto* mapped = run_.database.mapping().find(table);
    unit_.pending.insert_or_assign(id,
                                   PendingRow{id, plan_.home.at(id), ErrorCode::row_refused, reason,
                                              mapped != nullptr && !mapped->safety.empty()});
}

void RowWriter::wait_for(RowId id, const std::string& table, const Unresolved& unresolved) {
    refuse(id, table,
           said("A row of table {1} waits: what its column {2} refers to is not in the database "
                "{3} yet. It is tried again at each sync.",
                table, unresolved.column, run_.database.backend().name()));
}

void RowWriter::read_back() {
    unit_.held = unit_.input.now;
    if (unit_.written.empty()) return;
    std::map<std::string, std::vector<std::string>> keys;
    for (const auto& [id, target] : plan_.target) {
        const auto place = place_of(id);
        if (!place || !place->key) continue;
        keys[place->table].push_back(*place->key);
        known_.ids.insert_or_assign({place->table, *place->key}, id);
    }
    unit_.held.clear();
    for (const auto& [name, wanted] : keys) {
        const auto* table = run_.database.mapping().find(name);
        if (table == nullptr) continue;  // it can't be read now
        for (const auto& row : run_.database.tables().read_keys(*table, wanted)) {
            const auto id = known_.ids.at(RowKey{name, row.key});
            if (run_.database.scans() && unit_.written.contains(id)) {
                run_.database.scan().wrote(row);
            }
            unit_.held.emplace(id, run_.database.translator().to_document(row, &plan_.target.at(id),
                                                                          unit_.contents, known_));
        }
    }
}

}  // namespace cfs
