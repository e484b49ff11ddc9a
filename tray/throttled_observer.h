// Gathers what a running sync says and passes it on some ten times a second, so that a sync of
// thousands of patients does not flood the thread of the windows. Used by the syncing thread alone.
#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "core/engine/sync_observer.h"

namespace cfs {

class ThrottledObserver : public SyncObserver {
  public:
    using Clock = std::function<std::chrono::steady_clock::time_point()>;
    using Sink = std::function<void(const SyncProgress&, std::vector<ReportLine>)>;

    static constexpr std::chrono::milliseconds kInterval{100};

    explicit ThrottledObserver(Sink sink, Clock clock = std::chrono::steady_clock::now);

    void on_progress(const SyncProgress& progress) override;
    void on_line(const ReportLine& line) override;
    void flush();  // passes on what is left

  private:
    void pass_on_if_due();

    Sink sink_;
    Clock clock_;
    std::chrono::steady_clock::time_point last_;
    SyncProgress progress_;
    std::vector<ReportLine> lines_;
    bool changed_ = false;
};

}  // namespace cfs
