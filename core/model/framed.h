// Texts one behind the other so that no two lists of them are written alike: what derived UUIDs,
// versions and digests are made of.
#pragma once

#include <string>
#include <string_view>

namespace cfs {

inline void append_framed(std::string& text, std::string_view part) {
    text += std::to_string(part.size());
    text += ':';
    text += part;
}

}  // namespace cfs
