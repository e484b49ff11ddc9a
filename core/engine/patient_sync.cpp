#include "core/engine/patient_sync.h"

#include <algorithm>

#include "core/folder/folder_layout.h"
#include "core/folder/patient_file.h"
#include "core/rules/conflicts.h"
#include "core/rules/merge.h"
#include "core/rules/shown.h"

namespace cfs {

namespace {

// A form opened before a sync is saved within this time.
constexpr auto kStaleForm = std::chrono::hours(24);
// Patients whose rows refer to each other go together, up to so many: the lock must be short.
constexpr std::size_t kMaxTogether = 20;

using Key = std::pair<std::string, std::string>;  // table and local key

bool identity_changed(const TableMapping& table, const RowValues& left, const RowValues& now) {
    if (table.identity.size() < 2) return false;
    return std::all_of(table.identity.begin(), table.identity.end(), [&](const auto& column) {
        const auto before = left.columns.find(column);
        const auto after = now.columns.find(column);
        return before != left.columns.end() && after != now.columns.end() &&
               before->second != after->second;
    });
}

// Table, owner and identity columns: what two rows have in common that are one.
std::vector<Value> identity_of(const TableMapping& table, const RowValues& row) {
    std::vector<Value> identity = {text_value(table.table)};
    const auto add = [&](const std::string& column) {
        const auto at = row.columns.find(column);
        identity.push_back(at == row.columns.end() ? null_value() : at->second);
    };
    for (const auto& owner : table.owners) {
        if (owner.through.empty()) add(owner.column);
    }
    for (const auto& column : table.identity) add(column);
    return identity;
}

std::set<VersionId> versions_unknown_to(const PatientDocument* file,
                                        const PatientDocument& document) {
    std::set<VersionId> unknown;
    for (const auto& [id, row] : document.rows) {
        const Row* known = nullptr;
        if (file != nullptr) {
            const auto at = file->rows.find(id);
            if (at != file->rows.end()) known = &at->second;
        }
        for (const auto& version : row.absorbed) {
            if (known == nullptr || !has_absorbed(*known, version)) unknown.insert(version);
        }
    }
    return unknown;
}

std::string counted(std::int64_t count, const char* what) {
    return std::to_string(count) + (count == 1 ? " row " : " rows ") + what;
}

}  // namespace

struct PatientSync::Unit {
    std::set<PatientId> patients, todo;
    Amendment amend;
    PlanInput input;
    std::set<PatientId> stored;         // have a document in the database
    std::map<PatientId, Rows> left_of;  // `input.left` by patient
    std::map<PatientId, std::string> stored_digest;
    std::map<RowId, RawRow> raw;
    std::map<Key, RowId> ids;
    Contents contents;
    Time now{};

