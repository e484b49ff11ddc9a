#include "core/engine/review.h"

#include <algorithm>
#include <functional>

#include "core/engine/labels.h"
#include "core/engine/sync_engine.h"
#include "core/model/text.h"
#include "core/rules/conflicts.h"
#include "core/rules/shown.h"

namespace cfs {

namespace {

// Of the rows of the same document: others' are told by nothing but their UUIDs.
void label(Conflict& conflict, const PatientDocument& document, const Mapping& mapping) {
    conflict.patient_label = patient_label(document, mapping);
    if (conflict.row != own_row(document.patient)) {
        conflict.record_label = row_label(document.rows.at(conflict.row), mapping);
    }
    for (const auto& candidate : conflict.values) {
        for (const auto& [column, value] : candidate.fields) {
            const auto row = value.attached ? std::nullopt : RowId::parse(value.bytes);
            const auto at = row ? document.rows.find(*row) : document.rows.end();
            if (at == document.rows.end()) continue;
            const bool person = *row == own_row(document.patient);
            conflict.row_labels.emplace(
                value.bytes, person ? conflict.patient_label : row_label(at->second, mapping));
        }
    }
}

Conflict described(ClinicDatabase& database, const PatientDocument& document,
                   const OpenConflict& open) {
    Conflict conflict;
    conflict.id = open.id();
    conflict.patient = document.patient;
    conflict.table = open.table;
    conflict.row = open.row;
    conflict.columns = open.columns;
    conflict.safety = open.safety;
    conflict.state = versions_of(open);
    for (const auto& candidate : open.candidates) {
        conflict.values.push_back({candidate.versions.front(),
                                   database.site_name(candidate.latest.writer), candidate.time,
                                   candidate.shown, candidate.fields});
    }
    label(conflict, document, database.whole_mapping());
    return conflict;
}

[[noreturn]] void changed_since_shown(const std::string& conflict) {
    throw Error(ErrorCode::changed_since_shown,
                said("The conflict {1} is not what was shown: it was settled or changed meanwhile. "
                     "Look at the open conflicts again.",
                     conflict));
}

RowId row_of(const std::string& conflict) {
    const auto row = RowId::parse(conflict.substr(0, conflict.find('.')));
    if (!row) throw Error(ErrorCode::usage, said("There is no conflict {1}.", conflict));
    return *row;
}

VersionId fresh(RunContext& run) { return run.random.version(tag_of(run.writer)); }

using Keep = std::function<std::optional<VersionId>(const OpenConflict&)>;

// Settles those of which `keep` gives a version, and adds their ids to `settled`.
void settle_chosen(RunContext& run, const std::vector<PatientId>& patients, const Keep& keep,
                   std::set<std::string>& settled) {
    std::map<std::string, VersionId> versions;  // one for a row that lies in two documents
    SyncEngine(run).amend(patients, [&](PatientDocument& document) {
        std::set<RowId> amended;
        for (const auto& open : open_conflicts(document, run.database.whole_mapping())) {
            const auto kept = keep(open);
            if (!kept) continue;
            const auto version = versions.try_emplace(open.id(), fresh(run)).first->second;
            const auto now = run.clock.now();
            const auto done = settle(document, open, *kept, version, now);
            if (!done) continue;
            run.database.review().add_settled(run.report.run, now, *done);
            amended.insert(open.row);
            settled.insert(open.id());
        }
        return amended;
    });
}

// A new version for each that was put away, named after the same writer. They have the same order:
// of values of one time it says which is shown.
std::map<VersionId, VersionId> fresh_for(RunContext& run, const Settled& settled) {
    std::set<VersionId> former, fresh;
    for (const auto& [column, field] : settled.before) {
        for (const auto& held : field) former.insert(held.version);
    }
    for (const auto& version : former) fresh.insert(run.random.version(version.writer));
    std::map<VersionId, VersionId> versions;
    auto next = fresh.begin();
    for (const auto& version : former) versions.emplace(version, *next++);
    return versions;
}

bool is_here(ClinicDatabase& database, RowId row) {
    const auto place = database.identities().place_of(row);
    return place && place->key;
}

using OverwrittenRows = std::map<RowId, std::vector<OverwrittenValue>>;

OverwrittenRows overwritten_by(ClinicDatabase& database, const RunId& run,
                               std::optional<RowId> only) {
    OverwrittenRows by_row;
    for (const auto& value : database.review().history(run)) {
        if (!only || value.row == *only) by_row[value.row].push_back(value);
    }
    return by_row;
}

std::vector<PatientId> patients_of(const OverwrittenRows& by_row) {
    std::set<PatientId> patients;
    for (const auto& [row, values] : by_row) {
        for (const auto& value : values) patients.insert(value.patient);
    }
    return {patients.begin(), patients.end()};
}

// The columns of one row whose value is still the one that the run wrote.
std::map<std::string, Value> still_there(const Row& row, const TableMapping* table,
                                         const std::vector<OverwrittenValue>& values) {
    const auto shown = shown_values(row, table);
    std::map<std::string, Value> columns;
    for (const auto& value : values) {
        const auto at = shown.find(value.column);
        if (at != shown.end() && at->second == value.after) {
            columns.insert_or_assign(value.column, value.before);
        }
    }
    return columns;
}

// The part whose row would have to be deleted: no sync does that, and without it the others would
// be another record.
const TableMapping* part_to_delete(const TableMapping* table,
                                   const std::vector<OverwrittenValue>& values) {
    if (table == nullptr) return nullptr;
    for (const auto& value : values) {
        const auto* part = table->part_with(value.column);
        if (part == nullptr || value.column != presence_field(*part)) continue;
        if (value.before.is_null()) return part;
    }
    return nullptr;
}

// The rows of one patient that can be put back, with the values they had before.
std::map<RowId, std::map<std::string, Value>> undoable_rows(ClinicDatabase& database,
                                                            const PatientDocument& document,
                                                            const OverwrittenRows& by_row) {
    std::map<RowId, std::map<std::string, Value>> undoable;
    for (const auto& [row_id, row] : document.rows) {
        const auto overwritten = by_row.find(row_id);
        if (overwritten == by_row.end() || !is_here(database, row_id)) continue;
        const auto* table = database.whole_mapping().find(row.table);
        if (part_to_delete(table, overwritten->second) != nullptr) continue;
        auto columns = still_there(row, table, overwritten->second);
        if (!columns.empty()) undoable.emplace(row_id, std::move(columns));
    }
    return undoable;
}

void reopen_all(RunContext& run, std::vector<Settled>& all, std::optional<RowId> only) {
    if (only) std::erase_if(all, [&](const Settled& settled) { return settled.row != *only; });
    std::map<VersionId, std::map<VersionId, VersionId>> versions;
    std::set<PatientId> patients;
    for (const auto& settled : all) {
        versions.emplace(settled.version, fresh_for(run, settled));
        for (const auto& each : run.database.identities().patients_of(settled.row)) {
            patients.insert(each);
        }
    }
    std::set<VersionId> reopened;
    SyncEngine(run).amend({patients.begin(), patients.end()}, [&](PatientDocument& document) {
        std::set<RowId> amended;
        for (const auto& settled : all) {
            if (!reopen(document, settled, versions.at(settled.version))) continue;
            run.database.review().forget_settled(settled.version);
            amended.insert(settled.row);
            reopened.insert(settled.version);
        }
        return amended;
    });
    const auto left = all.size() - reopened.size();
    if (left > 0) {
        run.line(
            std::nullopt,
            said_of(
                left, "{1} record was edited since its conflict was settled and is left alone.",
                "{1} records were edited since their conflicts were settled and are left alone.",
                left));
    }
    run.line(std::nullopt, said_of(reopened.size(), "{1} conflict is open again",
                                   "{1} conflicts are open again", reopened.size()));
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
            conflicts.push_back(described(database, stored->document, open));
            database.review().set_shown(open);
        }
    }
    std::stable_sort(conflicts.begin(), conflicts.end(),
                     [](const Conflict& a, const Conflict& b) { return a.safety > b.safety; });
    return conflicts;
}

