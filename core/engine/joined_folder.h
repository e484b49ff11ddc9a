// The doubts about the folder before each run.
#pragma once

#include "core/engine/run_context.h"

namespace cfs {

// Throws where the folder is missing, has no marker, is another one than the database has joined,
// or lies on a disk that is nearly full.
void check_joined_folder(RunContext& run);

}  // namespace cfs
