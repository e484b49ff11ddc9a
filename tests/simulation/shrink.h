// Cuts a failing schedule down to one that a person can read.
#pragma once

#include "tests/simulation/schedule.h"

namespace cfs::simulation {

[[nodiscard]] Schedule shrink(const Schedule& failing);

}  // namespace cfs::simulation
