#include "dialogs/live_run.h"

#include <algorithm>

namespace cfs {

void LiveRun::move(Time now, const SyncProgress& to, const std::vector<ReportLine>& more) {
    progress = to;
    remaining.note(now, to);
    const auto room = std::min(more.size(), kMaxLiveLines - lines.size());
    lines.insert(lines.end(), more.begin(), more.begin() + static_cast<std::ptrdiff_t>(room));
    left_out += more.size() - room;
}

}  // namespace cfs
