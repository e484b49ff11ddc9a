// The machine's time, to be moved forward; two readings are never equal, so that the order of
// edits is the order of what a story tells. Pauses are skipped.
#pragma once

#include <algorithm>
#include <mutex>

#include "core/model/time.h"

namespace cfs::test {

class TestClock : public Clock {
  public:
    [[nodiscard]] Time now() const override {
        const std::lock_guard guard(mutex_);
        last_ = std::max(last_ + std::chrono::milliseconds(1), system_clock().now() + ahead_);
        return last_;
    }
    void pause(std::chrono::milliseconds) override {}

    void advance(std::chrono::milliseconds duration) {
        const std::lock_guard guard(mutex_);
        ahead_ += duration;
    }

  private:
    mutable std::mutex mutex_;
    mutable Time last_{};
    std::chrono::milliseconds ahead_{0};
};

}  // namespace cfs::test
