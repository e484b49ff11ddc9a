// What a person can ask of the applet: from its menu, its status window or another start of it.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

namespace cfs {

enum class Command { show_status, sync_now, latest_logs, preferences, open_sync_folder, quit };

// The word on the command line and between two starts of the program: "sync-now".
[[nodiscard]] std::string_view name_of(Command command);
[[nodiscard]] std::optional<Command> command_from(std::string_view name);

using CommandHandler = std::function<void(Command)>;

}  // namespace cfs
