// Checks, without changing anything, that the database holds what the documents show, and every
// file of the folder is the canonical writing of its document.
#pragma once

#include "core/engine/run_context.h"
#include "core/engine/sync_service.h"

namespace cfs {

// `run` must be a preview.
[[nodiscard]] VerifyReport verify_all(RunContext& run);

}  // namespace cfs
