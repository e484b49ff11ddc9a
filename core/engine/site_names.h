// Who the others are.
#pragma once

#include "core/engine/run_context.h"

namespace cfs {

// Takes in the names of the other sites, for people, from the files that introduce them.
void meet_sites(RunContext& run);

}  // namespace cfs
