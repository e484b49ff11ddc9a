// An element of a mapping file: knows where it stands and complains in whole sentences. Internal to
// the parser.
#pragma once

#include <cstdint>
#include <optional>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/database/nearest_name.h"

namespace cfs {

// What the parser reads, and what messages call it.
struct MappingSource {
    std::string_view xml;
    std::string name;

    // Throws mapping_invalid: "The mapping demo.xml, line 12: <what>". `what` is the rest of a
    // sentence with its full stop.
    [[noreturn]] void fail_at(std::size_t offset, const std::string& what) const;
};

// Of a mapping that is one: the first line that names the column in what is said of the table, or
// else the table; nothing where neither is named.
[[nodiscard]] std::optional<std::int64_t> line_that_names(std::string_view xml,
                                                          const std::string& table,
                                                          const std::string& column);

// Longer than any database's names.
inline constexpr std::size_t kMaxNameSize = 128;

// What may stand in the element of a table, whichever it is, and in that of a part.
inline const std::vector<std::string> kTableElements = {
    "key",    "local", "uuid",     "identity", "where",   "group", "reference",
    "lookup", "file",  "volatile", "unique",   "default", "skip",  "safety",
    "match",  "owner", "label",    "part",     "renamed"};
inline const std::vector<std::string> kPartElements = {"reference", "lookup", "volatile", "default",
                                                       "skip",      "safety", "renamed"};

class MappingNode {
  public:
    MappingNode(const MappingSource& source, pugi::xml_node node) : source_(&source), node_(node) {}

    [[nodiscard]] std::string element() const { return node_.name(); }
    [[noreturn]] void fail(const std::string& what) const;

    // The elements below, each of which must be one of `allowed`; text between them is an error.
    [[nodiscard]] std::vector<MappingNode> children(const std::vector<std::string>& allowed) const;

    // Are the attributes those that the element may have, each once?
    void expect_attributes(const std::vector<std::string>& required,
                           const std::vector<std::string>& optional = {}) const;
    [[nodiscard]] bool has(const char* attribute) const { return !!node_.attribute(attribute); }
    // A name or value in one line, which may be empty; fails for characters that XML can't hold.
    [[nodiscard]] std::string value(const char* attribute) const;
    // The same, but not empty.
    [[nodiscard]] std::string text(const char* attribute) const;

    // What documents call the table of this element, and the rest of the mapping with them.
    [[nodiscard]] std::string table() const { return text(has("as") ? "as" : "table"); }

    // One of several words; the first is the default.
    template <class T>
    [[nodiscard]] T choice(const char* attribute,
                           const std::vector<std::pair<std::string, T>>& words) const {
        if (!has(attribute)) return words.front().second;
        const auto given = text(attribute);
        std::vector<std::string> known;
        for (const auto& [word, value] : words) {
            if (word == given) return value;
            known.push_back(word);
        }
        fail_choice(attribute, given, known);
    }

  private:
    [[noreturn]] void fail_choice(const char* attribute, const std::string& given,
                                  const std::vector<std::string>& known) const;

    const MappingSource* source_;
    pugi::xml_node node_;
};

}  // namespace cfs
