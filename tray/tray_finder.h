// Finds where on this desktop the applet can show its icon, and goes on looking: panels come late
// at login, end and start anew.
#pragma once

#include <functional>
#include <memory>

#include "tray/command.h"
#include "tray/tray_icon.h"

namespace cfs {

class TrayFinder {
  public:
    // Called on the thread of the windows, outside of any icon's events, whenever the place has
    // changed; the icon is null where there is none.
    using Found = std::function<void(std::unique_ptr<TrayIcon>)>;

    // `handler` is for the icons.
    TrayFinder(CommandHandler handler, Found found);
    ~TrayFinder();
    TrayFinder(const TrayFinder&) = delete;
    TrayFinder& operator=(const TrayFinder&) = delete;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace cfs
