#include "tray/system_watch.h"

namespace cfs {

std::unique_ptr<SystemWatch> watch_system(SystemEvents) { return std::make_unique<SystemWatch>(); }

}  // namespace cfs
