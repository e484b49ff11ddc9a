// What the system tells a program that runs all day: that the computer is about to sleep or to be
// turned off, or has slept, that it runs on battery, that its network costs money. Where nobody
// tells, nothing comes.
#pragma once

#include <functional>
#include <memory>

#include "tray/supply.h"

namespace cfs {

// All are called on the thread of the windows.
struct SystemEvents {
    std::function<void(const Supply&)> supply_changed;
    // Before it sleeps or is turned off. The system waits for `ready`, some seconds at most.
    std::function<void(std::function<void()> ready)> sleeping;
    // It has slept, or goes on after all.
    std::function<void()> woken;
};

class SystemWatch {
  public:
    virtual ~SystemWatch() = default;
};

[[nodiscard]] std::unique_ptr<SystemWatch> watch_system(SystemEvents events);

}  // namespace cfs
