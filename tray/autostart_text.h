// How the systems write down what they start at login. Pure; every text is UTF-8.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cfs {

using CommandWords = std::vector<std::string>;  // the program's path, then its options

// A file of the XDG autostart specification: for GNOME, KDE, Xfce and other desktops.
[[nodiscard]] std::string desktop_entry_text(const CommandWords& command);
[[nodiscard]] bool desktop_entry_starts(std::string_view text);  // false: disabled by the user

// The property list of a LaunchAgent of macOS.
[[nodiscard]] std::string launch_agent_text(const CommandWords& command);

// One line, as CommandLineToArgvW takes it apart: for the Run key of Windows.
[[nodiscard]] std::string command_line_text(const CommandWords& command);

}  // namespace cfs
