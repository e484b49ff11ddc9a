#include "core/engine/scheduler.h"

#include <algorithm>

namespace cfs {

std::optional<Time> next_sync(const SyncOptions& options, std::optional<Time> last_end, Time now) {
    if (!options.auto_sync) return std::nullopt;
    const auto interval = std::max(options.interval, std::chrono::minutes{1});
    if (!last_end) return now;
    // A run "in the future" means that the clock was set back: it must not hold syncs up for long.
    return std::clamp(*last_end + interval, now, now + interval);
}

std::optional<Time> after_pause(std::optional<Time> next, std::optional<Time> paused_until) {
    if (!next || !paused_until) return next;
    if (*paused_until == kLastTime) return std::nullopt;
    return std::max(*next, *paused_until);
}

std::optional<Time> earlier(std::optional<Time> one, std::optional<Time> other) {
    if (!one || !other) return one ? one : other;
    return std::min(*one, *other);
}

}  // namespace cfs
