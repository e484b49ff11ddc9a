// The sync that runs at this moment, as the windows show it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/engine/sync_observer.h"
#include "core/engine/sync_report.h"
#include "dialogs/remaining_time.h"

namespace cfs {

inline constexpr std::size_t kMaxLiveLines = 5'000;

struct LiveRun {
    std::string connection;
    std::string site;
    Time started{};
    SyncProgress progress;
    std::vector<ReportLine> lines;  // the first kMaxLiveLines
    std::size_t left_out = 0;       // how many more there were
    bool preview = false;
    bool stopping = false;
    RemainingTime remaining;

    void move(Time now, const SyncProgress& to, const std::vector<ReportLine>& more);
};

}  // namespace cfs
