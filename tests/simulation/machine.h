// What outlives a simulated world: a database's connections with the statements that they have
// prepared, and images of databases that were filled and enabled once. Preparing statements and
// enabling would take most of a world's time.
#pragma once

#include <memory>
#include <string>

#include "core/database/clinic_database.h"
#include "tests/simulation/clinic.h"
#include "tests/simulation/dice.h"

namespace cfs::simulation {

struct Machine {
    SeededRandom random{0};
    Connection connection;  // the clinic program's
    std::unique_ptr<ClinicDatabase> database;

    explicit Machine(const std::string& path) : connection(path) {}
};

// The machine of the site with this number: always the same one, its database as left.
[[nodiscard]] Machine& machine_of(std::size_t number, const ClinicKind& kind);

// So many patients with a visit or more each, whose codes begin with `prefix`.
struct Filling {
    std::size_t patients = 0;
    std::string prefix;

    auto operator<=>(const Filling&) const = default;
};

// A database of this kind that was filled and then enabled.
[[nodiscard]] const std::string& enabled_image(const ClinicKind& kind, const Filling& filling);

}  // namespace cfs::simulation
