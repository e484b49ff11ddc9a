#include "tray/popup_menu.h"

#include <wx/menu.h>

namespace cfs {
namespace {

void append(wxMenu& menu, const MenuEntry& entry, const CommandHandler& handler) {
    if (entry.label.empty()) {
        menu.AppendSeparator();
        return;
    }
    if (!entry.children.empty()) {
        menu.AppendSubMenu(popup_menu_of(entry.children, handler).release(), entry.label);
        return;
    }
    auto* item = menu.Append(wxID_ANY, entry.label);
    item->Enable(entry.enabled);
    if (!entry.command) return;
    menu.Bind(
        wxEVT_MENU, [handler, command = *entry.command](wxCommandEvent&) { handler(command); },
        item->GetId());
}

}  // namespace

std::unique_ptr<wxMenu> popup_menu_of(const Menu& menu, const CommandHandler& handler) {
    auto popup = std::make_unique<wxMenu>();
    for (const auto& entry : menu) append(*popup, entry, handler);
    return popup;
}

}  // namespace cfs
