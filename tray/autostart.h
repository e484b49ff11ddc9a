// Whether the system starts the applet at login. It is the system's state and stands in no setting,
// so that a choice made elsewhere (the desktop's own list of such programs) counts as well.
#pragma once

#include <string>
#include <vector>

namespace cfs {

[[nodiscard]] bool starts_at_login();

// `command` is the program's absolute path and its options, UTF-8. Throws settings_invalid where
// the system can't be told.
void start_at_login(const std::vector<std::string>& command);
void start_at_login_no_more();

}  // namespace cfs
