// A 128-bit universally unique identifier (RFC 4122) as plain bytes; its text is lower-case
// 8-4-4-4-12. Order is byte order, which is also the order of the texts.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/model/in_order.h"

namespace cfs {

struct Uuid {
    std::array<std::uint8_t, 16> bytes{};

    std::strong_ordering operator<=>(const Uuid& other) const {
        const auto first = in_order(bytes.data()) <=> in_order(other.bytes.data());
        return first != 0 ? first : in_order(&bytes[8]) <=> in_order(&other.bytes[8]);
    }
    bool operator==(const Uuid& other) const { return (*this <=> other) == 0; }

    // Only the canonical lower-case form is accepted: anything else has two spellings.
    [[nodiscard]] static std::optional<Uuid> parse(std::string_view text);
    [[nodiscard]] std::string text() const;
};

// `uuid`, of random bytes, marked as version 4.
[[nodiscard]] Uuid as_random_uuid(Uuid uuid);

// `uuid` with the first 32 bits of `other`: in an index both then lie together, and all that is
// read or written with one is near. As unlikely to meet another of its kind as one chance in 2^90
// can be.
[[nodiscard]] Uuid beside(const Uuid& other, Uuid uuid);
[[nodiscard]] bool are_beside(const Uuid& a, const Uuid& b);
// Of all that are beside it.
[[nodiscard]] Uuid first_beside(const Uuid& other);
[[nodiscard]] Uuid last_beside(const Uuid& other);

// Version 5 (name-based) of `name` in the namespace `space`.
[[nodiscard]] Uuid derived_uuid(const Uuid& space, std::string_view name);

}  // namespace cfs
