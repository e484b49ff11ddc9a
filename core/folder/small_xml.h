// What reading the marker, log segments and site files has in common: all checks that a file must
// pass before its content is looked at. Internal to core/folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/model/text.h"

namespace pugi {
class xml_document;
class xml_node;
}  // namespace pugi

namespace cfs {

struct SmallXml {
    std::string_view root;        // the name of its element
    std::string_view space;       // its namespace
    std::size_t max_size;         // bytes
    int max_depth = 1;            // of elements
    std::size_t min_element = 1;  // bytes of the shortest element that a writer makes
};

inline constexpr std::string_view kSmallXmlFormat = "1";

// The XML declaration and the root element up to its digest, which stands behind the attribute
// `id_name`: there it can be found whatever texts follow.
[[nodiscard]] std::string begin_xml(const SmallXml& shape, std::string_view id_name,
                                    std::string_view id);

// Parses `xml` into `document` and gives its root element. Throws file_too_large, file_version or
// file_damaged; the sentence names no file.
[[nodiscard]] pugi::xml_node checked_root(pugi::xml_document& document, std::string_view xml,
                                          const SmallXml& shape);

[[noreturn]] void throw_damaged(const std::string& what);

// An attribute's text; throws file_damaged if XML could not hold it.
[[nodiscard]] std::string text_attribute(const pugi::xml_node& node, const char* name);

// An attribute's number in its one spelling, from 1 to `max`; throws file_damaged.
[[nodiscard]] std::int64_t number_attribute(const pugi::xml_node& node, const char* name,
                                            std::int64_t max);

// An attribute's text as `parse` reads it; throws file_damaged if it can't.
template <class Parse>
auto parsed_attribute(const pugi::xml_node& node, const char* name, Parse parse) {
    const auto result = parse(text_attribute(node, name));
    if (!result) throw_damaged(said("its {1} can't be read", name));
    return *result;
}

}  // namespace cfs
