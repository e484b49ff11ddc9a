// The one menu, as a tree: shown by the tray icon of every desktop and, as buttons, by the status
// window.
#pragma once

#include <wx/string.h>

#include <optional>
#include <vector>

#include "tray/command.h"
#include "tray/tray_state.h"

namespace cfs {

struct MenuEntry {
    wxString label;                  // with a mnemonic; empty: a separator
    std::optional<Command> command;  // none: a line of text, or what opens its children
    bool enabled = true;
    std::vector<MenuEntry> children{};

    bool operator==(const MenuEntry&) const = default;
};

using Menu = std::vector<MenuEntry>;

[[nodiscard]] Menu menu_of(const TrayView& view);

}  // namespace cfs
