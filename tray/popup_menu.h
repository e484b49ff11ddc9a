// The menu's tree as a menu of wxWidgets.
#pragma once

#include <memory>

#include "tray/menu.h"

class wxMenu;

namespace cfs {

// `handler` is called outside of the menu's own events, so it may destroy whoever shows it.
[[nodiscard]] std::unique_ptr<wxMenu> popup_menu_of(const Menu& menu,
                                                    const CommandHandler& handler);

}  // namespace cfs
