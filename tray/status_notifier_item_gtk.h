// The icon of panels that speak org.kde.StatusNotifierItem: KDE, Xfce, GNOME with its extension and
// most panels under Wayland. The panel shows the menu.
#pragma once

#include "tray/dbus_menu_gtk.h"
#include "tray/session_bus_gtk.h"
#include "tray/tray_icon.h"

namespace cfs {

class StatusNotifierItem : public TrayIcon {
  public:
    static constexpr const char* kWatcher = "org.kde.StatusNotifierWatcher";
    static constexpr const char* kWatcherPath = "/StatusNotifierWatcher";

    StatusNotifierItem(Bus bus, const std::string& watcher, CommandHandler handler);
    ~StatusNotifierItem() override;
    StatusNotifierItem(const StatusNotifierItem&) = delete;
    StatusNotifierItem& operator=(const StatusNotifierItem&) = delete;

    void show(const TrayView& view) override;

  private:
    [[nodiscard]] const char* status() const;
    [[nodiscard]] GVariant* pixmaps() const;
    [[nodiscard]] GVariant* tooltip() const;
    [[nodiscard]] GVariant* property(const std::string& name) const;
    [[nodiscard]] GVariant* answer(const std::string& method) const;

    Bus bus_;
    CommandHandler handler_;
    DbusMenu menu_;
    TrayView view_;
    OwnObject object_;  // last: it uses all of the above
};

}  // namespace cfs
