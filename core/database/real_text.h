// How a double is written in documents: the same whatever database it comes from.
#pragma once

#include <string>

namespace cfs {

inline constexpr const char* kInfinity = "9e999";
inline constexpr const char* kMinusInfinity = "-9e999";

// The shortest text that gives the same double as these digits, or the same float.
[[nodiscard]] std::string shortest_real(const std::string& digits);
[[nodiscard]] std::string shortest_float(const std::string& digits);

}  // namespace cfs
