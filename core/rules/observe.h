// Turning what the database holds into document terms. Pure: ids and times come from the caller.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include "core/model/mapping.h"
#include "core/model/patient_document.h"

namespace cfs {

// What observe() must know beside the rows themselves.
struct ObserveContext {
    // Values that a sync overwrote within the 24 hours before the edit. An edit that puts one of
    // them back comes from a form opened before the sync: it is kept beside the value it would
    // erase.
    std::map<RowId, std::map<std::string, std::set<Value>>> overwritten;
    // Rows whose document the database may not show (a refused change): where it held something
    // else, an edit has not seen what the document shows, so it overwrites nothing there.
    std::set<RowId> unseen;
    // Columns that hold what the database itself fills them with, and that a document knows
    // already: found for the first time they say nothing against that.
    std::map<RowId, std::set<std::string>> blank;
};

using FreshVersion = std::function<VersionId()>;

// The document after the local edits: the differences between `left` (the rows as they were read
// back after our last write) and `now`. Rows missing from `now` are left as they are, rows that
// `left` does not have are new. One fresh version for each row with edits.
[[nodiscard]] PatientDocument observe(PatientDocument document, const Rows& left, const Rows& now,
                                      const Mapping& mapping, const FreshVersion& fresh, Time time,
                                      const ObserveContext& context = {});

// A row found when a database is enabled. Its versions are derived from id and content and have
// time zero: equal rows of two copies of one database bear equal versions. A database that was
// disabled and enabled again has a `salt` of its own: what was typed meanwhile must not be taken
// for what it held the first time.
[[nodiscard]] Row found(RowId id, const RowValues& values, const Mapping& mapping,
                        const std::string& salt = {});

// `document`, of rows that were found(), without the values that `folder` holds as well: these need
// no version of ours.
void drop_known_values(PatientDocument& document, const PatientDocument& folder,
                       const Mapping& mapping);

// Writes `values` into one row as an edit made by someone who saw it (undo).
void edit(Row& row, const std::map<std::string, Value>& values, const TableMapping* table,
          const VersionId& version, Time time);

}  // namespace cfs
