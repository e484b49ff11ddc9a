#include "core/folder/xml_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "core/model/digest.h"

namespace cfs {

namespace {

// The first element of every file of ours ends well before this.
constexpr std::size_t kHeadSize = 1024;

// Are the eight bytes from here ASCII without control characters, as nearly all are? None of them
// carries into the next when 0x60 is added to them all.
bool are_plain(const char* bytes) {
    constexpr std::uint64_t kHighest = 0x8080'8080'8080'8080U, kAdded = 0x6060'6060'6060'6060U;
    std::uint64_t eight = 0;
    std::memcpy(&eight, bytes, sizeof eight);
    return (eight & kHighest) == 0 && ((eight + kAdded) & kHighest) == kHighest;
}

// Length of the well-formed UTF-8 sequence at `at` that XML may hold, 0 if there is none.
std::size_t xml_character(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) {
        return at + i < text.size() ? static_cast<std::uint8_t>(text[at + i]) : std::uint8_t{0};
    };
    const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
    const auto lead = byte(0);
    if (lead < 0x80) return lead >= 0x20 || lead == '\t' || lead == '\n' || lead == '\r' ? 1 : 0;
    if (lead >= 0xC2 && lead <= 0xDF) return tail(1) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) {
        if (!tail(1) || !tail(2)) return 0;
        const unsigned code = (lead & 0x0Fu) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu);
        return code >= 0x800 && (code < 0xD800 || code > 0xDFFF) && code < 0xFFFE ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        if (!tail(1) || !tail(2) || !tail(3)) return 0;
        const unsigned code = (lead & 0x07u) << 18 | (byte(1) & 0x3Fu) << 12 |
                              (byte(2) & 0x3Fu) << 6 | (byte(3) & 0x3Fu);
        return code >= 0x10000 && code <= 0x10FFFF ? 4 : 0;
    }
    return 0;
}

// Would the character change how the rest of a line is shown?
bool disturbs(std::string_view character) {
    // The marks, embeddings, overrides and isolates of writing from right to left, and Unicode's
    // own line ends.
    static constexpr std::string_view kDisturbing[] = {
        "\u061C", "\u200E", "\u200F", "\u2028", "\u2029", "\u202A", "\u202B", "\u202C",
        "\u202D", "\u202E", "\u2066", "\u2067", "\u2068", "\u2069", "\uFEFF"};
    const auto lead = static_cast<std::uint8_t>(character[0]);
    const bool control = lead < 0x20 || lead == 0x7F ||
                         (lead == 0xC2 && static_cast<std::uint8_t>(character[1]) < 0xA0);
    return control || std::find(std::begin(kDisturbing), std::end(kDisturbing), character) !=
                          std::end(kDisturbing);
}

bool is_space(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// `name` is what stands between '&' and ';'.
bool is_plain_reference(std::string_view name) {
    static constexpr std::string_view kEntities[] = {"amp", "lt", "gt", "quot", "apos"};
    if (!name.starts_with('#')) {
        return std::find(std::begin(kEntities), std::end(kEntities), name) != std::end(kEntities);
    }
    name.remove_prefix(1);
    const bool hex = name.starts_with('x');
    if (hex) name.remove_prefix(1);
    const auto digits = hex ? "0123456789abcdefABCDEF" : "0123456789";
    return name.find_first_not_of(digits) == std::string_view::npos &&
           name.find_first_not_of('0') != std::string_view::npos;
}

// More than any element of ours has: a parser needs ten times the memory of a flood of them.
constexpr int kMaxAttributes = 16;

// The position behind the '>' that ends the tag opened at `at`, npos if there is none or it has too
// many attributes.
std::size_t end_of_tag(std::string_view xml, std::size_t at) {
    constexpr auto kNone = std::string_view::npos;
    int attributes = 0;
    for (std::size_t i = at; i < xml.size(); ++i) {
        const char c = xml[i];
        if (c > '>') continue;  // as most are
        if (c == '>') return i + 1;
        if (c == '<') return kNone;
        if (c != '"' && c != '\'') continue;
        const auto close = xml.find(c, i + 1);
        if (close == kNone || ++attributes > kMaxAttributes) return kNone;
        if (xml.substr(i, close - i).find('<') != kNone) return kNone;
        i = close;
    }
    return kNone;
}

std::size_t digest_position(std::string_view xml) {
    constexpr std::string_view kName = " digest=\"";
    const auto head = xml.substr(0, kHeadSize);
    const auto at = head.find(kName);
    if (at == std::string_view::npos) return at;
    const auto start = at + kName.size();
    const auto end = start + kNoDigest.size();
    return end < xml.size() && xml[end] == '"' ? start : std::string_view::npos;
}

}  // namespace

bool fits_xml(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        if (text.size() - at >= 8 && are_plain(text.data() + at)) {
            at += 8;
            continue;
        }
        const auto length = xml_character(text, at);
        if (length == 0) return false;
        at += length;
    }
    return true;
}

