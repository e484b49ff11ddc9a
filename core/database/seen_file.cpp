#include "core/database/seen_file.h"

#include <charconv>

namespace cfs {

namespace {

// Eight bytes at a time are multiplied in, in the same order on every machine; the end is mixed as
// SplitMix64 does it, since sums need every bit to be as good.
class Hash {
  public:
    void add(std::uint64_t number) {
        hash_ = (hash_ ^ number) * 0x9e3779b97f4a7c15;
        hash_ ^= hash_ >> 32;
    }
    void add(std::string_view bytes) {
        add(bytes.size());
        for (std::size_t at = 0; at < bytes.size(); at += 8) add(number_in(bytes.substr(at, 8)));
    }
    [[nodiscard]] std::uint64_t value() const {
        auto mixed = hash_;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31);
    }

  private:
    static std::uint64_t number_in(std::string_view bytes) {
        std::uint64_t number = 0;
        for (const char byte : bytes) number = number << 8 | static_cast<std::uint8_t>(byte);
        return number;
    }

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
