// The conflicts that a document holds, and settling them. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/model/mapping.h"
#include "core/model/patient_document.h"

namespace cfs {

// One of the values that stand against each other: the fields of a group as their writers left
// them together.
struct Candidate {
    std::vector<VersionId> versions;  // that bear exactly these fields; sorted
    Time time{};                      // the latest of theirs ...
    VersionId latest;                 // ... and the version that bears it
    bool shown = false;
    std::map<std::string, Value> fields;
};

struct OpenConflict {
    RowId row;
    std::string group;  // empty: the whole row
    std::string table;
    std::vector<std::string> columns;   // those that differ
    bool safety = false;                // one of them is marked `safety`
    std::vector<Candidate> candidates;  // the shown one first, then by time, newest first

    // "<row-uuid>" or "<row-uuid>.<group>"
    [[nodiscard]] std::string id() const;
};

[[nodiscard]] std::vector<OpenConflict> open_conflicts(const PatientDocument& document,
                                                       const Mapping& mapping);

// What settling put away, so that it can be taken back.
struct Settled {
    RowId row;
    VersionId version;  // that settled it
    Fields before;

    bool operator==(const Settled&) const = default;
};

// Settles a conflict: `keep` becomes the only value, as a new version that covers all candidates.
// A value that came in after `conflict` was made was not chosen from and stays beside. Returns
// nothing, changing nothing, where no candidate bears `keep` or the row is gone.
[[nodiscard]] std::optional<Settled> settle(PatientDocument& document, const OpenConflict& conflict,
                                            const VersionId& keep, const VersionId& fresh,
                                            Time time);

// Takes a settling back: what stood against each other does so again, with its writers and their
// times, as new versions that cover the one that settled it; `fresh` has one for each that was put
// away. Returns false, changing nothing, where the row was edited since.
[[nodiscard]] bool reopen(PatientDocument& document, const Settled& settled,
                          const std::map<VersionId, VersionId>& fresh);

}  // namespace cfs
