#include "core/engine/review.h"

#include <algorithm>

#include "core/engine/sync_engine.h"
#include "core/rules/conflicts.h"
#include "core/rules/shown.h"

namespace cfs {

namespace {

Conflict described(ClinicDatabase& database, PatientId patient, const OpenConflict& open) {
    Conflict conflict{open.id(), patient, open.table, open.row, open.columns, open.safety, {}};
    for (const auto& candidate : open.candidates) {
        conflict.values.push_back({candidate.versions.front(),
                                   database.site_name(candidate.latest.writer), candidate.time,
                                   candidate.shown, candidate.fields});
    }
    return conflict;
}

[[noreturn]] void changed_since_shown(const std::string& conflict) {
    throw Error(ErrorCode::changed_since_shown,
                "The conflict " + conflict +
                    " is not what was shown: it was settled or changed meanwhile. Look at the open "
                    "conflicts again.");
}

// The row and the group that a conflict's id names.
std::pair<std::optional<RowId>, std::string> parts_of(const std::string& id) {
    const auto dot = id.find('.');
    return {RowId::parse(id.substr(0, dot)), dot == std::string::npos ? "" : id.substr(dot + 1)};
}

VersionId fresh(RunContext& run) { return run.random.version(tag_of(run.writer)); }

const OpenConflict* find_conflict(const std::vector<OpenConflict>& conflicts, RowId row,
                                  const std::string& group) {
    const auto at = std::find_if(conflicts.begin(), conflicts.end(), [&](const auto& conflict) {
        return conflict.row == row && conflict.group == group;
    });
    return at == conflicts.end() ? nullptr : &*at;
}

bool is_here(RunContext& run, RowId row) {
    const auto place = run.database.identities().place_of(row);
    return place && place->key;
}

// The columns of one row whose value is still the one that the run wrote.
std::map<std::string, Value> still_there(const Row& row, const TableMapping* table,
                                         const std::vector<const OverwrittenValue*>& values) {
    const auto shown = shown_values(row, table);
    std::map<std::string, Value> columns;
    for (const auto* value : values) {
        const auto at = shown.find(value->column);
        if (at != shown.end() && at->second == value->after) {
            columns.insert_or_assign(value->column, value->before);
        }
    }
    return columns;
}

}  // namespace

std::vector<Conflict> list_conflicts(ClinicDatabase& database, std::optional<PatientId> patient) {
    std::vector<Conflict> conflicts;
    std::set<std::string> seen;
    for (const auto& each : database.review().patients_with_conflicts()) {
        if (patient && each != *patient) continue;
        const auto stored = database.documents().load(each);
        if (!stored) continue;
        for (const auto& open : open_conflicts(stored->document, database.whole_mapping())) {
            if (!seen.insert(open.id()).second) continue;
            conflicts.push_back(described(database, each, open));
            database.review().set_shown(open);
        }
    }
    std::stable_sort(conflicts.begin(), conflicts.end(),
                     [](const Conflict& a, const Conflict& b) { return a.safety > b.safety; });
    return conflicts;
}

void settle_conflict(RunContext& run, const std::string& conflict, const VersionId& keep) {
    const auto [row, group] = parts_of(conflict);
    if (!row) {
        throw Error(ErrorCode::usage, "There is no conflict " + conflict + ".");
    }
    bool settled = false;
    SyncEngine engine(run);
    const auto version = fresh(run);
    engine.amend(run.database.identities().patients_of(*row),
                 [&, row = *row, group = group](auto& document) {
                     std::set<RowId> amended;
                     const auto conflicts = open_conflicts(document, run.database.whole_mapping());
                     const auto* open = find_conflict(conflicts, row, group);
                     if (open == nullptr || run.database.review().changed_since_shown(*open))
                         return amended;
                     if (!settle(document, *open, keep, version, run.clock.now())) return amended;
                     settled = true;
                     amended.insert(row);
                     return amended;
                 });
    if (!settled) changed_since_shown(conflict);
}

void settle_all_as_shown(RunContext& run) {
    SyncEngine engine(run);
    std::map<std::string, VersionId> versions;  // one for a row that lies in two documents
    engine.amend(run.database.review().patients_with_conflicts(), [&](PatientDocument& document) {
        std::set<RowId> amended;
        for (const auto& open : open_conflicts(document, run.database.whole_mapping())) {
            const auto version = versions.try_emplace(open.id(), fresh(run)).first->second;
            if (settle(document, open, open.candidates.front().versions.front(), version,
                       run.clock.now())) {
                amended.insert(open.row);
            }
        }
        return amended;
    });
}

void undo_run(RunContext& run, const std::optional<RunId>& undone, std::optional<RowId> row) {
    const auto id = undone ? undone : run.database.review().last_run_with_history();
    if (!id) {
        run.line(std::nullopt, "There is nothing to undo.");
        return;
    }
    const auto history = run.database.review().history(*id);
    std::map<RowId, std::vector<const OverwrittenValue*>> by_row;
    std::set<PatientId> patients;
    for (const auto& value : history) {
        if (row && value.row != *row) continue;
        by_row[value.row].push_back(&value);
        patients.insert(value.patient);
    }
    std::set<RowId> put_back;
    SyncEngine engine(run);
    engine.amend({patients.begin(), patients.end()}, [&](PatientDocument& document) {
        std::set<RowId> amended;
        for (const auto& [row_id, values] : by_row) {
            const auto at = document.rows.find(row_id);
            if (at == document.rows.end() || !is_here(run, row_id)) continue;
            const auto* table = run.database.whole_mapping().find(at->second.table);
            const auto columns = still_there(at->second, table, values);
            if (columns.empty()) continue;
            edit(at->second, columns, table, fresh(run), run.clock.now());
            amended.insert(row_id);
            put_back.insert(row_id);
        }
        return amended;
    });
    for (const auto& [row_id, values] : by_row) {
        if (put_back.contains(row_id)) continue;
        run.line(values.front()->patient, "A row of table " + values.front()->table +
                                              " was deleted or edited since and is left as it is.");
    }
    run.line(std::nullopt, std::to_string(put_back.size()) +
                               (put_back.size() == 1 ? " row put back" : " rows put back"));
}

}  // namespace cfs
