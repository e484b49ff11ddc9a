// Reads the XML that our writers make, tag by tag and without building a tree, so that a hostile
// file takes no more memory than its bytes. Stricter than XML: no comments, CDATA, DTD or
// instructions, double quotes only, and no entities but the five that XML itself has. What does not
// fit throws file_damaged; the sentence names no file.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace cfs {

// A start tag. All refer to the bytes that are read.
class XmlTag {
  public:
    [[nodiscard]] std::string_view name() const { return name_; }
    // Ends in "/>": no content, no end tag.
    [[nodiscard]] bool empty() const { return empty_; }

    [[nodiscard]] bool has(std::string_view attribute) const;
    // As it is written: for texts in which nothing can be escaped. Empty if there is none.
    [[nodiscard]] std::string_view raw(std::string_view attribute) const;
    [[nodiscard]] std::string text(std::string_view attribute) const;
    // Throws file_damaged if there are others than these.
    void expect(std::initializer_list<std::string_view> attributes) const;

  private:
    friend class XmlReader;
    struct Attribute {
        std::string_view name, value;
    };
    // More than any element of ours has.
    static constexpr std::size_t kMaxAttributes = 8;

    std::string_view name_;
    std::array<Attribute, kMaxAttributes> attributes_;
    std::size_t count_ = 0;
    bool empty_ = false;
};

class XmlReader {
  public:
    explicit XmlReader(std::string_view xml);

    // Reads a start tag (true) or the end tag of the innermost open element (false), and the white
    // space before it.
    [[nodiscard]] bool next(XmlTag& tag);
    // The text up to the next tag, still escaped.
    [[nodiscard]] std::string_view text();
    // Does an end tag come next?
    [[nodiscard]] bool at_end() const { return rest_.starts_with("</"); }
    // Nothing but white space may be left.
    void finish();

  private:
    void skip_space();
    [[nodiscard]] std::string_view take_name();
    void take(std::string_view expected);
    void read_attributes(XmlTag& tag);

    std::string_view rest_;
    std::vector<std::string_view> open_;
};

// Text without its escapes.
[[nodiscard]] std::string unescaped(std::string_view raw);

}  // namespace cfs
