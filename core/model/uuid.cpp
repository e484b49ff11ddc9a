#include "core/model/uuid.h"

#include <algorithm>
#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid.hpp>

#include "core/model/hex.h"

namespace cfs {
namespace {

constexpr std::size_t kTextSize = 36;
constexpr std::size_t kBeside = 4;  // bytes that those which are beside each other begin with

// A hyphen stands before the bytes 4, 6, 8 and 10.
constexpr std::array<std::uint8_t, 16> kPlace{0,  2,  4,  6,  9,  11, 14, 16,
                                              19, 21, 24, 26, 28, 30, 32, 34};

bool has_hyphens(std::string_view text) {
    return text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-';
}

}  // namespace

std::optional<Uuid> Uuid::parse(std::string_view text) {
    if (text.size() != kTextSize || !has_hyphens(text)) return std::nullopt;
    Uuid uuid;
    for (std::size_t i = 0; i < kPlace.size(); ++i) {
        if (!get_hex(text.data() + kPlace[i], uuid.bytes[i])) return std::nullopt;
    }
    return uuid;
}

std::string Uuid::text() const {
    std::string text(kTextSize, '-');
    for (std::size_t i = 0; i < kPlace.size(); ++i) put_hex(text.data() + kPlace[i], bytes[i]);
    return text;
}

Uuid as_random_uuid(Uuid uuid) {
    uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0FU) | 0x40U);  // version 4
    uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3FU) | 0x80U);  // RFC 4122
    return uuid;
}

Uuid beside(const Uuid& other, Uuid uuid) {
    std::copy_n(other.bytes.begin(), kBeside, uuid.bytes.begin());
    return uuid;
}

bool are_beside(const Uuid& a, const Uuid& b) {
    return std::equal(a.bytes.begin(), a.bytes.begin() + kBeside, b.bytes.begin());
}

Uuid first_beside(const Uuid& other) { return beside(other, {}); }

Uuid last_beside(const Uuid& other) {
    Uuid last;
    last.bytes.fill(0xFF);
    return beside(other, last);
}

Uuid derived_uuid(const Uuid& space, std::string_view name) {
    boost::uuids::uuid source{};
    std::copy(space.bytes.begin(), space.bytes.end(), source.begin());
    const boost::uuids::name_generator_sha1 generate(source);
    const boost::uuids::uuid made = generate(name.data(), name.size());
    Uuid uuid;
    std::copy(made.begin(), made.end(), uuid.bytes.begin());
    return uuid;
}

}  // namespace cfs