std::vector<std::string> settle_conflicts(RunContext& run, const std::vector<Choice>& choices) {
    std::map<std::string, const Choice*> open;
    std::set<PatientId> patients;
    for (const auto& choice : choices) {
        const auto row = row_of(choice.conflict);
        for (const auto& each : run.database.identities().patients_of(row)) patients.insert(each);
        open.emplace(choice.conflict, &choice);
    }
    std::set<std::string> settled;
    const auto keep = [&](const OpenConflict& conflict) -> std::optional<VersionId> {
        const auto choice = open.find(conflict.id());
        if (choice == open.end()) return {};
        const auto& state = choice->second->state;
        const bool changed = state.empty() ? run.database.review().changed_since_shown(conflict)
                                           : state != versions_of(conflict);
        return changed ? std::nullopt : std::optional(choice->second->keep);
    };
    settle_chosen(run, {patients.begin(), patients.end()}, keep, settled);
    std::vector<std::string> left;
    for (const auto& choice : choices) {
        if (!settled.contains(choice.conflict)) left.push_back(choice.conflict);
    }
    return left;
}

void settle_conflict(RunContext& run, const std::string& conflict, const VersionId& keep) {
    if (!settle_conflicts(run, {{conflict, keep}}).empty()) changed_since_shown(conflict);
}

