#include "core/database/content_key.h"

#include <algorithm>
#include <map>

#include "core/model/digest.h"
#include "core/model/framed.h"
#include "core/model/hex.h"

namespace cfs {

namespace {

constexpr std::size_t kDigits = 32;
constexpr char kNumberMark = '.';

// Where the tab before the digest stands.
std::size_t digest_at(std::string_view key) {
    const auto at = key.rfind('\t');
    if (at == std::string_view::npos || key.size() < at + 1 + kDigits)
        return std::string_view::npos;
    const auto digits = key.substr(at + 1, kDigits);
    const bool all =
        std::all_of(digits.begin(), digits.end(), [](char digit) { return hex_value(digit) >= 0; });
    const auto rest = key.substr(at + 1 + kDigits);
    return all && (rest.empty() || rest.front() == kNumberMark) ? at : std::string_view::npos;
}

}  // namespace

std::string content_key(const RawRow& row) {
    std::string content;
    for (const auto& [column, value] : row.columns) {
        if (value.is_null()) continue;
        append_framed(content, column);
        content += static_cast<char>('0' + static_cast<int>(value.kind));
        append_framed(content, value.bytes);
    }
    return join_key(
        {row.text(row.table->key.front()).value_or(""), sha256(content).text().substr(0, kDigits)});
}

void number_equal_rows(std::vector<RawRow>& rows) {
    std::map<std::string, std::string> last;
    for (auto& row : rows) {
        const auto [at, first] = last.emplace(row.key, row.key);
        if (!first) row.key = at->second = next_equal(at->second);
    }
}

std::string_view shared_part(std::string_view key) { return key.substr(0, digest_at(key)); }

std::string_view without_number(std::string_view key) {
    const auto at = digest_at(key);
    return at == std::string_view::npos ? key : key.substr(0, at + 1 + kDigits);
}

std::string next_equal(std::string_view key) {
    const std::string first(without_number(key));
    const auto number =
        key.size() > first.size() ? std::stoll(std::string(key.substr(first.size() + 1))) : 1;
    return first + kNumberMark + std::to_string(number + 1);
}

}  // namespace cfs
