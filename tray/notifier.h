// Shows notices on the desktop, and does what a click on one asks for.
#pragma once

#include <memory>

#include "tray/command.h"
#include "tray/notice.h"

namespace cfs {

class Notifier {
  public:
    virtual ~Notifier() = default;

    // Returns at once. Where no service shows notices there is a line in the program's own log; the
    // icon and the windows tell in any case.
    virtual void show(const Notice& notice) = 0;
};

// The desktop's own. `handler` is called on the thread of the windows.
[[nodiscard]] std::unique_ptr<Notifier> desktop_notifier(CommandHandler handler);

}  // namespace cfs
