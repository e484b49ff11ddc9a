// Eight bytes as a number of the same order. Ids are compared more often than anything else is done
// with them.
#pragma once

#include <cstdint>

namespace cfs {

// Written out, since compilers know a single load in it then, but not in a loop.
[[nodiscard]] constexpr std::uint64_t in_order(const std::uint8_t* bytes) {
    return std::uint64_t{bytes[0]} << 56U | std::uint64_t{bytes[1]} << 48U |
           std::uint64_t{bytes[2]} << 40U | std::uint64_t{bytes[3]} << 32U |
           std::uint64_t{bytes[4]} << 24U | std::uint64_t{bytes[5]} << 16U |
           std::uint64_t{bytes[6]} << 8U | std::uint64_t{bytes[7]};
}

}  // namespace cfs
