#include "core/database/mapping_node.h"

#include <algorithm>
#include <set>

#include "core/folder/xml_text.h"
#include "core/model/error.h"
#include "core/model/text.h"

namespace cfs {

namespace {

std::string tag(std::string_view name) { return "<" + std::string(name) + ">"; }

// A text that stands in a message: short and of one line, whatever the file holds.
std::string shown(std::string_view text) {
    constexpr std::size_t kMax = 64;
    return printable(text, kMax) + (text.size() > kMax ? "..." : "");
}

std::string listed(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0 && i + 1 == words.size()) return said("{1} or {2}", text, words[i]);
        text += (i == 0 ? "" : ", ") + words[i];
    }
    return text;
}

bool is_plain(const std::string& text) {
    return fits_xml(text) && std::none_of(text.begin(), text.end(), [](char c) {
               return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
           });
}

std::vector<std::string> tags(const std::vector<std::string>& names) {
    std::vector<std::string> result;
    for (const auto& name : names) result.push_back(tag(name));
    return result;
}

std::int64_t line_at(std::string_view xml, std::size_t offset) {
    const auto before = xml.substr(0, offset);
    return std::count(before.begin(), before.end(), '\n') + 1;
}

}  // namespace

void MappingSource::fail_at(std::size_t offset, const std::string& what) const {
    throw Error(ErrorCode::mapping_invalid,
                said("The mapping {1}, line {2}: {3}", name, line_at(xml, offset), what));
}

std::optional<std::int64_t> line_that_names(std::string_view xml, const std::string& table,
                                            const std::string& column) {
    pugi::xml_document document;
    if (table.empty() || !document.load_buffer(xml.data(), xml.size())) return std::nullopt;
    const auto names = [&](const pugi::xml_node& node) {
        return !!node.find_attribute(
            [&](const pugi::xml_attribute& attribute) { return attribute.value() == column; });
    };
    pugi::xml_node first, exact;
    document.find_node([&](const pugi::xml_node& node) {
        if (node.attribute("table").value() != table) return false;
        if (!first) first = node;
        if (column.empty()) return true;
        exact = names(node) ? node : node.find_node(names);
        return !!exact;
    });
    const auto found = exact ? exact : first;
    if (!found || found.offset_debug() < 0) return std::nullopt;
    return line_at(xml, static_cast<std::size_t>(found.offset_debug()));
}

void MappingNode::fail(const std::string& what) const {
    const auto offset = node_.offset_debug();
    source_->fail_at(offset < 0 ? 0 : static_cast<std::size_t>(offset), what);
}

std::vector<MappingNode> MappingNode::children(const std::vector<std::string>& allowed) const {
    std::vector<MappingNode> result;
    for (const auto& child : node_.children()) {
        const MappingNode node(*source_, child);
        if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
            fail(said("{1} holds the text \"{2}\"; a mapping says everything by attributes.",
                      tag(element()), shown(child.value())));
        }
        if (std::find(allowed.begin(), allowed.end(), node.element()) == allowed.end()) {
            const auto wrong = tag(shown(node.element()));
            const auto nearest = nearest_name(wrong, tags(allowed));
            node.fail(nearest ? said("there is no element {1} in {2}; did you mean {3}?", wrong,
                                     tag(element()), *nearest)
                              : said("there is no element {1} in {2}.", wrong, tag(element())));
        }
        result.push_back(node);
    }
    return result;
}

void MappingNode::expect_attributes(const std::vector<std::string>& required,
                                    const std::vector<std::string>& optional) const {
    auto allowed = required;
    allowed.insert(allowed.end(), optional.begin(), optional.end());
    std::set<std::string> found;
    for (const auto& attribute : node_.attributes()) {
        const std::string name = attribute.name();
        if (std::find(allowed.begin(), allowed.end(), name) == allowed.end()) {
            const auto nearest = nearest_name(name, allowed);
            fail(nearest ? said("{1} has no attribute {2}; did you mean {3}?", tag(element()),
                                shown(name), *nearest)
                         : said("{1} has no attribute {2}.", tag(element()), shown(name)));
        }
        if (!found.insert(name).second) fail(said("{1} has {2} twice.", tag(element()), name));
    }
    for (const auto& name : required) {
        if (!found.contains(name)) fail(said("{1} needs the attribute {2}.", tag(element()), name));
    }
}

std::string MappingNode::text(const char* attribute) const {
    auto text = value(attribute);
    if (text.empty()) fail(said("the {1} of {2} is empty.", attribute, tag(element())));
    return text;
}

std::string MappingNode::value(const char* attribute) const {
    std::string text = node_.attribute(attribute).value();
    if (text.size() > kMaxNameSize) {
        fail(said("the {1} of {2} is longer than {3} bytes.", attribute, tag(element()),
                  kMaxNameSize));
    }
    if (!is_plain(text))
        fail(said("the {1} of {2} holds a character that no name can have.", attribute,
                  tag(element())));
    return text;
}

void MappingNode::fail_choice(const char* attribute, const std::string& given,
                              const std::vector<std::string>& known) const {
    fail(said("the {1} of {2} can't be \"{3}\"; it is {4}.", attribute, tag(element()),
              shown(given), listed(known)));
}

}  // namespace cfs
