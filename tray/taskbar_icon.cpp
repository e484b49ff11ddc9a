#include "tray/taskbar_icon.h"

#include <wx/menu.h>

#include "dialogs/icons.h"
#include "tray/menu.h"
#include "tray/popup.h"
#include "tray/popup_menu.h"

namespace cfs {
namespace {

// GTK takes the bundle's own size and only ever makes it smaller; most panels have this one.
constexpr int kIconSize = 24;

}  // namespace

TaskbarIcon::TaskbarIcon(CommandHandler handler) : handler_(std::move(handler)) {
    Bind(wxEVT_TASKBAR_LEFT_DOWN, [this](wxTaskBarIconEvent&) {
        const std::unique_ptr<wxMenu> menu(CreatePopupMenu());
        PopupMenu(menu.get());
    });
}

TaskbarIcon::~TaskbarIcon() { RemoveIcon(); }

bool TaskbarIcon::available() { return IsAvailable(); }

void TaskbarIcon::show(const TrayView& view) {
    const bool same = shown_ && view.icon == view_.icon && view.frame == view_.frame &&
                      view.tooltip == view_.tooltip;
    view_ = view;
    if (!same)
        shown_ = SetIcon(icon_bitmap(icon_name(view.icon, view.frame), kIconSize), view.tooltip);
}

void TaskbarIcon::close_menu() {
    if (menu_) close_popup(*menu_);
}

wxMenu* TaskbarIcon::CreatePopupMenu() {
    auto* menu = popup_menu_of(menu_of(view_), handler_).release();
    menu_ = menu;
    return menu;
}

}  // namespace cfs