void settle_all_as_shown(RunContext& run) {
    std::set<std::string> settled;
    settle_chosen(
        run, run.database.review().patients_with_conflicts(),
        [](const OpenConflict& conflict) { return conflict.candidates.front().versions.front(); },
        settled);
}

void undo_run(RunContext& run, const std::optional<RunId>& undone, std::optional<RowId> row) {
    const auto id = undone ? undone : run.database.review().last_run_to_undo();
    if (!id) {
        run.line(std::nullopt, said("There is nothing to undo."));
        return;
    }
    // What such a run overwrote beside came from the folder, or follows from what was chosen.
    auto settled = run.database.review().settled_by(*id);
    if (!settled.empty()) return reopen_all(run, settled, row);
    const auto by_row = overwritten_by(run.database, *id, row);
    std::set<RowId> put_back;
    SyncEngine(run).amend(patients_of(by_row), [&](PatientDocument& document) {
        std::set<RowId> amended;
        for (const auto& [row_id, columns] : undoable_rows(run.database, document, by_row)) {
            auto& edited = document.rows.at(row_id);
            edit(edited, columns, run.database.whole_mapping().find(edited.table), fresh(run),
                 run.clock.now());
            amended.insert(row_id);
            put_back.insert(row_id);
        }
        return amended;
    });
    for (const auto& [row_id, values] : by_row) {
        if (put_back.contains(row_id)) continue;
        const auto* table = run.database.whole_mapping().find(values.front().table);
        if (const auto* part = part_to_delete(table, values)) {
            run.line(values.front().patient,
                     said("A record of table {1} got a row in {2} as well, which no undo deletes: "
                          "it is left as it is.",
                          values.front().table, part->table));
            continue;
        }
        run.line(values.front().patient,
                 said("A row of table {1} was deleted or edited since and is left as it is.",
                      values.front().table));
    }
    run.line(std::nullopt,
             said_of(put_back.size(), "{1} row put back", "{1} rows put back", put_back.size()));
}

UndoExtent undo_extent(ClinicDatabase& database, const std::optional<RunId>& undone) {
    UndoExtent extent;
    extent.run = undone ? undone : database.review().last_run_to_undo();
    if (!extent.run) return extent;
    extent.conflicts = static_cast<std::int64_t>(database.review().settled_by(*extent.run).size());
    if (extent.conflicts > 0) return extent;
    const auto by_row = overwritten_by(database, *extent.run, {});
    std::set<RowId> rows;
    for (const auto& patient : patients_of(by_row)) {
        const auto stored = database.documents().load(patient);
        if (!stored) continue;
        const auto undoable = undoable_rows(database, stored->document, by_row);
        for (const auto& row : undoable) rows.insert(row.first);
        if (!undoable.empty()) ++extent.patients;
    }
    extent.rows = static_cast<std::int64_t>(rows.size());
    extent.left = static_cast<std::int64_t>(by_row.size()) - extent.rows;
    return extent;
}

}  // namespace cfs
