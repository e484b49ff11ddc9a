#include "core/database/mapping_node.h"

#include <algorithm>
#include <set>

#include "core/folder/xml_text.h"
#include "core/model/error.h"

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
        if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
        text += words[i];
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

}  // namespace

void MappingSource::fail_at(std::size_t offset, const std::string& what) const {
    const auto before = xml.substr(0, offset);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    throw Error(ErrorCode::mapping_invalid,
                "The mapping " + name + ", line " + std::to_string(line) + ": " + what);
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
            fail(tag(element()) + " holds the text \"" + shown(child.value()) +
                 "\"; a mapping says everything by attributes.");
        }
        if (std::find(allowed.begin(), allowed.end(), node.element()) == allowed.end()) {
            const auto wrong = tag(shown(node.element()));
            node.fail("there is no element " + wrong + " in " + tag(element()) +
                      did_you_mean(wrong, tags(allowed)));
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
            fail(tag(element()) + " has no attribute " + shown(name) + did_you_mean(name, allowed));
        }
        if (!found.insert(name).second) fail(tag(element()) + " has " + name + " twice.");
    }
    for (const auto& name : required) {
        if (!found.contains(name)) fail(tag(element()) + " needs the attribute " + name + ".");
    }
}

std::string MappingNode::text(const char* attribute) const {
    auto text = value(attribute);
    if (text.empty())
        fail("the " + std::string(attribute) + " of " + tag(element()) + " is empty.");
    return text;
}

std::string MappingNode::value(const char* attribute) const {
    std::string text = node_.attribute(attribute).value();
    const auto where = std::string(attribute) + " of " + tag(element());
    if (text.size() > kMaxNameSize) {
        fail("the " + where + " is longer than " + std::to_string(kMaxNameSize) + " bytes.");
    }
    if (!is_plain(text)) fail("the " + where + " holds a character that no name can have.");
    return text;
}

void MappingNode::fail_choice(const char* attribute, const std::string& given,
                              const std::vector<std::string>& known) const {
    fail("the " + std::string(attribute) + " of " + tag(element()) + " can't be \"" + shown(given) +
         "\"; it is " + listed(known) + ".");
}

}  // namespace cfs
