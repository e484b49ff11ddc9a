// A notification ready to be shown: its words and what a click does. Pure.
#pragma once

#include "core/rules/notification_rules.h"
#include "dialogs/notification_text.h"
#include "tray/command.h"

namespace cfs {

struct Notice {
    // Of two notices about the same matter the new one takes the old one's place.
    std::string matter;
    NotificationText text;
    wxString button;      // what a click does, in a word or two
    Command command;      // by the button, and by a click on the notice itself
    bool urgent = false;  // shown although the user wants no disturbance
};

// As text_of() has it.
[[nodiscard]] Notice notice_of(const Notification& notification, bool with_site,
                               const std::vector<std::string>& names = {});

}  // namespace cfs
