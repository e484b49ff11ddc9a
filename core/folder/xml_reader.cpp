#include "core/folder/xml_reader.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "core/folder/small_xml.h"
#include "core/folder/xml_text.h"

namespace cfs {

namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::size_t kMaxDepth = 16;
constexpr std::size_t kMaxEscape = 10;  // "&#1114111;"

[[noreturn]] void no_xml() { throw_damaged("it is empty, cut off or not its format's XML"); }

bool is_name_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == ':' || c == '.';
}

void append_utf8(std::string& out, std::uint32_t code) {
    const auto byte = [&](std::uint32_t bits) { out += static_cast<char>(bits); };
    if (code < 0x80) return byte(code);
    if (code < 0x800) {
        byte(0xC0 | code >> 6);
    } else {
        if (code < 0x10000) {
            byte(0xE0 | code >> 12);
        } else {
            byte(0xF0 | code >> 18);
            byte(0x80 | (code >> 12 & 0x3F));
        }
        byte(0x80 | (code >> 6 & 0x3F));
    }
    byte(0x80 | (code & 0x3F));
}

// `name` is what stands between '&' and ';'.
void append_reference(std::string& out, std::string_view name) {
    if (name == "amp") return out.push_back('&');
    if (name == "lt") return out.push_back('<');
    if (name == "gt") return out.push_back('>');
    if (name == "quot") return out.push_back('"');
    if (name == "apos") return out.push_back('\'');
    if (name.size() < 2 || name[0] != '#') no_xml();
    const bool hex = name[1] == 'x';
    const auto* const end = name.data() + name.size();
    std::uint32_t code = 0;
    const auto read = std::from_chars(name.data() + (hex ? 2 : 1), end, code, hex ? 16 : 10);
    if (read.ec != std::errc() || read.ptr != end || code > 0x10FFFF) no_xml();
    const auto start = out.size();
    append_utf8(out, code);
    if (!fits_xml(std::string_view(out).substr(start))) no_xml();
}

}  // namespace

std::string unescaped(std::string_view raw) {
    std::string text;
    for (auto at = raw.find('&'); at != std::string_view::npos; at = raw.find('&')) {
        text += raw.substr(0, at);
        const auto end = raw.substr(at, kMaxEscape).find(';');
        if (end == std::string_view::npos) no_xml();
        append_reference(text, raw.substr(at + 1, end - 1));
        raw.remove_prefix(at + end + 1);
    }
    text += raw;
    return text;
}

bool XmlTag::has(std::string_view attribute) const {
    return std::any_of(attributes_.begin(),
                       attributes_.begin() + static_cast<std::ptrdiff_t>(count_),
                       [&](const Attribute& each) { return each.name == attribute; });
}

std::string_view XmlTag::raw(std::string_view attribute) const {
    for (std::size_t i = 0; i < count_; ++i) {
        if (attributes_[i].name == attribute) return attributes_[i].value;
    }
    return {};
}

std::string XmlTag::text(std::string_view attribute) const { return unescaped(raw(attribute)); }

void XmlTag::expect(std::initializer_list<std::string_view> attributes) const {
    for (std::size_t i = 0; i < count_; ++i) {
        const auto known = std::find(attributes.begin(), attributes.end(), attributes_[i].name);
        if (known == attributes.end()) throw_damaged("it holds what its format does not know");
    }
}

XmlReader::XmlReader(std::string_view xml) : rest_(xml) {
    if (!rest_.starts_with("<?xml ")) return;
    const auto end = rest_.find("?>");
    if (end == std::string_view::npos || rest_.find('<', 1) < end) no_xml();
    rest_.remove_prefix(end + 2);
}

bool XmlReader::next(XmlTag& tag) {
    skip_space();
    take("<");
    if (rest_.starts_with('/')) {
        take("/");
        if (open_.empty() || take_name() != open_.back()) no_xml();
        open_.pop_back();
        skip_space();
        take(">");
        return false;
    }
    tag.name_ = take_name();
    read_attributes(tag);
    tag.empty_ = rest_.starts_with('/');
    if (tag.empty_) take("/");
    take(">");
    if (!tag.empty_) open_.push_back(tag.name_);
    if (open_.size() > kMaxDepth) no_xml();
    return true;
}

void XmlReader::read_attributes(XmlTag& tag) {
    tag.count_ = 0;
    while (true) {
        const auto before = rest_.size();
        skip_space();
        if (rest_.starts_with('/') || rest_.starts_with('>')) return;
        if (rest_.size() == before || tag.count_ == XmlTag::kMaxAttributes) no_xml();
        const auto name = take_name();
        take("=\"");
        const auto end = rest_.find('"');
        if (end == std::string_view::npos || tag.has(name)) no_xml();
        const auto value = rest_.substr(0, end);
        if (value.find('<') != std::string_view::npos) no_xml();
        tag.attributes_[tag.count_++] = {name, value};
        rest_.remove_prefix(end + 1);
    }
}

std::string_view XmlReader::text() {
    const auto text = rest_.substr(0, rest_.find('<'));
    rest_.remove_prefix(text.size());
    return text;
}

void XmlReader::finish() {
    skip_space();
    if (!open_.empty() || !rest_.empty()) no_xml();
}

void XmlReader::skip_space() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(kSpace), rest_.size()));
}

std::string_view XmlReader::take_name() {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_name_char);
    const auto name = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    if (name.empty()) no_xml();
    rest_.remove_prefix(name.size());
    return name;
}

void XmlReader::take(std::string_view expected) {
    if (!rest_.starts_with(expected)) no_xml();
    rest_.remove_prefix(expected.size());
}

}  // namespace cfs
