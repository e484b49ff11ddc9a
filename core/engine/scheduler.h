// When a database is due for its next automatic sync ("Automatically sync when app is running").
// Pure: the caller brings the time and holds the timer.
#pragma once

#include <optional>

#include "core/engine/settings.h"
#include "core/model/time.h"

namespace cfs {

// Nothing while automatic syncs are off; else a time that is never before `now`, so that a sync
// that was missed (machine asleep, program ended) is made up for once. `last_end` is the end of the
// last run, whatever came of it; without one the database is due at once.
[[nodiscard]] std::optional<Time> next_sync(const SyncOptions& options,
                                            std::optional<Time> last_end, Time now);

// `next`, held back by a pause of the automatic syncs (Settings::paused_until). A pause that is
// over changes nothing.
[[nodiscard]] std::optional<Time> after_pause(std::optional<Time> next,
                                              std::optional<Time> paused_until);

// Of two times that may never come the one that comes first.
[[nodiscard]] std::optional<Time> earlier(std::optional<Time> one, std::optional<Time> other);

}  // namespace cfs
