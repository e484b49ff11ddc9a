// The same work in several processes: SQLite is set up for one thread here.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace cfs::simulation {

using Sums = std::map<std::string, std::uint64_t>;

// Calls `work` with 0 .. jobs - 1, each in a process of its own, and adds up what they return;
// "died" counts those that did not end well.
[[nodiscard]] Sums in_processes(std::uint64_t jobs, const std::function<Sums(std::uint64_t)>& work);

}  // namespace cfs::simulation
