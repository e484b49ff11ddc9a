// The time of a simulated world, and the clock of one machine in it, which may be wrong.
#pragma once

#include "core/model/time.h"

namespace cfs::simulation {

struct WorldTime {
    Time now{std::chrono::sys_days(std::chrono::year(2026) / 3 / 1)};
};

class MachineClock : public Clock {
  public:
    explicit MachineClock(WorldTime& world) : world_(&world) {}

    [[nodiscard]] Time now() const override { return world_->now + wrong_by; }
    void pause(std::chrono::milliseconds duration) override { world_->now += duration; }
    // Every look takes a moment, so that long work meets its time limits.
    [[nodiscard]] std::chrono::milliseconds elapsed() const override {
        world_->now += std::chrono::milliseconds(1);
        return elapsed_ += tick;
    }

    std::chrono::milliseconds wrong_by{0};
    std::chrono::milliseconds tick{3};

  private:
    WorldTime* world_;
    mutable std::chrono::milliseconds elapsed_{0};
};

}  // namespace cfs::simulation
