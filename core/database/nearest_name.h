// "Did you mean ...?": the right name that somebody who typed a wrong one meant.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cfs {

// The one of `names` nearest to `wanted`: equal but for the case of ASCII letters, or a few typing
// errors away. Nothing if none is near.
[[nodiscard]] std::optional<std::string> nearest_name(std::string_view wanted,
                                                      const std::vector<std::string>& names);

}  // namespace cfs
