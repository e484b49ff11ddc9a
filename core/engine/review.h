// What a person decides: listing and settling conflicts, undoing a run.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/engine/run_context.h"
#include "core/engine/sync_service.h"

namespace cfs {

// Safety first, then by patient; each is noted as shown.
[[nodiscard]] std::vector<Conflict> list_conflicts(ClinicDatabase& database,
                                                   std::optional<PatientId> patient);

// Throws changed_since_shown where the conflict is not what was shown, or is settled already.
void settle_conflict(RunContext& run, const std::string& conflict, const VersionId& keep);
// Returns the conflicts that are not settled, since they are not what was shown.
[[nodiscard]] std::vector<std::string> settle_conflicts(RunContext& run,
                                                        const std::vector<Choice>& choices);
void settle_all_as_shown(RunContext& run);

// Puts back what a run overwrote as new edits; where the run settled conflicts, these are open
// again. Rows deleted or edited since are skipped and reported.
void undo_run(RunContext& run, const std::optional<RunId>& undone, std::optional<RowId> row);

// What undo_run() would put back; what was edited here since the last sync is not looked at.
[[nodiscard]] UndoExtent undo_extent(ClinicDatabase& database, const std::optional<RunId>& undone);

}  // namespace cfs
