// The small canonical XML that the folder's files share: one spelling for equal content, and the
// checks that a hostile file must pass before a parser sees it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cfs {

// Can XML 1.0 hold `text` as it is? Valid UTF-8 without control characters (tab and line ends are
// allowed) and without the non-characters U+FFFE and U+FFFF.
[[nodiscard]] bool fits_xml(std::string_view text);

// The same but for control characters, which may stand in it.
[[nodiscard]] bool fits_xml_but_for_controls(std::string_view text);

// `text` as a line of a log, a menu or a notification may hold it: what is not UTF-8, control
// characters, line ends of any kind and overrides of the writing's direction become '?'; at most
// `max_size` bytes, cut between characters.
[[nodiscard]] std::string printable(std::string_view text, std::size_t max_size = 1024);

// Appends `text` escaped for an element's content or an attribute in double quotes.
void append_escaped(std::string& out, std::string_view text);

// Appends ` name="text"`.
void append_attribute(std::string& out, std::string_view name, std::string_view text);

// What our writers produce is flat, without comments, DTD, CDATA or instructions behind the XML
// declaration: is `xml` of that shape? Keeps entity bombs, deep nesting and floods of elements away
// from the parser. Linear, no allocation.
[[nodiscard]] bool has_plain_shape(std::string_view xml, int max_depth, std::size_t max_elements);

// Are all references in `xml` to characters, or to the five entities that XML itself has?
[[nodiscard]] bool has_plain_references(std::string_view xml);

// XML in parts that are parsed one by one, so that no tree of the whole is ever in memory.
struct SplitXml {
    std::string root;                        // the root element without its content
    std::vector<std::string_view> children;  // the elements in it, in the split text
};

// Splits what has_plain_shape(); nothing where other than white space stands between the parts, or
// where there is more than one root.
[[nodiscard]] std::optional<SplitXml> split_root(std::string_view xml);

// The text of attribute `digest` in the first element, empty if there is none.
[[nodiscard]] std::string_view digest_attribute(std::string_view xml);

// Fills the zeros that a writer left in the attribute `digest` with the SHA-256 of the whole text.
// Where `sealed`, whose digest holds, is the same text, that is taken from there.
void seal_digest(std::string& xml, std::string_view sealed = {});
inline constexpr std::string_view kNoDigest =
    "0000000000000000000000000000000000000000000000000000000000000000";

// Does the attribute `digest` hold the SHA-256 of the text with that attribute zeroed?
[[nodiscard]] bool digest_holds(std::string_view xml);

}  // namespace cfs
