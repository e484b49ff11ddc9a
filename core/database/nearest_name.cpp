#include "core/database/nearest_name.h"

#include <algorithm>

namespace cfs {

namespace {

// Longer texts are no typing error of a name, and the distance takes time by the product of
// lengths.
constexpr std::size_t kMaxName = 128;

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return result;
}

// Insertions, deletions, replacements and exchanged neighbours (optimal string alignment).
std::size_t distance(const std::string& a, const std::string& b) {
    std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        now[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            now[j] = std::min({last[j] + 1, now[j - 1] + 1, replaced});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                now[j] = std::min(now[j], before[j - 2] + 1);
            }
        }
        std::swap(before, last);
        std::swap(last, now);
    }
    return last[b.size()];
}

}  // namespace

std::optional<std::string> nearest_name(std::string_view wanted,
                                        const std::vector<std::string>& names) {
    if (wanted.empty() || wanted.size() > kMaxName) return std::nullopt;
    const auto given = lower(wanted);
    std::size_t best = std::max<std::size_t>(1, (wanted.size() + 1) / 3) + 1;
    std::optional<std::string> nearest;
    for (const auto& name : names) {
        if (name.size() >= wanted.size() + best || wanted.size() >= name.size() + best) continue;
        const auto steps = distance(given, lower(name));
        if (steps >= best) continue;
        best = steps;
        nearest = name;
    }
    return nearest;
}

}  // namespace cfs
