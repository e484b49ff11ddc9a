#include "tray/supply.h"

namespace cfs {

std::optional<Shortage> shortage(const GeneralSettings& general, const Supply& supply) {
    if (general.spare_battery && supply.on_battery) return Shortage::battery;
    if (general.spare_metered && supply.metered) return Shortage::metered;
    return std::nullopt;
}

}  // namespace cfs
