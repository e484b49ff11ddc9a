#include "core/database/file_names.h"

#include <algorithm>
#include <array>

#include "core/folder/sync_folder.h"
#include "core/folder/xml_text.h"

namespace cfs {

namespace {

// A program's column must hold it with all that stands before it.
constexpr std::size_t kMaxName = 120;
constexpr std::size_t kMaxEnding = 20;
constexpr const char* kUnnamed = "file";
constexpr std::string_view kNamePlace = "{name}";

constexpr std::array<std::string_view, 4> kDevices{"con", "prn", "aux", "nul"};
constexpr std::array<std::string_view, 2> kNumberedDevices{"com", "lpt"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), [](char c) { return lower(c); });
    return result;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_forbidden(char c) {
    const auto code = static_cast<unsigned char>(c);
    return code < 0x20 || code == 0x7f ||
           std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos;
}

bool is_device(std::string_view name) {
    const auto stem = lower(name.substr(0, name.find('.')));
    if (std::find(kDevices.begin(), kDevices.end(), stem) != kDevices.end()) return true;
    return stem.size() == 4 && is_digit(stem[3]) &&
           std::find(kNumberedDevices.begin(), kNumberedDevices.end(), stem.substr(0, 3)) !=
               kNumberedDevices.end();
}

// Where the ending of a name begins, with its dot; its size where it has none.
std::size_t ending_of(std::string_view name) {
    const auto dot = name.rfind('.');
    return dot == std::string_view::npos || dot == 0 ? name.size() : dot;
}

// Between two characters.
std::string cut(std::string_view text, std::size_t size) {
    if (text.size() <= size) return std::string(text);
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
    return std::string(text.substr(0, size));
}

std::string shortened(const std::string& name) {
    if (name.size() <= kMaxName) return name;
    const auto dot = ending_of(name);
    const auto ending = name.size() - dot <= kMaxEnding ? name.substr(dot) : std::string();
    return cut(name, kMaxName - ending.size()) + ending;
}

bool has_part(std::string_view text, std::string_view wanted) {
    while (true) {
        const auto end = text.find_first_of("/\\");
        if (text.substr(0, end) == wanted) return true;
        if (end == std::string_view::npos) return false;
        text.remove_prefix(end + 1);
    }
}

// "14//./scan.pdf" is "14/scan.pdf".
std::string without_empty_parts(std::string_view path) {
    std::string result;
    while (!path.empty()) {
        const auto slash = path.find('/');
        const auto part = path.substr(0, slash);
        if (!part.empty() && part != ".") {
            if (!result.empty()) result += '/';
            result += part;
        }
        path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    }
    return result;
}

// Texts and the names of columns in turn: "a{b}c" is "a", "b", "c". Nothing where a brace is open
// or closed alone, or a name is empty.
std::optional<std::vector<std::string>> split_template(std::string_view text) {
    std::vector<std::string> pieces(1);
    for (const char c : text) {
        const bool in_name = pieces.size() % 2 == 0;
        if (c == (in_name ? '}' : '{')) {
            if (in_name && pieces.back().empty()) return std::nullopt;
            pieces.emplace_back();
        } else if (c == '{' || c == '}') {
            return std::nullopt;
        } else {
            pieces.back() += c;
        }
    }
    if (pieces.size() % 2 == 0) return std::nullopt;
    return pieces;
}

}  // namespace

std::string safe_name(std::string_view name) {
    std::string safe(name);
    if (!fits_xml_but_for_controls(safe)) return kUnnamed;
    std::replace_if(safe.begin(), safe.end(), is_forbidden, '_');
    safe = shortened(safe);
    // Hidden files, our own temporary ones; and what Windows takes away from an end.
    if (!safe.empty() && std::string_view(".~ ").find(safe.front()) != std::string_view::npos) {
        safe.front() = '_';
    }
    for (auto at = safe.rbegin(); at != safe.rend() && (*at == '.' || *at == ' '); ++at) *at = '_';
    if (safe.empty()) return kUnnamed;
    return is_device(safe) ? "_" + safe : safe;
}

std::string numbered_name(const std::string& name, int number) {
    if (number == 1) return name;
    const auto dot = ending_of(name);
    return name.substr(0, dot) + "-" + std::to_string(number) + name.substr(dot);
}

bool is_called(std::string_view file, std::string_view name) {
    const auto safe = safe_name(name);
    if (file == safe || file == name) return true;
    const auto dot = ending_of(safe);
    const auto start = safe.substr(0, dot) + "-", ending = safe.substr(dot);
    if (file.size() <= start.size() + ending.size() || !file.starts_with(start) ||
        !file.ends_with(ending)) {
        return false;
    }
    const auto digits = file.substr(start.size(), file.size() - start.size() - ending.size());
    return digits.size() <= 4 && digits.front() != '0' && digits != "1" &&
           std::all_of(digits.begin(), digits.end(), is_digit);
}

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::optional<std::string> path_below(const FileColumn& file, const std::string& text) {
    if (!text.starts_with(file.prefix)) return std::nullopt;
    const auto path = text.substr(file.prefix.size());
    if (!file.prefix.empty()) return without_empty_parts(path);
    return is_plain_path(path) ? std::optional(path) : std::nullopt;
}

bool names_local_file(std::string_view text) {
    if (text.empty()) return false;
    const bool drive = text.size() > 2 && text[1] == ':' && (text[2] == '/' || text[2] == '\\');
    return drive || text.front() == '/' || text.front() == '\\' ||
           lower(text.substr(0, 5)) == "file:" || has_part(text, "..");
}

std::optional<std::vector<std::string>> columns_of_template(const std::string& path) {
    const auto slash = path.rfind('/');
    if (path.substr(slash + 1) != kNamePlace || !is_plain_path(path)) return std::nullopt;
    if (slash == std::string::npos) return std::vector<std::string>();
    const auto pieces = split_template(std::string_view(path).substr(0, slash));
    if (!pieces) return std::nullopt;
    std::vector<std::string> columns;
    for (std::size_t i = 1; i < pieces->size(); i += 2) columns.push_back((*pieces)[i]);
    return columns;
}

std::string folder_of_template(
    const std::string& path,
    const std::function<std::string(const std::string& column)>& value_of) {
    const auto slash = path.rfind('/');
    if (slash == std::string::npos) return {};
    const auto pieces = split_template(std::string_view(path).substr(0, slash)).value();
    std::string folder;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        folder += i % 2 == 0 ? pieces[i] : safe_name(value_of(pieces[i]));
    }
    return folder + '/';
}

}  // namespace cfs
