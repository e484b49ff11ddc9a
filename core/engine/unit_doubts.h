// What the plan must know beside documents and rows: what is in doubt, what waited, what a form
// opened before a sync may put back.
#pragma once

#include "core/engine/patient_unit.h"
#include "core/engine/run_context.h"

namespace cfs {

// The fact that says when the last complete sync began, or an earlier time.
inline constexpr const char* kLastLook = "looked";

// Holds rows whose identity columns all changed at once until somebody confirms them: by that key
// there may be another person by now.
void hold_doubtful(RunContext& run, PatientUnit& unit);

// Sets which rows are tried again, which changes the database never showed, and what syncs
// overwrote lately.
void set_context(RunContext& run, PatientUnit& unit);

}  // namespace cfs
