// The patients that are synced together, and all that is gathered about them on the way.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/database/review_store.h"
#include "core/database/row_translator.h"
#include "core/rules/conflicts.h"
#include "core/rules/plan.h"

namespace cfs {

// Changes a document before it is planned with (settle, undo); returns the rows it changed.
using Amendment = std::function<std::set<RowId>(PatientDocument& document)>;

// What is kept of a decided document, made before the lock is taken.
struct DocumentToKeep {
    std::string xml;
    // What the database shows of it; nothing where it is all that the plan has as its target.
    std::optional<Rows> shown;
    std::vector<OpenConflict> conflicts;
    bool is_known = false;        // is kept already
    std::set<VersionId> unknown;  // to the patient's file
};

struct PatientUnit {
    std::set<PatientId> patients;  // that are read
    std::set<PatientId> todo;      // that must be read too
    Amendment amend;
    PlanInput input;
    std::set<PatientId> stored;         // have a document in the database
    std::map<PatientId, Rows> left_of;  // `input.left` by patient
    std::map<RowId, RawRow> raw;
    std::set<RowId> outside;  // those of `raw` that the mapping's conditions leave out
    KnownRows known;
    Contents contents;
    std::map<PatientId, DocumentToKeep> to_keep;
    std::map<RowId, PendingRow> unreadable;  // whose files can't be read, told as if they waited
    Time now{};

    // While writing:
    std::set<RowId> visiting, written;
    std::map<RowId, std::map<std::string, Value>> later;  // references of a circle
    std::map<RowId, PendingRow> pending;
    Rows held;
    std::int64_t inserted = 0, updated = 0, restored = 0, conflicts_new = 0;
    std::vector<PatientId> conflict_patients;  // with new conflicts
};

}  // namespace cfs
