// Which contents are where: sets of numbers, so that a world can be looked at often.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cfs::simulation {

// One group of one row, by the row's code: "P3/phone".
using Place = std::string;
using Placed = std::pair<Place, std::string>;  // a place and a content
using PlacedId = std::uint32_t;

// Numbers for what was ever somewhere.
class PlacedNames {
  public:
    [[nodiscard]] PlacedId id_of(const Place& place, const std::string& content);
    [[nodiscard]] const Placed& at(PlacedId id) const { return all_[id]; }

  private:
    std::unordered_map<std::string, PlacedId> ids_;
    std::vector<Placed> all_;
};

class Present {
  public:
    void add(PlacedId id) {
        if (id / kBits >= words_.size()) words_.resize(id / kBits + 1);
        words_[id / kBits] |= std::uint64_t{1} << (id % kBits);
    }
    [[nodiscard]] bool contains(PlacedId id) const {
        return id / kBits < words_.size() && (words_[id / kBits] >> (id % kBits) & 1U) != 0;
    }
    void add(const Present& other) {
        if (words_.size() < other.words_.size()) words_.resize(other.words_.size());
        for (std::size_t i = 0; i < other.words_.size(); ++i) words_[i] |= other.words_[i];
    }
    void remove(const Present& other) {
        const auto common = std::min(words_.size(), other.words_.size());
        for (std::size_t i = 0; i < common; ++i) words_[i] &= ~other.words_[i];
    }

  private:
    static constexpr std::size_t kBits = 64;
    std::vector<std::uint64_t> words_;
};

}  // namespace cfs::simulation
