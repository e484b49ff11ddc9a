// Between this program and the kernel: the calls with which it, SQLite, Boost and the standard
// library touch files below one directory are counted, and one of them goes wrong as ordered. The
// product knows nothing of it: the program's own definitions come before the C library's.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cfs::faults {

enum class Kind : std::uint8_t {
    kill,         // the process dies before the n-th call that changes something
    torn,         // ... halfway through the n-th write
    fail,         // the n-th call of any sort fails with EIO, once
    refuse,       // the n-th call that names a file fails with EACCES, once
    full,         // the n-th write ends halfway, and from there on nothing finds room (ENOSPC)
    short_write,  // the n-th write takes only half, and says so
};

inline constexpr std::array kKinds{Kind::kill,   Kind::torn, Kind::fail,
                                   Kind::refuse, Kind::full, Kind::short_write};

[[nodiscard]] std::string name_of(Kind kind);
[[nodiscard]] std::optional<Kind> kind_of(const std::string& name);

struct Fault {
    Kind kind;
    std::uint64_t at;  // from 1
};

using Counts = std::array<std::uint64_t, kKinds.size()>;  // calls that each kind can strike

// What happened, in memory that a child process shares with its parent.
struct Tally {
    Counts counts{};
    bool struck = false;
    std::array<char, 300> where{};  // the call that was struck, and its file
    std::array<char, 2000> said{};  // by the child, where it found an invariant broken
};
[[nodiscard]] Tally& shared_tally();

// From here on calls are counted, and struck.
void start_counting(const std::string& directory, std::optional<Fault> fault);
// Whatever was full has room again.
void stop_counting();

}  // namespace cfs::faults
