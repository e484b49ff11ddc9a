// Where the applet shows itself: an icon in the tray, or a window where there is no tray.
#pragma once

#include "tray/tray_state.h"

namespace cfs {

class TrayIcon {
  public:
    virtual ~TrayIcon() = default;
    virtual void show(const TrayView& view) = 0;

    // An open menu runs an event loop of its own, which must end before the program can, and before
    // this is destroyed.
    [[nodiscard]] virtual bool menu_open() const { return false; }
    virtual void close_menu() {}
};

}  // namespace cfs