bool fits_xml_but_for_controls(std::string_view text) {
    if (fits_xml(text)) return true;  // as most do
    std::string plain(text);
    std::replace_if(
        plain.begin(), plain.end(), [](unsigned char c) { return c < ' '; }, ' ');
    return fits_xml(plain);
}

std::string printable(std::string_view text, std::size_t max_size) {
    std::string line;
    while (!text.empty()) {
        const auto length = xml_character(text, 0);
        const auto character = text.substr(0, std::max<std::size_t>(length, 1));
        const auto shown = length == 0 || disturbs(character) ? std::string_view("?") : character;
        if (line.size() + shown.size() > max_size) break;
        line += shown;
        text.remove_prefix(character.size());
    }
    return line;
}

void append_escaped(std::string& out, std::string_view text) {
    std::size_t plain = 0;
    const auto replace = [&](std::size_t at, std::string_view with) {
        out.append(text, plain, at - plain);
        out += with;
        plain = at + 1;
    };
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] > '>') continue;  // as most are
        switch (text[at]) {
            case '&':
                replace(at, "&amp;");
                break;
            case '<':
                replace(at, "&lt;");
                break;
            case '>':
                replace(at, "&gt;");
                break;
            case '"':
                replace(at, "&quot;");
                break;
            // Parsers fold line ends and, in attributes, all white space.
            case '\r':
                replace(at, "&#13;");
                break;
            case '\n':
                replace(at, "&#10;");
                break;
            case '\t':
                replace(at, "&#9;");
                break;
            default:
                break;
        }
    }
    out.append(text, plain, text.size() - plain);
}

void append_attribute(std::string& out, std::string_view name, std::string_view text) {
    out += ' ';
    out += name;
    out += "=\"";
    append_escaped(out, text);
    out += '"';
}

bool has_plain_shape(std::string_view xml, int max_depth, std::size_t max_elements) {
    int depth = 0;
    std::size_t elements = 0;
    for (std::size_t at = xml.find('<'); at != std::string_view::npos; at = xml.find('<', at)) {
        const char next = at + 1 < xml.size() ? xml[at + 1] : '\0';
        if (next == '!' || next == '\0' || (next == '?' && at != 0)) return false;
        const auto end = end_of_tag(xml, at + 1);
        if (end == std::string_view::npos) return false;
        if (next == '/') {
            --depth;
        } else if (next != '?') {
            if (++elements > max_elements || ++depth > max_depth) return false;
            if (xml[end - 2] == '/') --depth;
        }
        if (depth < 0) return false;
        at = end;
    }
    return depth == 0 && elements > 0;
}

bool has_plain_references(std::string_view xml) {
    constexpr std::size_t kLongest = 10;  // "&#1114111;"
    for (auto at = xml.find('&'); at != std::string_view::npos; at = xml.find('&', at + 1)) {
        const auto reference = xml.substr(at + 1, kLongest);
        const auto name = reference.substr(0, reference.find(';'));
        if (name.size() == reference.size() || !is_plain_reference(name)) return false;
    }
    return true;
}

std::optional<SplitXml> split_root(std::string_view xml) {
    SplitXml split;
    int depth = 0;
    std::size_t start = 0, last = 0;  // of the child that is open; the end of the tag before
    for (std::size_t at = xml.find('<'); at != std::string_view::npos; at = xml.find('<', last)) {
        const auto end = end_of_tag(xml, at + 1);
        const bool closes = xml[at + 1] == '/', empty = xml[end - 2] == '/';
        if (depth < 2 && !is_space(xml.substr(last, at - last))) return std::nullopt;
        last = end;
        if (xml[at + 1] == '?') continue;
        if (depth == 0 && !split.root.empty()) return std::nullopt;
        if (depth == 1 && !closes) start = at;
        if (depth == 0 || (depth == 1 && closes)) split.root += xml.substr(at, end - at);
        depth += closes ? -1 : 1;
        if (empty && !closes) --depth;
        if (depth == 1 && (closes || empty))
            split.children.push_back(xml.substr(start, end - start));
    }
    if (depth != 0 || !is_space(xml.substr(last))) return std::nullopt;
    return split;
}

std::string_view digest_attribute(std::string_view xml) {
    const auto at = digest_position(xml);
    return at == std::string_view::npos ? std::string_view() : xml.substr(at, kNoDigest.size());
}

void seal_digest(std::string& xml, std::string_view sealed) {
    const std::string_view text = xml;
    const auto at = digest_position(text), end = at + kNoDigest.size();
    const bool same = text.size() == sealed.size() && text.substr(0, at) == sealed.substr(0, at) &&
                      text.substr(end) == sealed.substr(end);
    const auto digest = same ? std::string(sealed.substr(at, end - at)) : sha256(text).text();
    xml.replace(at, end - at, digest);
}

bool digest_holds(std::string_view xml) {
    const auto at = digest_position(xml);
    if (at == std::string_view::npos) return false;
    const auto end = at + kNoDigest.size();
    const auto digest = sha256({xml.substr(0, at), kNoDigest, xml.substr(end)});
    return digest.text() == xml.substr(at, kNoDigest.size());
}

}  // namespace cfs
