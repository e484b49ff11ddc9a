// The menu's tree as a menu of wxWidgets.
#pragma once

#include <memory>

#include "tray/menu.h"

class wxMenu;

namespace cfs {

[[nodiscard]] std::unique_ptr<wxMenu> popup_menu_of(const Menu& menu,
                                                    const CommandHandler& handler);

}  // namespace cfs
