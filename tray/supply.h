// What automatic syncs may have to wait for.
#pragma once

#include <optional>

#include "core/engine/settings.h"

namespace cfs {

struct Supply {
    bool on_battery = false;
    bool metered = false;  // the network costs by what is sent

    bool operator==(const Supply&) const = default;
};

enum class Shortage { battery, metered };

// What automatic syncs wait for, if the user wants that.
[[nodiscard]] std::optional<Shortage> shortage(const GeneralSettings& general,
                                               const Supply& supply);

}  // namespace cfs
