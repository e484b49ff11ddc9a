#include "tests/simulation/present.h"

namespace cfs::simulation {

PlacedId PlacedNames::id_of(const Place& place, const std::string& content) {
    const auto next = static_cast<PlacedId>(all_.size());
    const auto [at, is_new] = ids_.try_emplace(place + '\n' + content, next);
    if (is_new) all_.emplace_back(place, content);
    return at->second;
}

}  // namespace cfs::simulation
