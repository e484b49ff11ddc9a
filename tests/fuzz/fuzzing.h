// What the fuzz targets share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/folder/xml_text.h"

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

}  // namespace cfs::fuzz
