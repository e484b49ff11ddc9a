// What the clinic program changed of its tables since the last sync: told once, in a sentence each.
#pragma once

#include "core/engine/run_context.h"

namespace cfs {

// Reports the changes and what waits because of them, and remembers both; patients whose rows say
// more now than before are noted to be looked at. Throws where the patients' table can't be read.
void check_schema(RunContext& run);

// When a database is enabled, in the caller's transaction: what later changes are told from.
void remember_schema(ClinicDatabase& database);

// At the end of a sync: who was looked at is synced with the tables as they are now.
void forget_renewed(RunContext& run);

}  // namespace cfs
