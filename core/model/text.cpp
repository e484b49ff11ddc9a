#include "core/model/text.h"

namespace cfs {
namespace {

Translate translate = nullptr;

std::string in_users_language(const char* one, const char* many, std::int64_t count) {
    if (translate) return translate(one, many, count);
    return many && count != 1 ? many : one;
}

// The part that belongs at `text[at]`, null where that begins no place.
const std::string* part_at(const std::string& text, std::size_t at, const std::string* parts,
                           std::size_t size) {
    if (at + 2 >= text.size() || text[at] != '{' || text[at + 2] != '}') return nullptr;
    const auto number = static_cast<std::size_t>(text[at + 1] - '0');
    return number >= 1 && number <= size ? parts + (number - 1) : nullptr;
}

}  // namespace

void translate_by(Translate function) { translate = function; }

std::string detail::told(const char* one, const char* many, std::int64_t count,
                         const std::string* parts, std::size_t size) {
    const auto sentence = in_users_language(one, many, count);
    std::string text;
    for (std::size_t at = 0; at < sentence.size(); ++at) {
        if (const auto* part = part_at(sentence, at, parts, size)) {
            text += *part;
            at += 2;
        } else {
            text += sentence[at];
        }
    }
    return text;
}

}  // namespace cfs
