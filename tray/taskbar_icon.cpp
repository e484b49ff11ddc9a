#include "tray/taskbar_icon.h"

#include <wx/app.h>
#include <wx/menu.h>

#include "dialogs/icons.h"
#include "tray/menu.h"
#include "tray/popup.h"

namespace cfs {
namespace {

// GTK takes the bundle's own size and only ever makes it smaller; most panels have this one.
constexpr int kIconSize = 24;
constexpr int kFirstId = wxID_HIGHEST + 1;

int id_of(Command command) { return kFirstId + static_cast<int>(command); }

void append(wxMenu& menu, const MenuEntry& entry) {
    if (entry.label.empty()) {
        menu.AppendSeparator();
        return;
    }
    auto* item = menu.Append(entry.command ? id_of(*entry.command) : wxID_ANY, entry.label);
    item->Enable(entry.enabled);
}

}  // namespace

TaskbarIcon::TaskbarIcon(CommandHandler handler) : handler_(std::move(handler)) {
    Bind(wxEVT_MENU, [this](wxCommandEvent& event) { on_menu(event.GetId()); });
    Bind(wxEVT_TASKBAR_LEFT_DOWN, [this](wxTaskBarIconEvent&) { PopupMenu(CreatePopupMenu()); });
}

TaskbarIcon::~TaskbarIcon() { RemoveIcon(); }

bool TaskbarIcon::available() { return IsAvailable(); }

void TaskbarIcon::show(const TrayView& view) {
    const bool same = shown_ && view.icon == view_.icon && view.tooltip == view_.tooltip;
    view_ = view;
    if (!same) shown_ = SetIcon(icon_bitmap(icon_name(view.icon), kIconSize), view.tooltip);
}

void TaskbarIcon::close_menu() {
    if (menu_) close_popup(*menu_);
}

wxMenu* TaskbarIcon::CreatePopupMenu() {
    auto* menu = new wxMenu;
    for (const auto& entry : menu_of(view_)) append(*menu, entry);
    menu_ = menu;
    return menu;
}

void TaskbarIcon::on_menu(int id) {
    const auto command = static_cast<Command>(id - kFirstId);
    wxTheApp->CallAfter([handler = handler_, command] { handler(command); });
}

}  // namespace cfs
