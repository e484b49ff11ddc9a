#include "tray/folder_hints.h"

#include <algorithm>

#include "core/engine/scheduler.h"
#include "core/folder/folder_layout.h"
#include "core/rules/ignored_names.h"

namespace cfs {

bool is_exchanged(std::string_view path) {
    const auto slash = path.find('/');
    if (slash == std::string_view::npos) return false;
    const auto area = path.substr(0, slash);
    return (area == kPatientsDirectory || area == kLogsDirectory) &&
           !is_ignored_name(path.substr(path.rfind('/') + 1));
}

void FolderHints::set_settings(const Settings& settings) {
    std::vector<Hint> hints;
    for (const auto& database : settings.databases) {
        if (!database.options.auto_sync) continue;
        const auto* known = find(database.connection);
        hints.push_back(known ? *known : Hint{});
        hints.back().connection = database.connection;
        hints.back().folder = database.folder;
        hints.back().watched = settings.general.watch_folder && !database.folder.empty();
    }
    hints_ = std::move(hints);
}

std::vector<std::string> FolderHints::folders() const {
    std::vector<std::string> result;
    for (const auto& hint : hints_) {
        const bool known = std::find(result.begin(), result.end(), hint.folder) != result.end();
        if (hint.watched && !known) result.push_back(hint.folder);
    }
    return result;
}

void FolderHints::make_due(Hint& hint, Time now) {
    hint.due = std::max<Time>(now + kSettle, hint.rests_until);
}

void FolderHints::take_change(Hint& hint, const std::string& directory, Time now) {
    const bool log = directory.rfind(std::string(kLogsDirectory) + "/", 0) == 0;
    const bool ours_may_come = hint.syncing || now < hint.deaf_until;
    if (log && !hint.own_log.empty()) {
        if (directory != hint.own_log) make_due(hint, now);
    } else if (!ours_may_come) {
        make_due(hint, now);
    } else if (log) {
        hint.undecided_logs.insert(directory);
    }
}

void FolderHints::folder_changed(const std::string& folder, const std::string& directory,
                                 Time now) {
    for (auto& hint : hints_) {
        if (hint.watched && hint.folder == folder) take_change(hint, directory, now);
    }
}

void FolderHints::set_writer(const std::string& connection, const WriterId& writer, Time now) {
    auto* hint = find(connection);
    if (!hint) return;
    hint->own_log = log_directory(writer);
    hint->undecided_logs.erase(hint->own_log);
    if (!hint->undecided_logs.empty()) make_due(*hint, now);
    hint->undecided_logs.clear();
}

void FolderHints::sync_started(const std::string& connection) {
    auto* hint = find(connection);
    if (!hint) return;
    hint->syncing = true;
    hint->due.reset();
}

void FolderHints::sync_ended(const std::string& connection, Time now) {
    auto* hint = find(connection);
    if (!hint) return;
    hint->syncing = false;
    hint->deaf_until = now + kSettle;
}

void FolderHints::woken(Time now) {
    for (auto& hint : hints_) hint.due = now + kAfterSleep;
}

std::vector<std::string> FolderHints::take_due(Time now) {
    std::vector<std::string> result;
    for (auto& hint : hints_) {
        if (!hint.due || *hint.due > now) continue;
        hint.due.reset();
        hint.rests_until = now + kRest;
        result.push_back(hint.connection);
    }
    return result;
}

std::optional<Time> FolderHints::next_due() const {
    std::optional<Time> earliest;
    for (const auto& hint : hints_) earliest = earlier(earliest, hint.due);
    return earliest;
}

FolderHints::Hint* FolderHints::find(const std::string& connection) {
    for (auto& hint : hints_) {
        if (hint.connection == connection) return &hint;
    }
    return nullptr;
}

}  // namespace cfs
