// What cfsync mapping check prints for people.
#pragma once

#include <ostream>

#include "core/database/mapping_trial.h"

namespace cfs {

void print_trial(std::ostream& out, const MappingTrial& trial);

}  // namespace cfs
