// How long a pause of the automatic syncs lasts that is chosen in the menu.
#pragma once

#include "core/model/time.h"
#include "tray/command.h"

namespace cfs {

// `action` is one of the pauses. Tomorrow begins at midnight of the machine's time zone; kLastTime
// stands for a pause that the user has to end.
[[nodiscard]] Time pause_end(Action action, Time now);

}  // namespace cfs
