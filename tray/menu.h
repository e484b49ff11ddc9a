// The one menu: shown by the tray icon and, as buttons, by the status window.
#pragma once

#include <wx/string.h>

#include <optional>
#include <vector>

#include "tray/command.h"
#include "tray/tray_state.h"

namespace cfs {

struct MenuEntry {
    wxString label;                  // with a mnemonic; empty: a separator
    std::optional<Command> command;  // none: a line of text
    bool enabled = true;
};

[[nodiscard]] std::vector<MenuEntry> menu_of(const TrayView& view);

}  // namespace cfs
