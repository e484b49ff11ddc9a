#include "tray/command.h"

#include <array>

namespace cfs {

std::string_view name_of(Command command) {
    switch (command) {
        case Command::show_status:
            return "show-status";
        case Command::sync_now:
            return "sync-now";
        case Command::latest_logs:
            return "latest-logs";
        case Command::preferences:
            return "preferences";
        case Command::open_sync_folder:
            return "open-sync-folder";
        case Command::quit:
            return "quit";
    }
    return {};
}

std::optional<Command> command_from(std::string_view name) {
    constexpr std::array kCommands = {Command::show_status,      Command::sync_now,
                                      Command::latest_logs,      Command::preferences,
                                      Command::open_sync_folder, Command::quit};
    for (const auto command : kCommands) {
        if (name_of(command) == name) return command;
    }
    return std::nullopt;
}

}  // namespace cfs
