// What the fuzz targets share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "core/folder/xml_text.h"
#include "core/model/error.h"

namespace cfs::fuzz {

// A property that must hold of whatever was accepted: else the fuzzer keeps the input.
inline void require(bool holds) {
    if (!holds) std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

// The same bytes with the digest that fits them: no fuzzer finds one by chance, and behind it lies
// nearly all that there is to find.
inline std::string with_digest(std::string_view bytes) {
    std::string xml(bytes);
    const auto digest = digest_attribute(xml);
    if (digest.empty()) return xml;
    xml.replace(static_cast<std::size_t>(digest.data() - xml.data()), digest.size(), kNoDigest);
    seal_digest(xml);
    return xml;
}

// What `read` makes of the text; nothing for an error of ours.
template <class Read>
auto accepted(Read read, std::string_view text) -> std::optional<decltype(read(text))> {
    try {
        return read(text);
    } catch (const Error&) {
        return std::nullopt;
    }
}

// One input as it is, and with the digest that fits it.
template <class Check>
int check_both(const std::uint8_t* data, std::size_t size, Check check) {
    const auto bytes = text_of(data, size);
    check(bytes);
    check(with_digest(bytes));
    return 0;
}

}  // namespace cfs::fuzz
