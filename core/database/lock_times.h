// How long we keep the clinic program's lock, and how long it then gets its turn: together well
// under the 100 ms that are promised.
#pragma once

#include <chrono>

namespace cfs {

// What one transaction may take, its commit included.
inline constexpr std::chrono::milliseconds kHold{40};
// Between two of them: longer than the intervals at which SQLite tries again.
inline constexpr std::chrono::milliseconds kGap{26};
// In all, while others' locks are in the way of a statement outside of a transaction.
inline constexpr std::chrono::milliseconds kLockPatience{5000};

}  // namespace cfs
