#include "core/folder/small_xml.h"

#include <charconv>
#include <pugixml.hpp>

#include "core/folder/xml_text.h"
#include "core/model/error.h"
#include "core/model/text.h"

namespace cfs {

namespace {

void check_bytes(std::string_view xml, const SmallXml& shape) {
    if (xml.size() > shape.max_size) {
        throw Error(ErrorCode::file_too_large,
                    said("the file is larger than {1} KiB", shape.max_size >> 10));
    }
    const auto max_elements = xml.size() / shape.min_element + 1;
    if (xml.find('\0') != std::string_view::npos ||
        !has_plain_shape(xml, shape.max_depth, max_elements)) {
        throw_damaged(said("it is empty, cut off or of another shape"));
    }
}

}  // namespace

std::string begin_xml(const SmallXml& shape, std::string_view id_name, std::string_view id) {
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<";
    out += shape.root;
    append_attribute(out, "xmlns", shape.space);
    append_attribute(out, "format", kSmallXmlFormat);
    append_attribute(out, id_name, id);
    append_attribute(out, "digest", kNoDigest);
    return out;
}

pugi::xml_node checked_root(pugi::xml_document& document, std::string_view xml,
                            const SmallXml& shape) {
    check_bytes(xml, shape);
    const auto result =
        document.load_buffer(xml.data(), xml.size(), pugi::parse_escapes, pugi::encoding_utf8);
    if (!result) throw_damaged(said("it is not well-formed XML"));
    const auto root = document.document_element();
    if (root.name() != shape.root || root.attribute("xmlns").value() != shape.space) {
        throw_damaged(said("it holds something else"));
    }
    if (root.attribute("format").value() != kSmallXmlFormat) {
        throw Error(ErrorCode::file_version,
                    said("the file has another format version; update this program"));
    }
    if (!digest_holds(xml)) throw_damaged(said("its digest does not fit its content"));
    return root;
}

void throw_damaged(const std::string& what) {
    throw Error(ErrorCode::file_damaged, said("the file is damaged: {1}", what));
}

std::string text_attribute(const pugi::xml_node& node, const char* name) {
    std::string text = node.attribute(name).value();
    // Character references can spell what the bytes of a file may not.
    if (!fits_xml(text)) throw_damaged(said("its {1} is no text", name));
    return text;
}

std::int64_t number_attribute(const pugi::xml_node& node, const char* name, std::int64_t max) {
    const std::string_view text = node.attribute(name).value();
    std::int64_t number = 0;
    const auto* const end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, number);
    if (result.ec != std::errc() || result.ptr != end || text.front() == '0' || number < 1 ||
        number > max) {
        throw_damaged(said("its {1} can't be read", name));
    }
    return number;
}

}  // namespace cfs
