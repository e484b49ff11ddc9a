// The SVG files of this folder, part of the program, by name: "app", "idle", "syncing", "paused",
// "attention", "error".
#pragma once

#include <map>
#include <string>

namespace cfs {

[[nodiscard]] const std::map<std::string, std::string>& icon_texts();

}  // namespace cfs
