// Hexadecimal digits, lower case only: other spellings would give one thing two names. Used on the
// hot path of reading documents, hence inline.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cfs {

inline constexpr std::string_view kHexDigits = "0123456789abcdef";

inline constexpr auto kHexValues = [] {
    std::array<std::int8_t, 256> values{};
    values.fill(-1);
    for (std::size_t i = 0; i < kHexDigits.size(); ++i) {
        values[static_cast<unsigned char>(kHexDigits[i])] = static_cast<std::int8_t>(i);
    }
    return values;
}();

// 0 to 15, or -1.
[[nodiscard]] constexpr int hex_value(char c) { return kHexValues[static_cast<unsigned char>(c)]; }

// Writes the two digits of `byte` at `out`.
constexpr void put_hex(char* out, std::uint8_t byte) {
    out[0] = kHexDigits[byte >> 4U];
    out[1] = kHexDigits[byte & 15U];
}

// Reads the two digits at `in`; false if they are none.
[[nodiscard]] constexpr bool get_hex(const char* in, std::uint8_t& byte) {
    const int high = hex_value(in[0]);
    const int low = hex_value(in[1]);
    if ((high | low) < 0) return false;
    byte = static_cast<std::uint8_t>(high * 16 + low);
    return true;
}

}  // namespace cfs
