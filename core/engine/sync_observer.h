// How a running sync speaks outward. Called on the thread that runs the sync, at most some ten
// times a second for progress; an implementation hands over to its own thread and returns soon.
#pragma once

#include <cstdint>

#include "core/engine/sync_report.h"

namespace cfs {

struct SyncProgress {
    std::int64_t patients_done = 0;
    std::int64_t patients_total = 0;  // grows while changes are still being found
};

class SyncObserver {
  public:
    virtual ~SyncObserver() = default;
    virtual void on_progress(const SyncProgress&) {}
    virtual void on_line(const ReportLine&) {}
};

}  // namespace cfs
