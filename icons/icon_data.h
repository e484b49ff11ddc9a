// The SVG files of this folder, part of the program, by name: "app" and one for each state of
// the tray's icon, "syncing-0" to "syncing-3" being one that moves.
#pragma once

#include <map>
#include <string>

namespace cfs {

[[nodiscard]] const std::map<std::string, std::string>& icon_texts();

}  // namespace cfs
