#include "tray/automatic_syncs.h"

#include <algorithm>

#include "core/engine/scheduler.h"

namespace cfs {

void AutomaticSyncs::set_settings(const Settings& settings) {
    general_ = settings.general;
    hints_.set_settings(settings);
}

void AutomaticSyncs::wake(Time now) {
    asleep_ = false;
    hints_.woken(now);
}

std::vector<std::string> AutomaticSyncs::take_due(const KnownDatabases& databases, Time now) {
    if (wait() || databases.paused_until(now)) return {};
    auto due = databases.due(now);
    for (auto& hinted : hints_.take_due(now)) {
        if (std::find(due.begin(), due.end(), hinted) == due.end()) due.push_back(hinted);
    }
    return due;
}

std::optional<Time> AutomaticSyncs::next_event(const KnownDatabases& databases, Time now) const {
    const auto resumed = databases.paused_until(now);
    if (resumed == kLastTime) return std::nullopt;
    if (wait() || resumed) return resumed;
    return earlier(databases.next_due(now), hints_.next_due());
}

}  // namespace cfs
