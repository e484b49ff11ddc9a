#include "core/rules/name_pattern.h"

#include <algorithm>

namespace cfs {
namespace {

// A computer may well be called so, but deleting what a person made is worse than keeping a copy.
constexpr std::string_view kWords[] = {
    "copy",   "kopie", "copie", "copia", "cópia",    "kopia", "コピー", "副本",  "копия",
    "backup", "bak",   "old",   "orig",  "original", "new",   "save",   "saved", "sicherung",
    "alt",    "neu",   "final", "test",  "temp",     "tmp",   "draft",
};

constexpr std::size_t kMaxHost = 15;  // NetBIOS
constexpr auto kNone = std::string_view::npos;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return small_letter(c) >= 'a' && small_letter(c) <= 'z'; }
bool is_alnum(char c) { return is_digit(c) || is_letter(c); }

bool starts_with_folded(std::string_view text, std::string_view start) {
    return text.size() >= start.size() &&
           std::equal(start.begin(), start.end(), text.begin(),
                      [](char a, char b) { return small_letter(a) == small_letter(b); });
}

std::size_t number_size(std::string_view text) {
    std::size_t size = 0;
    while (size < text.size() && is_digit(text[size])) ++size;
    return size >= 1 && size <= 9 ? size : kNone;
}

std::size_t optional_number_size(std::string_view text) {
    if (text.empty() || text[0] != ' ') return 0;
    const std::size_t size = number_size(text.substr(1));
    return size == kNone ? 0 : size + 1;
}

std::size_t word_size(std::string_view text) {
    for (const auto word : kWords) {
        if (!starts_with_folded(text, word)) continue;
        const char next = text.size() > word.size() ? text[word.size()] : ' ';
        if (!is_alnum(next) && next != '-') return word.size();
    }
    return kNone;
}

bool is_word(std::string_view text) { return word_size(text) == text.size(); }

// "HOST", "HOST-HOST", "DESKTOP-1A2B3C-2": pieces of 1 to 15 letters and digits, one of which has a
// letter (no computer's name is a number) and is no word of a person's.
bool are_hosts(std::string_view text) {
    bool named = false;
    while (true) {
        const auto piece = text.substr(0, text.find('-'));
        if (piece.empty() || piece.size() > kMaxHost) return false;
        named = named || (std::any_of(piece.begin(), piece.end(), is_letter) && !is_word(piece));
        if (piece.size() == text.size()) return named;
        text.remove_prefix(piece.size() + 1);
    }
}

std::size_t hosts_size(std::string_view text) {
    const auto end =
        std::find_if_not(text.begin(), text.end(), [](char c) { return is_alnum(c) || c == '-'; });
    const auto size = static_cast<std::size_t>(end - text.begin());
    return are_hosts(text.substr(0, size)) ? size : kNone;
}

// How much of `text` one character of a pattern takes, or kNone.
std::size_t taken(char sign, std::string_view text, bool any_case) {
    const bool is_end = text.empty();
    switch (sign) {
        case '#':
            return number_size(text);
        case '+':
            return optional_number_size(text);
        case '%':
            return hosts_size(text);
        case '$':
            return word_size(text);
        case '0':
            return !is_end && is_digit(text[0]) ? 1 : kNone;
        case '&':
            return !is_end && is_alnum(text[0]) ? 1 : kNone;
        default:
            break;
    }
    if (is_end) return kNone;
    return text[0] == sign || (any_case && small_letter(text[0]) == small_letter(sign)) ? 1 : kNone;
}

// Moves past one character, or past a pair of brackets and all between; kNone where there is none.
std::size_t step(std::string_view text, std::size_t at) {
    int depth = 0;
    do {
        if (at >= text.size()) return kNone;
        if (text[at] == '(' || text[at] == '[') ++depth;
        if (text[at] == ')' || text[at] == ']') --depth;
        if (depth < 0) return kNone;
        ++at;
    } while (depth > 0);
    return at;
}

bool is_boundary(std::string_view text, std::size_t at) {
    return at == text.size() || std::string_view(" ._-").find(text[at]) != kNone;
}

}  // namespace

// Only the last star is ever tried again: that bounds the time by the product of both sizes.
std::size_t fitting_start(std::string_view pattern, std::string_view text, bool any_case) {
    std::size_t p = 0, t = 0, star = kNone, star_end = 0;
    while (true) {
        if (p == pattern.size() && is_boundary(text, t)) return t;
        if (p < pattern.size() && pattern[p] == '*') {
            star = ++p;
            star_end = t;
            continue;
        }
        const std::size_t size =
            p < pattern.size() ? taken(pattern[p], text.substr(t), any_case) : kNone;
        if (size != kNone) {
            ++p;
            t += size;
            continue;
        }
        if (star == kNone) return kNone;
        star_end = step(text, star_end);
        if (star_end == kNone) return kNone;
        p = star;
        t = star_end;
    }
}

}  // namespace cfs
