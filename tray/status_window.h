// The applet as an ordinary window: the icon, what is known and the menu's entries as buttons. It
// is the main window where there is no tray, else what a second start of the program shows.
#pragma once

#include <wx/frame.h>
#include <wx/weakref.h>

#include "tray/menu.h"
#include "tray/tray_icon.h"

class wxBoxSizer;
class wxButton;
class wxMenu;
class wxPanel;
class wxStaticBitmap;
class wxStaticText;

namespace cfs {

class StatusWindow : public wxFrame, public TrayIcon {
  public:
    // `only_way`: there is no tray, so closing makes the window small and never hides it.
    StatusWindow(CommandHandler handler, bool only_way);

    void set_only_way(bool only_way) { only_way_ = only_way; }
    void show(const TrayView& view) override;
    [[nodiscard]] bool menu_open() const override { return open_menu_ != nullptr; }
    void close_menu() override;

  private:
    void show_buttons();
    [[nodiscard]] wxButton* make_button(std::size_t index);
    void press(const MenuEntry& entry, const wxButton& button);

    CommandHandler handler_;
    bool only_way_;
    TrayView view_;
    Menu menu_;  // the entries that have a button, in the order of the buttons
    wxStaticBitmap* icon_ = nullptr;
    wxStaticText* text_ = nullptr;
    wxPanel* panel_ = nullptr;
    wxBoxSizer* buttons_ = nullptr;
    wxWeakRef<wxMenu> open_menu_;  // below a button
};

}  // namespace cfs
