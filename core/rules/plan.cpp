#include "core/rules/plan.h"

#include <algorithm>

#include "core/rules/merge.h"

namespace cfs {

namespace {

using Holders = std::map<RowId, std::set<PatientId>>;

// The rows of several documents as one: a row that two of them hold is joined.
struct Pool {
    PatientDocument rows;
    Holders holders;

    void add(const PatientDocument& document) {
        for (const auto& [id, row] : document.rows) holders[id].insert(document.patient);
        merge_into(rows, document);
    }
};

Pool pooled(const Documents& documents) {
    Pool pool;
    for (const auto& [patient, document] : documents) pool.add(document);
    return pool;
}

Rows without(Rows rows, const std::set<RowId>& ids) {
    for (const auto& id : ids) rows.erase(id);
    return rows;
}

// Does the folder know all that the row's document told when the database was disabled? Then the
// row is what came of that, and what the folder says now was written by people who had seen it.
bool known_as_left(const PlanInput& input, const Pool& folder, RowId id) {
    const auto left = input.as_left.find(id);
    const auto row = folder.rows.rows.find(id);
    if (left == input.as_left.end() || row == folder.rows.rows.end()) return false;
    return std::all_of(left->second.begin(), left->second.end(), [&](const VersionId& version) {
        return has_absorbed(row->second, version);
    });
}

// Rows found at enabling enter as found, not as edits; what the folder knows already needs no
// version of ours.
std::set<RowId> add_found(Pool& pool, const PlanInput& input, const Pool& folder,
                          const Mapping& mapping) {
    std::set<RowId> added;
    std::map<PatientId, Rows> by_patient;
    for (const auto& [id, patient] : input.found) {
        const auto row = input.now.find(id);
        if (row != input.now.end() && !pool.rows.rows.contains(id) && !input.held.contains(id)) {
            if (!known_as_left(input, folder, id)) by_patient[patient].insert(*row);
            added.insert(id);
        }
    }
    for (const auto& [patient, rows] : by_patient) {
        auto document = found(patient, rows, mapping, input.found_salt);
        drop_known_values(document, folder.rows, mapping);
        pool.add(document);
    }
    return added;
}

std::set<RowId> rows_with_edits(const PatientDocument& before, const PatientDocument& after) {
    std::set<RowId> edited;
    for (const auto& [id, row] : after.rows) {
        const auto at = before.rows.find(id);
        if (at == before.rows.end() || at->second.absorbed != row.absorbed) edited.insert(id);
    }
    return edited;
}

// A row that the database held and holds no longer stays only if the folder holds it.
void drop_deleted(Pool& pool, const PlanInput& input, const Pool& folder, Plan& result) {
    for (const auto& [id, values] : input.left) {
        if (input.now.contains(id) || input.held.contains(id)) continue;
        if (folder.rows.rows.contains(id)) continue;
        if (!input.folder_complete) {
            result.undecided.insert(id);
            continue;
        }
        pool.rows.rows.erase(id);
        pool.holders.erase(id);
        result.erased.insert(id);
    }
}

// Every row lies in the document of its owner too; the old owner's keeps it as moved.
void place(Pool& pool, const PlanInput& input, const Mapping& mapping, Plan& result) {
    const Owners owners(pool.rows.rows, mapping);
    for (const auto& [id, row] : pool.rows.rows) {
        const auto owner = owners.of(id);
        if (!owner) continue;
        pool.holders[id].insert(*owner);
        if (!input.known.contains(*owner)) result.missing.insert(*owner);
    }
}

void split(const Pool& pool, const PlanInput& input, Plan& result) {
    for (const auto& [patient, document] : input.known) result.documents[patient].patient = patient;
    for (const auto& [id, patients] : pool.holders) {
        for (const auto& patient : patients) {
            auto& document = result.documents[patient];
            document.patient = patient;
            document.rows.emplace(id, pool.rows.rows.at(id));
        }
    }
}

void set_target(const Pool& pool, const Mapping& mapping, Plan& result) {
    const Owners owners(pool.rows.rows, mapping);
    for (const auto& [id, row] : pool.rows.rows) {
        const auto* table = mapping.find(row.table);
        const auto holders = pool.holders.find(id);
        if (table == nullptr || holders == pool.holders.end()) continue;
        result.target.emplace(id, project_row(row, *table));
        result.home.emplace(id, owners.home(id, holders->second));
    }
}

bool says(const RowValues* values, const std::string& column, const Value& wanted) {
    if (values == nullptr) return false;
    const auto at = values->columns.find(column);
    return at != values->columns.end() && at->second == wanted;
}

// A column is written where the database holds something else, except where that something is what
// the database made of the same value before: it rounded or cut it.
RowValues changed_columns(const RowValues& target, const RowValues& now, const RowValues* before,
                          const RowValues* left, const TableMapping& table) {
    RowValues changed{target.table, {}};
    bool real = false;
    for (const auto& [column, value] : target.columns) {
        const auto held = now.columns.find(column);
        if (held == now.columns.end() || held->second == value) continue;
        if (table.is_key(column) && table.allocation != KeyAllocation::natural) continue;
        if (says(before, column, value) && says(left, column, held->second)) continue;
        real = real || table.volatile_column(column) == nullptr;
        changed.columns.emplace(column, value);
    }
    // What the clinic program changes by itself is only written along with other changes.
    if (!real) changed.columns.clear();
    return changed;
}

// Of a part that is gone all is written again.
void add_lost(RowValues& changed, const RowValues& target, const PlanInput& input, RowId id) {
    const auto lost = input.lost.find(id);
    if (lost == input.lost.end()) return;
    for (const auto& [column, value] : target.columns) {
        if (lost->second.contains(column)) changed.columns.emplace(column, value);
    }
}

const RowValues* find_row(const Rows& rows, RowId id) {
    const auto at = rows.find(id);
    return at == rows.end() ? nullptr : &at->second;
}

void set_writes(const PlanInput& input, const Mapping& mapping, const Pool& known, Plan& result) {
    for (const auto& [id, target] : result.target) {
        if (input.held.contains(id) || result.undecided.contains(id)) continue;
        const auto* table = mapping.find(target.table);
        const auto* now = find_row(input.now, id);
        if (now == nullptr) {
            result.writes.emplace(id, RowWrite{target, true, input.left.contains(id)});
            continue;
        }
        if (table->insert_only) continue;
        std::optional<RowValues> before;
        const auto row = known.rows.rows.find(id);
        if (row != known.rows.rows.end() && !input.retry.contains(id)) {
            before = project_row(row->second, *table);
        }
        auto changed = changed_columns(target, *now, before ? &*before : nullptr,
                                       find_row(input.left, id), *table);
        add_lost(changed, target, input, id);
        if (!changed.columns.empty()) {
            result.writes.emplace(id, RowWrite{std::move(changed), false, false});
        }
    }
}

}  // namespace

Plan plan(const PlanInput& input, const Mapping& mapping, const FreshVersion& fresh, Time time) {
    Plan result;
    const auto known = pooled(input.known);
    Pool folder;
    for (const auto& document : input.folder) folder.add(document);

    auto pool = known;
    const auto found_rows = add_found(pool, input, folder, mapping);
    const auto before_edits = pool.rows;
    const auto now = without(without(input.now, input.held), found_rows);
    pool.rows = observe(std::move(pool.rows), input.left, now, mapping, fresh, time, input.context);
    result.edited = rows_with_edits(before_edits, pool.rows);
    for (const auto& [id, patients] : folder.holders) {
        pool.holders[id].insert(patients.begin(), patients.end());
    }
    merge_into(pool.rows, folder.rows);
    drop_deleted(pool, input, folder, result);
    place(pool, input, mapping, result);
    if (!result.missing.empty()) return result;
    split(pool, input, result);
    set_target(pool, mapping, result);
    set_writes(input, mapping, known, result);
    return result;
}

}  // namespace cfs
