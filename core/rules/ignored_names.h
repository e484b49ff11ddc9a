// Which names in a sync folder are a cloud client's own business (or our temporaries).
#pragma once

#include <string_view>

namespace cfs {

// True for the name of a file or a folder (one path component, any bytes) that is never parsed,
// never entered and never deleted. Letter case of ASCII does not matter: on some systems it is not
// kept. Linear in the length of the name.
[[nodiscard]] bool is_ignored_name(std::string_view name);

}  // namespace cfs
