// SHA-256 and the two text forms of bytes that the formats use.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace cfs {

struct Digest {
    std::array<std::uint8_t, 32> bytes{};

    auto operator<=>(const Digest&) const = default;
    [[nodiscard]] std::string text() const;  // 64 lower-case hex digits
    [[nodiscard]] static std::optional<Digest> parse(std::string_view text);
};

[[nodiscard]] Digest sha256(std::string_view bytes);
// Of all parts as if they were one text.
[[nodiscard]] Digest sha256(std::initializer_list<std::string_view> parts);

[[nodiscard]] std::string to_hex(std::string_view bytes);
[[nodiscard]] std::optional<std::string> from_hex(std::string_view text);
[[nodiscard]] std::string to_base64(std::string_view bytes);  // RFC 4648, padded
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace cfs
