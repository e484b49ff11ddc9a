#include "core/rules/notification_rules.h"

#include <algorithm>

namespace cfs {
namespace {

bool got_through(const SyncReport& report) {
    return report.result == SyncResult::ok || report.result == SyncResult::attention;
}

// Busy and cancelled runs say nothing of the database or the folder.
bool tells_something(const SyncReport& report) {
    return !report.preview && report.result != SyncResult::busy &&
           report.result != SyncResult::cancelled;
}

std::string word_for(const ReportError& error) {
    std::string word(name_of(error.code));
    if (error.patient) word += ' ' + error.patient->text();
    if (!error.file.empty()) word += ' ' + error.file;
    return word;
}

std::int64_t new_conflicts(const ToldState& told, const SyncReport& report) {
    if (!got_through(report)) return 0;
    // Another program (the command line) may have found some since we last looked.
    const auto grown =
        told.conflicts_open ? report.counts.conflicts_open - *told.conflicts_open : 0;
    return std::max(report.counts.conflicts_new, grown);
}

Notification about(const SyncReport& report, NotificationKind kind, std::int64_t count) {
    Notification notification;
    notification.kind = kind;
    notification.database = report.database;
    notification.site = report.site;
    notification.count = count;
    notification.open = report.counts.conflicts_open;
    notification.safety = report.safety_conflicts;
    return notification;
}

std::optional<Notification> about_errors(const ToldState& told, const SyncReport& report) {
    const ReportError* first = nullptr;
    std::set<std::string> fresh;
    for (const auto& error : report.errors) {
        if (told.errors.contains(word_for(error))) continue;
        if (fresh.insert(word_for(error)).second && !first) first = &error;
    }
    if (!first) return std::nullopt;
    auto notification =
        about(report, NotificationKind::error, static_cast<std::int64_t>(fresh.size()));
    notification.code = first->code;
    notification.sentence = first->sentence;
    if (first->patient) notification.patients = {*first->patient};
    return notification;
}

}  // namespace

std::vector<Notification> notifications_for(const ToldState& told, const SyncReport& report) {
    std::vector<Notification> result;
    if (!tells_something(report)) return result;
    if (const auto count = new_conflicts(told, report); count > 0) {
        result.push_back(about(report, NotificationKind::new_conflicts, count));
        // Whose records another program's run found conflicts in isn't known.
        if (count == report.counts.conflicts_new) result.back().patients = report.conflict_patients;
    }
    if (auto errors = about_errors(told, report)) {
        result.push_back(std::move(*errors));
    } else if (told.failing && got_through(report)) {
        result.push_back(about(report, NotificationKind::recovery, 0));
    }
    return result;
}

ToldState told_after(ToldState told, const SyncReport& report) {
    if (!tells_something(report)) return told;
    told.failing = !got_through(report);
    if (got_through(report)) {
        told.errors.clear();
        told.conflicts_open = report.counts.conflicts_open;
    }
    // A run that stopped early did not look at the rest: what was told before still stands.
    for (const auto& error : report.errors) told.errors.insert(word_for(error));
    return told;
}

}  // namespace cfs
