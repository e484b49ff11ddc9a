#include "core/folder/temporary_name.h"

#include <algorithm>
#include <array>

#include "core/model/digest.h"
#include "core/model/hex.h"
#include "core/model/random.h"

namespace cfs {

namespace {

constexpr std::string_view kBegin = "~cfs-";
constexpr std::string_view kEnd = ".tmp";
constexpr std::size_t kDigits = 16;
constexpr std::chrono::hours kStaleAfter{24};

bool is_temporary_name(std::string_view name) {
    if (name.size() != kBegin.size() + kDigits + kEnd.size()) return false;
    if (!name.starts_with(kBegin) || !name.ends_with(kEnd)) return false;
    const auto digits = name.substr(kBegin.size(), kDigits);
    return std::all_of(digits.begin(), digits.end(), [](char c) { return hex_value(c) >= 0; });
}

}  // namespace

std::string temporary_name() {
    std::array<std::uint8_t, kDigits / 2> bytes{};
    system_random().fill(bytes);
    const std::string random(bytes.begin(), bytes.end());
    return std::string(kBegin) + to_hex(random) + std::string(kEnd);
}

bool is_stale_temporary(const FolderEntry& entry, Time now) {
    if (entry.kind != FileKind::file || !is_temporary_name(entry.name)) return false;
    const auto modified = std::chrono::floor<std::chrono::milliseconds>(
        std::chrono::nanoseconds(entry.stamp.modified));
    return now.time_since_epoch() - modified > kStaleAfter;
}

}  // namespace cfs
