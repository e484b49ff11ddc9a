#include "tray/pause.h"

#include "dialogs/time_text.h"

namespace cfs {

Time pause_end(Action action, Time now) {
    if (action == Action::pause_for_an_hour) return now + std::chrono::hours{1};
    return action == Action::pause_until_tomorrow ? next_midnight(now) : kLastTime;
}

}  // namespace cfs
