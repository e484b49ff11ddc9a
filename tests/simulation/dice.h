// Chance from a seed: the same numbers on every machine, whatever the standard library.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/model/random.h"

namespace cfs::simulation {

class Dice {
  public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}

    // SplitMix64.
    std::uint64_t next() {
        state_ += 0x9E3779B97F4A7C15U;
        auto z = state_;
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
        return z ^ (z >> 31U);
    }

    std::size_t below(std::size_t end) { return end == 0 ? 0 : next() % end; }
    bool percent(unsigned chance) { return below(100) < chance; }

    template <class Item>
    const Item& pick(const std::vector<Item>& items) {
        return items[below(items.size())];
    }

    template <class Item>
    Item& pick(std::vector<Item>& items) {
        return items[below(items.size())];
    }

    template <class Item>
    void shuffle(std::vector<Item>& items) {
        for (auto i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
    }

  private:
    std::uint64_t state_;
};

// Identifiers as the system's generator would give them: no two alike in one simulation.
class SeededRandom : public RandomSource {
  public:
    explicit SeededRandom(std::uint64_t seed) : dice_(seed) {}

    // From here on the numbers depend on `seed` alone, not on what was drawn before.
    void reseed(std::uint64_t seed) { dice_ = Dice(seed); }

    void fill(std::span<std::uint8_t> bytes) override {
        for (auto& byte : bytes) byte = static_cast<std::uint8_t>(dice_.next() >> 56U);
    }

  private:
    Dice dice_;
};

}  // namespace cfs::simulation
