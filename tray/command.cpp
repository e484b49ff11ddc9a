#include "tray/command.h"

namespace cfs {

std::string_view name_of(Action action) {
    switch (action) {
        case Action::show_status:
            return "show-status";
        case Action::sync_now:
            return "sync-now";
        case Action::pause_for_an_hour:
            return "pause-for-an-hour";
        case Action::pause_until_tomorrow:
            return "pause-until-tomorrow";
        case Action::pause_until_resumed:
            return "pause-until-resumed";
        case Action::resume:
            return "resume";
        case Action::preview_sync:
            return "preview-sync";
        case Action::undo_last_sync:
            return "undo-last-sync";
        case Action::review_conflicts:
            return "review-conflicts";
        case Action::latest_logs:
            return "latest-logs";
        case Action::sites:
            return "sites";
        case Action::open_sync_folder:
            return "open-sync-folder";
        case Action::preferences:
            return "preferences";
        case Action::user_guide:
            return "user-guide";
        case Action::about:
            return "about";
        case Action::quit:
            return "quit";
    }
    return {};
}

std::optional<Action> action_from(std::string_view name) {
    for (int i = 0; i <= static_cast<int>(Action::quit); ++i) {
        const auto action = static_cast<Action>(i);
        if (name_of(action) == name) return action;
    }
    return std::nullopt;
}

}  // namespace cfs
