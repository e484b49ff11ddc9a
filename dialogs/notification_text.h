// Notifications as words; they hold counts and the core's sentences, never a patient's name.
#pragma once

#include <wx/string.h>

#include "core/rules/notification_rules.h"

namespace cfs {

struct NotificationText {
    wxString title, body;
};

// `with_site` where the installation has several databases.
[[nodiscard]] NotificationText text_of(const Notification& notification, bool with_site);

}  // namespace cfs
