// The source of random identifiers: the system's secure generator, or a seeded one in tests.
#pragma once

#include <cstdint>
#include <span>

#include "core/model/ids.h"

namespace cfs {

class RandomSource {
  public:
    virtual ~RandomSource() = default;
    virtual void fill(std::span<std::uint8_t> bytes) = 0;

    [[nodiscard]] Uuid uuid();  // version 4
    [[nodiscard]] VersionId version(WriterTag32 writer);
};

// The system's generator; safe to use from every thread.
[[nodiscard]] RandomSource& system_random();

}  // namespace cfs
