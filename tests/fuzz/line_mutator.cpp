// A mutator for files of one element a line: half of its steps are libFuzzer's own, the others
// leave out, double or exchange whole lines, or put what stands in one pair of quotes into another.
// Linked to the targets of XML files.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

using Random = std::minstd_rand;

std::size_t below(Random& random, std::size_t end) { return random() % end; }

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return lines;
}

struct Span {
    std::size_t at, size;
};

std::vector<Span> quoted(std::string_view text) {
    std::vector<Span> spans;
    for (auto open = text.find('"'); open != std::string_view::npos;) {
        const auto close = text.find('"', open + 1);
        if (close == std::string_view::npos) break;
        spans.push_back({open + 1, close - open - 1});
        open = text.find('"', close + 1);
    }
    return spans;
}

std::string with_lines_changed(std::string_view text, Random& random) {
    auto lines = lines_of(text);
    if (lines.empty()) return std::string(text);
    const auto a = below(random, lines.size()), b = below(random, lines.size());
    switch (random() % 3) {
        case 0:
            lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(a));
            break;
        case 1: {
            const auto line = lines[a];
            lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(b), line);
            break;
        }
        default:
            std::swap(lines[a], lines[b]);
    }
    std::string changed;
    for (const auto& line : lines) changed += line;
    return changed;
}

std::string with_quoted_moved(std::string_view text, Random& random) {
    std::string changed(text);
    const auto spans = quoted(text);
    if (spans.empty()) return changed;
    const auto from = spans[below(random, spans.size())], to = spans[below(random, spans.size())];
    // Instead of what stands there, or behind it: lists are made of words.
    const bool append = random() % 3 == 0;
    const std::string moved = (append ? " " : "") + std::string(text.substr(from.at, from.size));
    changed.replace(append ? to.at + to.size : to.at, append ? 0 : to.size, moved);
    return changed;
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned int seed) {
    Random random(seed + 1);
    if (random() % 2 == 0) return LLVMFuzzerMutate(data, size, max_size);
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto changed =
        random() % 2 == 0 ? with_lines_changed(text, random) : with_quoted_moved(text, random);
    const auto length = std::min(changed.size(), max_size);
    std::memcpy(data, changed.data(), length);
    return length;
}
