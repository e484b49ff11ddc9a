// Instants as people read them: in the machine's time zone and the chosen language, the date left
// out where it is today's.
#pragma once

#include <wx/string.h>

#include "core/model/time.h"

namespace cfs {

// "10:42", "yesterday 10:42", "tomorrow 10:42" or "2026-11-20 10:42".
[[nodiscard]] wxString short_time(Time time, Time now);

// "2026-11-20 10:42:07".
[[nodiscard]] wxString full_time(Time time);

// "10:42:07".
[[nodiscard]] wxString clock_time(Time time);

// When the day after `now` begins in the machine's time zone.
[[nodiscard]] Time next_midnight(Time now);

}  // namespace cfs
