// The icon in the tray of Windows and macOS and, by XEmbed, of X11 panels.
#pragma once

#include <wx/taskbar.h>
#include <wx/weakref.h>

#include "tray/command.h"
#include "tray/tray_icon.h"

class wxMenu;

namespace cfs {

class TaskbarIcon : public TrayIcon, private wxTaskBarIcon {
  public:
    explicit TaskbarIcon(CommandHandler handler);
    ~TaskbarIcon() override;

    [[nodiscard]] static bool available();

    void show(const TrayView& view) override;
    [[nodiscard]] bool menu_open() const override { return menu_ != nullptr; }
    void close_menu() override;

  private:
    wxMenu* CreatePopupMenu() override;

    CommandHandler handler_;
    TrayView view_;
    bool shown_ = false;
    wxWeakRef<wxMenu> menu_;
};

}  // namespace cfs
