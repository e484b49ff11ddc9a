// Notifications as words: counts and the core's sentences, and patients' names only where they are
// given.
#pragma once

#include <wx/string.h>

#include <string>
#include <vector>

#include "core/rules/notification_rules.h"

namespace cfs {

struct NotificationText {
    wxString title, body;
};

// `with_site` where the installation has several databases. `names` are to be told with it.
[[nodiscard]] NotificationText text_of(const Notification& notification, bool with_site,
                                       const std::vector<std::string>& names = {});

}  // namespace cfs