    // While writing:
    std::set<RowId> visiting, written;
    std::map<RowId, std::map<std::string, Value>> later;  // references of a circle
    std::map<RowId, PendingRow> pending;
    Rows held;
    std::int64_t inserted = 0, updated = 0, restored = 0, conflicts_new = 0;
};

PatientSyncResult PatientSync::run(PatientId patient, const Amendment& amend) {
    Unit unit;
    unit.amend = amend;
    unit.now = run_.clock.now();
    unit.todo = {patient};
    unit.input.found_salt = run_.database.fact("found_salt").value_or("");
    Plan decided;
    do {
        while (!unit.todo.empty()) {
            while (!unit.todo.empty()) load(unit, unit.todo.extract(unit.todo.begin()).value());
            load_rows(unit);
        }
        translate(unit);
        adopt_rewritten(unit);
        hold_doubtful(unit);
        set_context(unit);
        decided = plan(
            unit.input, run_.database.mapping(),
            [&] { return run_.random.version(tag_of(run_.writer)); }, unit.now);
        unit.todo = decided.missing;
        if (unit.todo.empty()) unit.todo = needed_together(unit, decided);
    } while (!unit.todo.empty());
    apply(unit, decided);
    report(unit, decided);
    return {unit.patients, !decided.undecided.empty() || !unit.input.held.empty(),
            changes_of(unit, decided)};
}

std::map<RowId, std::string> PatientSync::changes_of(const Unit& unit, const Plan& plan) {
    std::map<RowId, std::string> changes;
    for (const auto& [id, write] : plan.writes) {
        changes.emplace(id, write.insert ? "is not in the database" : "differs in the database");
    }
    for (const auto& id : plan.edited)
        changes.insert_or_assign(id, "changed here since the last sync");
    for (const auto& id : plan.erased) changes.emplace(id, "was deleted here");
    for (const auto& id : unit.input.held) changes.emplace(id, "is held until it is confirmed");
    return changes;
}

// ---- reading -----------------------------------------------------------------------------------

void PatientSync::load(Unit& unit, PatientId patient) {
    if (!unit.patients.insert(patient).second) return;
    auto& known = unit.input.known[patient];
    known.patient = patient;
    if (auto stored = run_.database.documents().load(patient)) {
        unit.stored.insert(patient);
        known = std::move(stored->document);
        unit.input.left.insert(stored->left.begin(), stored->left.end());
        unit.left_of[patient] = std::move(stored->left);
    }
    if (unit.amend) {
        const auto amended = unit.amend(known);
        unit.input.retry.insert(amended.begin(), amended.end());
    }
    const auto& file = files_.at_place(patient);
    if (file.document) unit.input.folder.push_back(*file.document);
    if (file.state == PatientFile::State::unreadable) unit.input.folder_complete = false;
    for (const auto& copy : files_.copies_of(patient)) unit.input.folder.push_back(*copy.document);
    auto& identities = run_.database.identities();
    for (const auto& linked : identities.patients_linked_to(patient)) unit.todo.insert(linked);
    for (const auto& document : unit.input.folder) {
        for (const auto& [id, row] : document.rows) {
            if (known.rows.contains(id)) continue;
            const auto place = identities.place_of(id);
            if (place) unit.todo.insert(place->patient);
        }
    }
    for (const auto& done : unit.patients) unit.todo.erase(done);
}

void PatientSync::load_rows(Unit& unit) {
    unit.raw.clear();
    unit.ids.clear();
    unit.input.found.clear();
    add_known_rows(unit);
    add_rows_by_owner(unit);
    for (const auto& done : unit.patients) unit.todo.erase(done);
}

// The rows that the documents know, wherever they belong now: before a patient's first sync only
// the folder's documents tell.
void PatientSync::add_known_rows(Unit& unit) {
    std::map<std::string, std::vector<std::string>> keys;
    const auto note = [&](RowId id) {
        const auto place = run_.database.identities().place_of(id);
        if (!place || !place->key) return;
        if (unit.ids.emplace(Key{place->table, *place->key}, id).second) {
            keys[place->table].push_back(*place->key);
        }
    };
    for (const auto& [patient, document] : unit.input.known) {
        note(own_row(patient));
        for (const auto& [id, row] : document.rows) note(id);
    }
    for (const auto& document : unit.input.folder) {
        for (const auto& [id, row] : document.rows) note(id);
    }
    for (const auto& [name, wanted] : keys) {
        const auto* table = run_.database.mapping().find(name);
        if (table == nullptr) continue;
        for (auto& row : run_.database.tables().read_keys(*table, wanted)) {
            add_row(unit, std::move(row));
        }
    }
}

// The rows that the database shows under these patients, table by table along the owner paths.
void PatientSync::add_rows_by_owner(Unit& unit) {
    const auto& mapping = run_.database.mapping();
    const auto values_in = [&](const std::string& table, const std::string& column) {
        std::vector<std::string> values;
        for (const auto& [id, row] : unit.raw) {
            if (row.table->table != table) continue;
            if (auto value = row.text(column)) values.push_back(std::move(*value));
        }
        return values;
    };
    for (const auto& table : mapping.tables) {
        for (std::size_t i = 0; i < table.owners.size(); ++i) {
            const auto& owner = table.owners[i];
            std::vector<std::string> values;
            std::string column = owner.column;
            if (owner.through.empty()) {
                const auto* reference = table.reference(owner.column);
                values = values_in(reference->table, reference->target);
            } else {
                values = values_in(owner.through, owner.column);
                column = mapping.find(owner.through)->reference(owner.column)->target;
            }
            if (values.empty()) continue;
            for (auto& row : run_.database.tables().read_where(table, column, values)) {
                // An earlier way may lead this row to somebody else.
                const bool only_way = i == 0;
                if (!only_way) {
                    const auto patient = run_.database.translator().patient_of(row);
                    if (!patient || !unit.patients.contains(*patient)) continue;
                }
                add_row(unit, std::move(row));
            }
        }
    }
}

void PatientSync::add_row(Unit& unit, RawRow row) {
    auto& identities = run_.database.identities();
    const Key key{row.table->table, row.key};
    auto id = unit.ids.find(key);
    if (id == unit.ids.end()) {
        auto known = identities.row_of(key.first, key.second);
        if (known) {
            const auto place = identities.place_of(*known);
            unit.todo.insert(place->patient);
        } else {
            const auto patient = run_.database.translator().patient_of(row);
            if (!patient) return;
            known = RowId{run_.random.uuid()};
            identities.add(*known, key.first, key.second, *patient, false);
        }
        id = unit.ids.emplace(key, *known).first;
    }
    unit.raw.emplace(id->second, std::move(row));
}

void PatientSync::translate(Unit& unit) {
    unit.input.now.clear();
    for (const auto& [id, raw] : unit.raw) {
        const auto left = unit.input.left.find(id);
        unit.input.now.emplace(
            id, run_.database.translator().to_document(
                    raw, left == unit.input.left.end() ? nullptr : &left->second, unit.contents));
        if (left != unit.input.left.end()) continue;
        const auto place = run_.database.identities().place_of(id);
        if (place && place->found) unit.input.found.emplace(id, place->patient);
    }
}

// Where the clinic program saves by deleting and inserting, the new row is the deleted one.
void PatientSync::adopt_rewritten(Unit& unit) {
    std::map<std::vector<Value>, std::vector<RowId>> deleted;
    for (const auto& [id, left] : unit.input.left) {
        const auto* table = run_.database.mapping().find(left.table);
        if (table == nullptr || !table->rewritten || unit.input.now.contains(id)) continue;
        deleted[identity_of(*table, left)].push_back(id);
    }
    if (deleted.empty()) return;
    std::vector<std::pair<RowId, RowId>> pairs;
    for (const auto& [id, now] : unit.input.now) {
        const auto* table = run_.database.mapping().find(now.table);
        const bool is_new = !unit.input.left.contains(id) && !unit.input.found.contains(id);
        if (!table->rewritten || !is_new) continue;
        const auto at = deleted.find(identity_of(*table, now));
        if (at == deleted.end() || at->second.empty()) continue;
        pairs.emplace_back(id, at->second.front());
        at->second.erase(at->second.begin());
    }
    for (const auto& [fresh, former] : pairs) adopt(unit, fresh, former);
}

void PatientSync::adopt(Unit& unit, RowId fresh, RowId former) {
    auto& identities = run_.database.identities();
    auto raw = unit.raw.extract(fresh);
    raw.key() = former;
    unit.ids[Key{raw.mapped().table->table, raw.mapped().key}] = former;
    identities.forget(fresh);
    identities.set_key(former, raw.mapped().key);
    unit.raw.insert(std::move(raw));
    auto now = unit.input.now.extract(fresh);
    now.key() = former;
    unit.input.now.insert(std::move(now));
}

// A known key whose identity columns all changed at once may be another person by now.
void PatientSync::hold_doubtful(Unit& unit) {
    if (run_.confirmed.contains("identity-changed")) return;
    for (const auto& [id, now] : unit.input.now) {
        const auto left = unit.input.left.find(id);
        const auto* table = run_.database.mapping().find(now.table);
        if (left == unit.input.left.end() || !identity_changed(*table, left->second, now)) continue;
        const std::string sentence =
            "A row of table " + now.table + " in the database " + run_.database.backend().name() +
            " changed all that tells who or what it is. It is held until you confirm that it is "
            "the same: sync with --confirm identity-changed.";
        const auto home =
            std::find_if(unit.left_of.begin(), unit.left_of.end(),
                         [&, row = id](const auto& item) { return item.second.contains(row); });
        unit.pending.emplace(
            id, PendingRow{id, home->first, ErrorCode::identity_changed, sentence, false});
        if (table->patient) {
            // In doubt of the person all of the person's rows wait.
            for (const auto& [other, values] : unit.input.now) unit.input.held.insert(other);
        }
        unit.input.held.insert(id);
    }
}

// The patients whom rows to be written refer to and who are not in this database yet: they may
// refer to each other.
std::set<PatientId> PatientSync::needed_together(const Unit& unit, const Plan& plan) {
    std::set<PatientId> needed;
    const auto& mapping = run_.database.mapping();
    for (const auto& [id, write] : plan.writes) {
        for (const auto& reference : mapping.find(write.values.table)->references) {
            if (reference.table != mapping.patient_table().table) continue;
            const auto value = write.values.columns.find(reference.column);
            if (value == write.values.columns.end()) continue;
            const auto row = RowId::parse(value->second.bytes);
            if (!row || unit.patients.contains(PatientId{row->uuid})) continue;
            if (unit.patients.size() + needed.size() >= kMaxTogether) return needed;
            const auto place = run_.database.identities().place_of(*row);
            if (place && place->key) continue;
            if (files_.at_place(PatientId{row->uuid}).document) needed.insert({row->uuid});
        }
    }
    return needed;
}

// A value that was written as none while what it means was missing is written when that has come.
void PatientSync::retry_open_values(Unit& unit, const std::set<RowId>& pending) {
    for (const auto& [id, now] : unit.input.now) {
        const auto* table = run_.database.mapping().find(now.table);
        const auto is_open = [&, &columns = now.columns](const auto& item) {
            const auto at = columns.find(item.column);
            return item.missing == MissingPolicy::null && at != columns.end() &&
                   at->second.is_null() && table->volatile_column(item.column) == nullptr;
        };
        const auto has_come = [&](const Value& value, const std::string& column) {
            if (const auto* lookup = table->lookup(column)) {
                return run_.database.tables().reverse_lookup(*lookup, value.bytes).has_value();
            }
            const auto target = RowId::parse(value.bytes);
            const auto place = target ? run_.database.identities().place_of(*target) : std::nullopt;
            return (place && place->key) || (target && pending.contains(*target));
        };
        std::vector<std::string> open;
        for (const auto& item : table->references) {
            if (is_open(item)) open.push_back(item.column);
        }
        for (const auto& item : table->lookups) {
            if (is_open(item)) open.push_back(item.column);
        }
        if (open.empty()) continue;
        for (const auto& [patient, document] : unit.input.known) {
            const auto row = document.rows.find(id);
            if (row == document.rows.end()) continue;
            for (const auto& column : open) {
                const auto* value = shown_value(row->second, table, column);
                if (value == nullptr || value->is_null()) continue;
                if (has_come(*value, column)) unit.input.retry.insert(id);
            }
        }
    }
}

void PatientSync::set_context(Unit& unit) {
    std::set<RowId> all_pending;
    for (const auto& patient : unit.patients) {
        for (const auto& pending : run_.database.review().pending_of(patient)) {
            all_pending.insert(pending.row);
            if (pending.code == ErrorCode::identity_changed) continue;
            unit.input.retry.insert(pending.row);
            if (unit.input.now.contains(pending.row)) unit.input.context.unseen.insert(pending.row);
        }
    }
    retry_open_values(unit, all_pending);
    for (const auto& [id, now] : unit.input.now) {
        const auto left = unit.input.left.find(id);
        if (left == unit.input.left.end() || left->second == now) continue;
        auto values = run_.database.review().overwritten(id, unit.now - kStaleForm);
        if (!values.empty()) unit.input.context.overwritten.emplace(id, std::move(values));
    }
}

// ---- writing -----------------------------------------------------------------------------------

void PatientSync::apply(Unit& unit, const Plan& plan) {
    if (run_.preview) {
        for (const auto& [id, write] : plan.writes) {
            ++(write.restored ? unit.restored : write.insert ? unit.inserted : unit.updated);
        }
        unit.held = unit.input.now;
    } else {
        write_rows(unit, plan);
        read_back(unit, plan);
    }
    keep(unit, plan);
}

void PatientSync::write_rows(Unit& unit, const Plan& plan) {
    for (const auto& [id, write] : plan.writes) write_row(unit, plan, id, write);
    write_later_references(unit, plan);
    // A row that got another key is still the one that the others mean.
    if (unit.restored == 0 && !run_.database.translator().met_former_key()) return;
    for (const auto& [id, raw] : unit.raw) {
        const auto target = plan.target.find(id);
        if (target == plan.target.end() || unit.input.held.contains(id)) continue;
        auto stale = run_.database.translator().stale_references(raw, target->second);
        if (stale.empty() || unit.pending.contains(id)) continue;
        update_row(unit, plan, id, RowWrite{{raw.table->table, stale}, false, false},
                   run_.database.translator().to_database({raw.table->table, stale}, *raw.table));
    }
}

void PatientSync::write_row(Unit& unit, const Plan& plan, RowId id, const RowWrite& write) {
    if (!unit.visiting.insert(id).second) return;
    const auto& table = *run_.database.mapping().find(write.values.table);
    auto values = write.values;
    for (auto& [column, value] : values.columns) {
        if (table.reference(column) == nullptr || value.is_null()) continue;
        const auto target = RowId::parse(value.bytes);
        const auto needed = target ? plan.writes.find(*target) : plan.writes.end();
        if (needed == plan.writes.end() || !needed->second.insert) continue;
        write_row(unit, plan, *target, needed->second);
        if (unit.written.contains(*target) || unit.pending.contains(*target)) continue;
        unit.later[id].emplace(column, value);
        value = null_value();
    }
    try {
        auto columns = run_.database.translator().to_database(values, table);
        fill_contents(unit, columns);
        SqlSavepoint savepoint(run_.database.session(), "cfs_row_write");
        if (write.insert) {
            insert_row(unit, plan, id, write, std::move(columns));
        } else {
            update_row(unit, plan, id, {values, false, false}, columns);
        }
        savepoint.release();
        unit.written.insert(id);
    } catch (const RowRefused& refused) {
        refuse(unit, plan, id, table.table,
               "The database " + run_.database.backend().name() + " refused a row of table " +
                   table.table + " (" + refused.what() +
                   "). It is kept in the folder and tried again at each sync.");
    } catch (const Unresolved& unresolved) {
        refuse(unit, plan, id, table.table,
               "A row of table " + table.table + " waits: what its column " + unresolved.column +
                   " refers to is not in the database " + run_.database.backend().name() +
                   " yet. It is tried again at each sync.");
    }
}

void PatientSync::insert_row(Unit& unit, const Plan& plan, RowId id, const RowWrite& write,
                             std::map<std::string, Value> columns) {
    auto& identities = run_.database.identities();
    const auto& table = *run_.database.mapping().find(write.values.table);
    const auto place = identities.place_of(id);
    const auto former = place ? place->former : std::string();
    const auto key = run_.database.tables().insert(table, columns, former);
    if (place) {
        identities.set_key(id, key);
    } else {
        identities.add(id, table.table, key, plan.home.at(id), false);
    }
    ++(write.restored ? unit.restored : unit.inserted);
    if (!former.empty() && former != key) follow_new_key(unit, id, table, key);
}

void PatientSync::update_row(Unit& unit, const Plan& plan, RowId id, const RowWrite& write,
                             const std::map<std::string, Value>& columns) {
    const auto& raw = unit.raw.at(id);
    const auto same = [&](const auto& item) { return raw.columns.at(item.first) == item.second; };
    if (std::all_of(columns.begin(), columns.end(), same)) return;
    run_.database.tables().update(*raw.table, raw.key, columns);
    if (raw.table->allocation == KeyAllocation::natural) {
        std::vector<std::string> key;
        for (const auto& column : raw.table->key) {
            const auto at = columns.find(column);
            key.push_back((at == columns.end() ? raw.columns.at(column) : at->second).bytes);
        }
        if (join_key(key) != raw.key) run_.database.identities().set_key(id, join_key(key));
    }
    ++unit.updated;
    unit.written.insert(id);
    const auto& now = unit.input.now.at(id);
    for (const auto& [column, value] : write.values.columns) {
        if (now.columns.at(column) == value) continue;
        run_.database.review().add_history(
            run_.report.run, unit.now,
            {id, plan.home.at(id), raw.table->table, column, now.columns.at(column), value});
    }
}

// Second pass: references between rows that were inserted in a circle.
void PatientSync::write_later_references(Unit& unit, const Plan& plan) {
    for (const auto& [id, values] : unit.later) {
        const auto place = run_.database.identities().place_of(id);
        if (!unit.written.contains(id) || !place || !place->key) continue;
        const auto& table = *run_.database.mapping().find(place->table);
        try {
            const auto columns =
                run_.database.translator().to_database({table.table, values}, table);
            SqlSavepoint savepoint(run_.database.session(), "cfs_row_write");
            run_.database.tables().update(table, *place->key, columns);
            savepoint.release();
        } catch (const RowRefused& refused) {
            refuse(unit, plan, id, table.table,
                   "The database " + run_.database.backend().name() +
                       " refused a reference in a row of table " + table.table + " (" +
                       refused.what() + "). It is tried again at each sync.");
        } catch (const Unresolved& unresolved) {
            refuse(unit, plan, id, table.table,
                   "A row of table " + table.table + " waits: what its column " +
                       unresolved.column + " refers to is not in the database " +
                       run_.database.backend().name() + " yet. It is tried again at each sync.");
        }
    }
}

// Rows that mean the restored row still refer to it by the key it had, which may be another row's
// by now. When all have followed nothing means it by that key any more.
void PatientSync::follow_new_key(Unit& unit, RowId id, const TableMapping& table,
                                 const std::string& key) {
    const auto former = run_.database.identities().place_of(id)->former;
    bool all_followed = true;
    for (const auto& other : run_.database.mapping().tables) {
        for (const auto& reference : other.references) {
            if (reference.table != table.table || !table.is_key(reference.target)) continue;
            for (const auto& row :
                 run_.database.tables().read_where(other, reference.column, {former})) {
                const bool follows = !means(unit, row, reference.column, id) ||
                                     refer_to(unit, row, reference.column, key);
                all_followed = all_followed && follows;
            }
        }
    }
    if (all_followed) run_.database.identities().forget_former_key(id);
}

// Did the column mean that row when we left it?
bool PatientSync::means(const Unit& unit, const RawRow& row, const std::string& column, RowId id) {
    auto& identities = run_.database.identities();
    const auto referring = identities.row_of(row.table->table, row.key);
    // What was written just now means what its document says.
    if (!referring || unit.written.contains(*referring)) return false;
    const auto in = [&](const Rows& left) {
        const auto at = left.find(*referring);
        if (at == left.end()) return false;
        const auto value = at->second.columns.find(column);
        return value != at->second.columns.end() && value->second.bytes == id.text();
    };
    if (unit.input.left.contains(*referring)) return in(unit.input.left);
    const auto patients = identities.patients_of(*referring);
    return std::any_of(patients.begin(), patients.end(), [&](const PatientId& patient) {
        const auto stored = run_.database.documents().load(patient);
        return stored && in(stored->left);
    });
}

// False where the database refuses.
bool PatientSync::refer_to(Unit& unit, const RawRow& row, const std::string& column,
                           const std::string& key) {
    try {
        SqlSavepoint savepoint(run_.database.session(), "cfs_row_write");
        run_.database.tables().update(*row.table, row.key, {{column, text_value(key)}});
        savepoint.release();
    } catch (const RowRefused&) {
        return false;
    }
    const auto known = unit.ids.find(Key{row.table->table, row.key});
    if (known != unit.ids.end()) unit.raw.at(known->second).columns[column] = text_value(key);
    return true;
}

void PatientSync::fill_contents(Unit& unit, std::map<std::string, Value>& columns) {
    for (auto& [column, value] : columns) {
        if (!value.attached) continue;
        const auto digest = Digest::parse(value.bytes).value();
        auto content = unit.contents.find(digest);
        if (content == unit.contents.end()) {
            if (const auto* ahead = files_.content(digest)) {
                content = unit.contents.emplace(digest, *ahead).first;
            }
        }
        if (content == unit.contents.end()) {
            auto read = run_.folder.read(attachment_path(digest), kMaxAttachment);
            if (read) ++run_.report.counts.files_opened;
            if (!read || sha256(*read) != digest) throw Unresolved{column, std::nullopt};
            content = unit.contents.emplace(digest, std::move(*read)).first;
        }
        value.attached = false;
        value.bytes = content->second;
    }
}

void PatientSync::refuse(Unit& unit, const Plan& plan, RowId id, const std::string& table,
                         const std::string& reason) {
    const auto* mapped = run_.database.mapping().find(table);
    unit.pending.insert_or_assign(id,
                                  PendingRow{id, plan.home.at(id), ErrorCode::row_refused, reason,
                                             mapped != nullptr && !mapped->safety.empty()});
}

void PatientSync::read_back(Unit& unit, const Plan& plan) {
    unit.held = unit.input.now;
    if (unit.written.empty()) return;
    std::map<std::string, std::vector<std::string>> keys;
    std::map<Key, RowId> ids;
    for (const auto& [id, target] : plan.target) {
        const auto place = run_.database.identities().place_of(id);
        if (!place || !place->key) continue;
        keys[place->table].push_back(*place->key);
        ids.emplace(Key{place->table, *place->key}, id);
    }
    unit.held.clear();
    for (const auto& [name, wanted] : keys) {
        const auto& table = *run_.database.mapping().find(name);
        for (const auto& row : run_.database.tables().read_keys(table, wanted)) {
            const auto id = ids.at(Key{name, row.key});
            unit.held.emplace(id, run_.database.translator().to_document(row, &plan.target.at(id),
                                                                         unit.contents));
        }
    }
}

// ---- keeping -----------------------------------------------------------------------------------

void PatientSync::keep(Unit& unit, const Plan& plan) {
    // What is in doubt stays as we left it, so that the doubt is met again.
    for (const auto& id : unit.input.held) unit.held.erase(id);
    auto as_left = plan.undecided;
    as_left.insert(unit.input.held.begin(), unit.input.held.end());
    for (const auto& id : as_left) {
        const auto left = unit.input.left.find(id);
        if (left != unit.input.left.end()) unit.held.insert_or_assign(id, left->second);
    }
    auto& identities = run_.database.identities();
    for (const auto& [id, patient] : unit.input.found) {
        if (!unit.input.held.contains(id)) identities.clear_found(id);
    }
    for (const auto& id : plan.erased) identities.forget(id);
    std::map<RowId, std::vector<PatientId>> holders;
    for (const auto& [patient, document] : plan.documents) {
        for (const auto& [id, row] : document.rows) holders[id].push_back(patient);
    }
    for (const auto& [id, patients] : holders) {
        if (patients.size() > 1) identities.set_moved(id, patients);
    }
    for (const auto& [id, home] : plan.home) {
        if (unit.raw.contains(id) && unit.input.known.size() > 1) identities.set_patient(id, home);
    }
    for (const auto& [patient, document] : plan.documents) keep_document(unit, plan, document);
}

void PatientSync::keep_document(Unit& unit, const Plan& plan, const PatientDocument& document) {
    const auto patient = document.patient;
    auto& database = run_.database;
    std::vector<PendingRow> pending;
    for (const auto& [id, row] : unit.pending) {
        if (row.patient == patient) pending.push_back(row);
    }
    database.review().set_pending(patient, pending);
    const auto conflicts = open_conflicts(document, database.mapping());
    unit.conflicts_new += database.review().set_conflicts(patient, conflicts);
    if (document.rows.empty()) {
        database.documents().remove(patient);
        database.publications().end(patient);
        return;
    }
    Rows held;
    for (const auto& [id, values] : unit.held) {
        const auto home = plan.home.find(id);
        const bool here =
            home != plan.home.end() ? home->second == patient : unit.left_of[patient].contains(id);
        if (here) held.emplace(id, values);
    }
    const auto xml = to_xml(document);
    const auto known = unit.input.known.at(patient) == document && unit.stored.contains(patient);
    if (!known || unit.amend || held != unit.left_of[patient]) {
        database.documents().save(document, xml, held);
    }
    const auto& file = files_.at_place(patient);
    if (file.bytes == xml) return;
    // A file that is still arriving will hold what it held.
    const bool waits = file.state == PatientFile::State::unreadable && !files_.stays_damaged(file);
    if (known && !unit.amend && waits) return;
    if (run_.preview) {
        ++run_.report.counts.patients_exported;
        run_.line(patient, "would be published");
    }
    auto unknown = versions_unknown_to(file.document.get(), document);
    database.publications().post(patient, unknown);
    for (auto& [digest, content] : unit.contents) files_.keep_content(digest, content);
}

void PatientSync::report(Unit& unit, const Plan& plan) {
    auto& counts = run_.report.counts;
    counts.rows_inserted += unit.inserted;
    counts.rows_updated += unit.updated;
    counts.rows_restored += unit.restored;
    counts.conflicts_new += unit.conflicts_new;
    std::vector<std::string> parts;
    if (!plan.edited.empty()) {
        parts.push_back(counted(static_cast<std::int64_t>(plan.edited.size()), "changed here"));
    }
    if (unit.inserted > 0) parts.push_back(counted(unit.inserted, "added"));
    if (unit.updated > 0) parts.push_back(counted(unit.updated, "updated"));
    if (unit.restored > 0) parts.push_back(counted(unit.restored, "restored"));
    if (!plan.erased.empty()) {
        parts.push_back(counted(static_cast<std::int64_t>(plan.erased.size()), "gone for good"));
    }
    if (unit.conflicts_new > 0) {
        parts.push_back(std::to_string(unit.conflicts_new) +
                        (unit.conflicts_new == 1 ? " new conflict" : " new conflicts"));
    }
    if (unit.inserted + unit.updated + unit.restored > 0) ++counts.patients_imported;
    if (run_.preview) {
        for (const auto& [id, pending] : unit.pending) {
            run_.error(pending.code, pending.sentence, pending.patient);
        }
    }
    if (parts.empty()) return;
    std::string text;
    for (const auto& part : parts) text += (text.empty() ? "" : ", ") + part;
    run_.line(*unit.patients.begin(), text);
}

}  // namespace cfs
