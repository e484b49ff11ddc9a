// What a person can ask of the applet: from its menu, its status window or another start of it.
#pragma once

#include <compare>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace cfs {

enum class Action {
    show_status,
    sync_now,
    pause_for_an_hour,
    pause_until_tomorrow,
    pause_until_resumed,
    resume,
    preview_sync,
    undo_last_sync,
    review_conflicts,
    latest_logs,
    sites,
    open_sync_folder,
    preferences,
    user_guide,
    about,
    quit  // stays the last
};

// The word on the command line and between two starts of the program: "sync-now".
[[nodiscard]] std::string_view name_of(Action action);
[[nodiscard]] std::optional<Action> action_from(std::string_view name);

struct Command {
    Action action = Action::show_status;
    std::string database;  // the connection; empty: all databases

    auto operator<=>(const Command&) const = default;
};

// Returns before the command is done, which may destroy whoever asked for it.
using CommandHandler = std::function<void(const Command&)>;

}  // namespace cfs
