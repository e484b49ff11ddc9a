// Hexadecimal digits, lower case only: other spellings would give one thing two names. Used on the
// hot path of reading documents, hence inline and without tables to set up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cfs {

inline constexpr std::string_view kHexDigits = "0123456789abcdef";

// 0 to 15, or -1.
[[nodiscard]] constexpr int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

// Writes the two digits of `byte` at `out`.
constexpr void put_hex(char* out, std::uint8_t byte) {
    out[0] = kHexDigits[byte >> 4U];
    out[1] = kHexDigits[byte & 15U];
}

// Reads the two digits at `in`; false if they are none.
[[nodiscard]] constexpr bool get_hex(const char* in, std::uint8_t& byte) {
    const int high = hex_value(in[0]);
    const int low = hex_value(in[1]);
    if (high < 0 || low < 0) return false;
    byte = static_cast<std::uint8_t>(high * 16 + low);
    return true;
}

}  // namespace cfs
