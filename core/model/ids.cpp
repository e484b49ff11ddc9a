#include "core/model/ids.h"

#include "core/model/hex.h"

namespace cfs {
namespace {

constexpr std::size_t kTagDigits = 8;
constexpr std::size_t kRandomPlace = kTagDigits + 1;
constexpr std::size_t kTextSize = kRandomPlace + 16;

constexpr std::string_view kBase64Url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::array<std::int8_t, 256> make_values() {
    std::array<std::int8_t, 256> values{};
    values.fill(-1);
    for (std::size_t i = 0; i < kBase64Url.size(); ++i) {
        values[static_cast<std::uint8_t>(kBase64Url[i])] = static_cast<std::int8_t>(i);
    }
    return values;
}

constexpr auto kValues = make_values();

// Three bytes are four characters, without a remainder: each text has one meaning.
void put_base64(char* out, const std::uint8_t* in) {
    const std::uint32_t bits = std::uint32_t{in[0]} << 16U | std::uint32_t{in[1]} << 8U | in[2];
    for (std::size_t i = 0; i < 4; ++i) out[i] = kBase64Url[bits >> (18 - 6 * i) & 63U];
}

bool get_base64(const char* in, std::uint8_t* out) {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const int value = kValues[static_cast<std::uint8_t>(in[i])];
        if (value < 0) return false;
        bits = bits << 6U | static_cast<std::uint32_t>(value);
    }
    for (std::size_t i = 0; i < 3; ++i) out[i] = static_cast<std::uint8_t>(bits >> (16 - 8 * i));
    return true;
}

}  // namespace

WriterTag32 tag_of(const WriterId& writer) {
    const auto& bytes = writer.uuid.bytes;
    return std::uint32_t{bytes[0]} << 24U | std::uint32_t{bytes[1]} << 16U |
           std::uint32_t{bytes[2]} << 8U | bytes[3];
}

std::optional<VersionId> VersionId::parse(std::string_view text) {
    if (text.size() != kTextSize || text[kTagDigits] != '.') return std::nullopt;
    VersionId id;
    for (std::size_t i = 0; i < kTagDigits; ++i) {
        const int digit = hex_value(text[i]);
        if (digit < 0) return std::nullopt;
        id.writer = id.writer << 4U | static_cast<std::uint32_t>(digit);
    }
    for (std::size_t i = 0; i < 4; ++i) {
        const char* in = text.data() + kRandomPlace + 4 * i;
        if (!get_base64(in, id.random.data() + 3 * i)) return std::nullopt;
    }
    return id;
}

std::string VersionId::text() const {
    std::string text(kTextSize, '.');
    for (std::size_t i = 0; i < kTagDigits; ++i) text[i] = kHexDigits[writer >> (28 - 4 * i) & 15U];
    for (std::size_t i = 0; i < 4; ++i) {
        put_base64(text.data() + kRandomPlace + 4 * i, random.data() + 3 * i);
    }
    return text;
}

}  // namespace cfs
