// How long a sync still takes, judged by its pace of late. No I/O, no clock of its own.
#pragma once

#include <wx/string.h>

#include <chrono>
#include <deque>
#include <optional>

#include "core/engine/sync_observer.h"
#include "core/model/time.h"

namespace cfs {

class RemainingTime {
  public:
    void note(Time now, const SyncProgress& progress);

    // Nothing before enough is known.
    [[nodiscard]] std::optional<std::chrono::seconds> estimate() const;

  private:
    struct Sample {
        Time time;
        std::int64_t done;
    };

    std::deque<Sample> samples_;  // of the last seconds, oldest first
    std::int64_t total_ = 0;
};

// "about 2 minutes left"; empty where nothing is known.
[[nodiscard]] wxString remaining_text(std::optional<std::chrono::seconds> time);

}  // namespace cfs
