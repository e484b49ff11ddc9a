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

    void add(PatientDocument document) {
        note_holder(document);
        merge_into(rows, std::move(document));
    }
    void note_holder(const PatientDocument& document) {
        for (const auto& [id, row] : document.rows) holders[id].insert(document.patient);
    }
};

// Mostly the folder holds what was left there: nothing of it is to be merged.
Pool pooled(const std::vector<std::shared_ptr<const PatientDocument>>& folder,
            const Documents& known) {
    Pool pool;
    for (const auto& document : folder) {
        const auto ours = known.find(document->patient);
        if (ours != known.end() && ours->second == *document) {
            pool.note_holder(*document);
        } else {
            pool.add(*document);
        }
    }
    return pool;
}

Pool pooled(const Documents& documents) {
    Pool pool;
    for (const auto& [patient, document] : documents) pool.add(document);
    return pool;
}

Rows without(const Rows& rows, const std::set<RowId>& held, const std::set<RowId>& found) {
    Rows others;
    for (const auto& item : rows) {
        if (held.contains(item.first) || found.contains(item.first)) continue;
        others.insert(others.end(), item);
    }
    return others;
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
    Documents documents;
    for (const auto& [id, patient] : input.found) {
        const auto row = input.now.find(id);
        if (row != input.now.end() && !pool.rows.rows.contains(id) && !input.held.contains(id)) {
            added.insert(id);
            if (known_as_left(input, folder, id)) continue;
            auto& document = documents[patient];
            document.patient = patient;
            document.rows.emplace(id, found(id, row->second, mapping, input.found_salt));
        }
    }
    for (auto& [patient, document] : documents) {
        drop_known_values(document, folder.rows, mapping);
        pool.add(std::move(document));
    }
    return added;
}

// How many versions each row has absorbed: an edit adds one.
std::map<RowId, std::size_t> versions_counted(const PatientDocument& document) {
    std::map<RowId, std::size_t> counts;
    for (const auto& [id, row] : document.rows) counts.emplace(id, row.absorbed.size());
    return counts;
}

std::set<RowId> rows_with_edits(const std::map<RowId, std::size_t>& before,
                                const PatientDocument& after) {
    std::set<RowId> edited;
    for (const auto& [id, row] : after.rows) {
        const auto at = before.find(id);
        if (at == before.end() || at->second != row.absorbed.size()) edited.insert(id);
    }
    return edited;
}

