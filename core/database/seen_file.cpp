#include "core/database/seen_file.h"

#include <charconv>

namespace cfs {

namespace {

// FNV-1a; its end is mixed as SplitMix64 does it, since sums need every bit to be as good.
class Hash {
  public:
    void add(std::string_view bytes) {
        for (const char byte : bytes) add_byte(static_cast<std::uint8_t>(byte));
    }
    void add(std::uint64_t number) {
        for (int shift = 0; shift < 64; shift += 8) {
            add_byte(static_cast<std::uint8_t>(number >> shift));
        }
    }
    [[nodiscard]] std::uint64_t value() const {
        auto mixed = hash_;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31);
    }

  private:
    void add_byte(std::uint8_t byte) { hash_ = (hash_ ^ byte) * 0x100000001b3; }

    std::uint64_t hash_ = 0xcbf29ce484222325;
};

std::uint64_t number_of(std::string_view name, const SeenFile& file) {
    Hash hash;
    hash.add(file.stamp.size);
    hash.add(static_cast<std::uint64_t>(file.stamp.modified));
    hash.add(file.stamp.identity);
    hash.add(static_cast<std::uint64_t>(file.state));
    hash.add(name);
    return hash.value();
}

constexpr int kHex = 16;

}  // namespace

void SeenSum::add(std::string_view name, const SeenFile& file) { sum_ += number_of(name, file); }
void SeenSum::take_out(std::string_view name, const SeenFile& file) {
    sum_ -= number_of(name, file);
}

std::string SeenSum::text() const {
    char digits[kHex];
    const auto end = std::to_chars(digits, digits + kHex, sum_, kHex).ptr;
    return {digits, end};
}

std::optional<SeenSum> SeenSum::parse(std::string_view text) {
    SeenSum sum;
    const auto* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, sum.sum_, kHex);
    if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
    return sum;
}

SeenSum sum_of(const std::map<std::string, SeenFile>& files) {
    SeenSum sum;
    for (const auto& [path, file] : files) {
        sum.add(std::string_view(path).substr(path.rfind('/') + 1), file);
    }
    return sum;
}

}  // namespace cfs
