// Which notifications a sync run calls for: one per event, none for an ordinary run. Pure; the
// words are chosen elsewhere, and nothing in here can name a patient.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/engine/sync_report.h"

namespace cfs {

enum class NotificationKind { new_conflicts, error, recovery };

struct Notification {
    NotificationKind kind = NotificationKind::error;
    std::string database;                  // the connection
    std::string site;                      // the site's name
    std::int64_t count = 0;                // new conflicts, or new errors
    std::vector<PatientId> patients;       // whose records are concerned; none: unknown
    std::int64_t open = 0;                 // conflicts that are open in all
    bool safety = false;                   // a `safety` column is concerned
    ErrorCode code = ErrorCode::internal;  // of an error: the first new one
    std::string sentence;                  // of an error: the first new one's

    bool operator==(const Notification&) const = default;
};

// What the user has been told of one database and what has not ended since.
struct ToldState {
    std::set<std::string> errors;                // an opaque word for each error
    std::optional<std::int64_t> conflicts_open;  // nothing: no run is known
    bool failing = false;                        // the last run did not get through

    bool operator==(const ToldState&) const = default;
};

// What is new in `report` for a user who was told `told`: at most one notification of each kind.
// Previews, busy and cancelled runs call for none.
[[nodiscard]] std::vector<Notification> notifications_for(const ToldState& told,
                                                          const SyncReport& report);

// What the user knows once those notifications were shown. An error ends, and is told again should
// it come back, when a run gets through without it. Folding this over the runs in the history gives
// the state to start with after the program was ended.
[[nodiscard]] ToldState told_after(ToldState told, const SyncReport& report);

}  // namespace cfs
