// What needs a person: open conflicts, rows that the database refused, and the history of values
// that syncs overwrote (for undo).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/database/sql_session.h"
#include "core/engine/sync_report.h"
#include "core/model/patient_document.h"
#include "core/rules/conflicts.h"
#include "core/rules/observe.h"

namespace cfs {

struct PendingRow {
    RowId row;
    PatientId patient;
    ErrorCode code = ErrorCode::row_refused;
    std::string sentence;
    bool safety = false;
};

struct OverwrittenValue {
    RowId row;
    PatientId patient;
    std::string table, column;
    Value before, after;
};

// The versions that stand against each other: a conflict with others is a new one.
[[nodiscard]] std::string versions_of(const OpenConflict& conflict);

class ReviewStore {
  public:
    explicit ReviewStore(SqlSession& session) : session_(session) {}

    // Replaces what is known of one patient's conflicts; returns how many are new.
    [[nodiscard]] std::int64_t set_conflicts(PatientId patient,
                                             const std::vector<OpenConflict>& conflicts);
    [[nodiscard]] std::int64_t conflict_count();
    [[nodiscard]] std::vector<PatientId> patients_with_conflicts();

    // What a person was shown of a conflict, to notice that it changed before it was settled.
    void set_shown(const OpenConflict& conflict);
    [[nodiscard]] bool changed_since_shown(const OpenConflict& conflict);

    void set_pending(PatientId patient, const std::vector<PendingRow>& rows);
    [[nodiscard]] std::vector<PendingRow> pending();
    [[nodiscard]] std::vector<PendingRow> pending_of(PatientId patient);
    [[nodiscard]] std::int64_t pending_count();
    // The patient with whom the row is pending.
    [[nodiscard]] std::optional<PatientId> patient_waiting_with(RowId row);
    [[nodiscard]] bool safety();  // among conflicts and pending rows

    void add_history(const RunId& run, Time time, const OverwrittenValue& value);
    [[nodiscard]] std::vector<OverwrittenValue> history(const RunId& run);
    // The last run that overwrote something or settled conflicts.
    [[nodiscard]] std::optional<RunId> last_run_to_undo();
    // Values of `row` that syncs overwrote since `since`.
    [[nodiscard]] std::map<std::string, std::set<Value>> overwritten(RowId row, Time since);
    void prune_history(Time before);

    // What settling put away, once for a row that lies in several documents.
    void add_settled(const RunId& run, Time time, const Settled& settled);
    [[nodiscard]] std::vector<Settled> settled_by(const RunId& run);
    void forget_settled(const VersionId& version);

  private:
    SqlSession& session_;
};

}  // namespace cfs
