// The applet as an ordinary window: the icon, what is known and the menu's entries as buttons. It
// is the main window where there is no tray, else what a second start of the program shows.
#pragma once

#include <wx/frame.h>

#include <map>

#include "tray/command.h"
#include "tray/tray_icon.h"

class wxButton;
class wxStaticBitmap;
class wxStaticText;

namespace cfs {

class StatusWindow : public wxFrame, public TrayIcon {
  public:
    // `only_way`: there is no tray, so closing makes the window small and never hides it.
    StatusWindow(CommandHandler handler, bool only_way);

    void set_only_way(bool only_way) { only_way_ = only_way; }
    void show(const TrayView& view) override;
    void close_menu() override {}

  private:
    void add_buttons(wxWindow* panel, wxSizer* column);

    CommandHandler handler_;
    bool only_way_;
    TrayView view_;
    wxStaticBitmap* icon_ = nullptr;
    wxStaticText* text_ = nullptr;
    std::map<Command, wxButton*> buttons_;
};

}  // namespace cfs