// A row that the database held and holds no longer stays only if the folder holds it.
void drop_deleted(Pool& pool, const PlanInput& input, const Holders& folder, Plan& result) {
    for (const auto& [id, values] : input.left) {
        if (input.now.contains(id) || input.held.contains(id)) continue;
        if (folder.contains(id)) continue;
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
void place(Pool& pool, const PlanInput& input, const Owners& owners, Plan& result) {
    for (const auto& [id, row] : pool.rows.rows) {
        const auto owner = owners.of(id);
        if (!owner) continue;
        pool.holders[id].insert(*owner);
        if (!input.known.contains(*owner)) result.missing.insert(*owner);
    }
}

void split(Pool pool, const PlanInput& input, Plan& result) {
    for (const auto& [patient, document] : input.known) result.documents[patient].patient = patient;
    for (const auto& [id, patients] : pool.holders) {
        auto& row = pool.rows.rows.at(id);
        for (const auto& patient : patients) {
            auto& document = result.documents[patient];
            document.patient = patient;
            const bool last = patient == *patients.rbegin();
            document.rows.emplace(id, last ? std::move(row) : row);
        }
    }
}

void set_target(const Pool& pool, const Mapping& mapping, const Owners& owners, Plan& result) {
    for (const auto& [id, row] : pool.rows.rows) {
        const auto* table = mapping.find(row.table);
        const auto holders = pool.holders.find(id);
        if (table == nullptr || holders == pool.holders.end()) continue;
        result.target.emplace(id, project_row(row, *table));
        result.home.emplace(id, owners.home(id, holders->second));
    }
}

// The columns in which the database holds something else.
RowValues differing_columns(const RowValues& target, const RowValues& now,
                            const TableMapping& table) {
    RowValues differing{target.table, {}};
    for (const auto& [column, value] : target.columns) {
        const auto held = now.columns.find(column);
        if (held == now.columns.end() || table.are_one_value(column, held->second, value)) continue;
        if (table.is_key(column) && table.allocation != KeyAllocation::natural) continue;
        differing.columns.emplace(column, value);
    }
    return differing;
}

bool says(const RowValues& values, const std::string& column, const Value& wanted) {
    const auto at = values.columns.find(column);
    return at != values.columns.end() && at->second == wanted;
}

// What the database holds may be what it made of the same value before: it rounded or cut it.
void drop_rounded(RowValues& changed, const RowValues& now, const RowValues& before,
                  const RowValues& left) {
    std::erase_if(changed.columns, [&](const auto& item) {
        const auto& [column, value] = item;
        return says(before, column, value) && says(left, column, now.columns.at(column));
    });
}

// What the clinic program changes by itself is only written along with other changes.
bool only_volatile(const RowValues& changed, const TableMapping& table) {
    return std::all_of(changed.columns.begin(), changed.columns.end(), [&](const auto& item) {
        return table.volatile_column(item.first) != nullptr;
    });
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

// The row as the documents knew it before this sync.
std::optional<Row> known_row(const Documents& known, RowId id) {
    std::optional<Row> joined;
    for (const auto& [patient, document] : known) {
        const auto row = document.rows.find(id);
        if (row == document.rows.end()) continue;
        joined = joined ? merge(*joined, row->second) : row->second;
    }
    return joined;
}

void set_writes(const PlanInput& input, const Mapping& mapping, Plan& result) {
    for (const auto& [id, target] : result.target) {
        if (input.held.contains(id) || result.undecided.contains(id)) continue;
        const auto* table = mapping.find(target.table);
        const auto* now = find_row(input.now, id);
        if (now == nullptr) {
            result.writes.emplace(id, RowWrite{true, input.left.contains(id), {}});
            continue;
        }
        if (table->insert_only) continue;
        auto changed = differing_columns(target, *now, *table);
        const auto* left = find_row(input.left, id);
        if (!changed.columns.empty() && left != nullptr && !input.retry.contains(id)) {
            const auto before = known_row(input.known, id);
            if (before) drop_rounded(changed, *now, project_row(*before, *table), *left);
        }
        if (only_volatile(changed, *table)) changed.columns.clear();
        add_lost(changed, target, input, id);
        if (!changed.columns.empty()) {
            result.writes.emplace(id, RowWrite{false, false, std::move(changed)});
        }
    }
}

}  // namespace

Plan plan(const PlanInput& input, const Mapping& mapping, const FreshVersion& fresh, Time time) {
    Plan result;
    auto folder = pooled(input.folder, input.known);
    auto pool = pooled(input.known);
    const auto found_rows = add_found(pool, input, folder, mapping);
    const auto before_edits = versions_counted(pool.rows);
    std::optional<Rows> fewer;
    if (!input.held.empty() || !found_rows.empty()) {
        fewer = without(input.now, input.held, found_rows);
    }
    pool.rows = observe(std::move(pool.rows), input.left, fewer ? *fewer : input.now, mapping,
                        fresh, time, input.context);
    result.edited = rows_with_edits(before_edits, pool.rows);
    for (const auto& [id, patients] : folder.holders) {
        pool.holders[id].insert(patients.begin(), patients.end());
    }
    merge_into(pool.rows, std::move(folder.rows));
    drop_deleted(pool, input, folder.holders, result);
    const Owners owners(pool.rows.rows, mapping);
    place(pool, input, owners, result);
    if (!result.missing.empty()) return result;
    set_target(pool, mapping, owners, result);
    split(std::move(pool), input, result);
    set_writes(input, mapping, result);
    return result;
}

}  // namespace cfs
