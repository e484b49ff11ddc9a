// All decisions of a sync for one patient - or for the few patients that share a moved record -
// in one pure function: what the documents become and what the database must be given.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "core/rules/observe.h"
#include "core/rules/project.h"

namespace cfs {

// What is known of the patients of one plan.
struct PlanInput {
    Documents known;  // the last agreed documents; a patient that is new has an empty one
    Rows left;        // the rows as they were read back after our last write
    Rows now;         // the rows as the database holds them now
    std::map<RowId, PatientId> found;  // rows of `now` found at enabling that no document has yet
    std::string found_salt;            // see found()
    // Those of `found` that hold what they held when the database was disabled, with the versions
    // that their documents held then.
    std::map<RowId, std::set<VersionId>> as_left;
    // The patients' files and their conflict copies.
    std::vector<std::shared_ptr<const PatientDocument>> folder;
    bool folder_complete = true;  // false: one of the files can't be read now
    std::set<RowId> held;         // rows in doubt or left out: neither read nor written
    std::set<RowId> retry;        // rows that the database refused before
    // Columns of `now` that stand as we left them, but whose part of the record is gone.
    std::map<RowId, std::set<std::string>> lost;
    ObserveContext context;
};

// One row to write. A new one is written as the plan's target has it.
struct RowWrite {
    bool insert = false;
    bool restored = false;  // the row was held before and is gone
    RowValues changed;      // of a row that is there: the columns whose value must change
};

struct Plan {
    Documents documents;              // merged; empty documents are gone for good
    Rows target;                      // what the database should hold of the known tables
    std::map<RowId, PatientId> home;  // the patient of every row in `target`
    std::map<RowId, RowWrite> writes;
    std::set<RowId> undecided;    // gone from the database, but a file could not be read: wait
    std::set<RowId> erased;       // gone from the database and from the folder: gone for good
    std::set<RowId> edited;       // rows with local edits
    std::set<PatientId> missing;  // patients that belong here too: plan again with them

    // What is to be written of a row of `writes`.
    [[nodiscard]] const RowValues& written(RowId id, const RowWrite& write) const {
        return write.insert ? target.at(id) : write.changed;
    }
};

[[nodiscard]] Plan plan(const PlanInput& input, const Mapping& mapping, const FreshVersion& fresh,
                        Time time);

}  // namespace cfs
