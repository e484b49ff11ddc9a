#include "tray/known_databases.h"

#include <algorithm>

#include "core/engine/scheduler.h"

namespace cfs {
namespace {

// Those found in the history were told by the applet that ran then.
bool was_ours(const SyncReport& report) { return report.trigger != SyncTrigger::command_line; }

bool succeeded(SyncResult result) {
    return result == SyncResult::ok || result == SyncResult::attention;
}

bool is_wanted(NotificationKind kind, const GeneralSettings& general) {
    switch (kind) {
        case NotificationKind::new_conflicts:
            return general.notify_conflicts;
        case NotificationKind::error:
            return general.notify_errors;
        case NotificationKind::recovery:
            return general.notify_recovery;
    }
    return true;
}

void take_success(DatabaseFacts& facts, const SyncReport& report) {
    facts.failed_at.reset();
    facts.enabled = true;
    facts.last_success = report.ended;
    facts.conflicts = report.counts.conflicts_open;
    facts.pending = report.counts.pending;
    facts.safety = report.safety_conflicts;
}

void take_status(DatabaseFacts& facts, const DatabaseStatus& status) {
    facts.unreadable.reset();
    facts.enabled = status.enabled;
    facts.conflicts = status.conflicts;
    facts.pending = status.pending;
    facts.safety = status.safety;
    if (status.last_success) facts.last_success = status.last_success;
}

}  // namespace

std::vector<std::string> KnownDatabases::set_settings(const Settings& settings) {
    std::vector<Known> known;
    std::vector<std::string> fresh;
    for (const auto& database : settings.databases) {
        const auto* old = find(database.connection);
        if (!old) fresh.push_back(database.connection);
        known.push_back(old ? *old : Known{});
        auto& facts = known.back().facts;
        facts.connection = database.connection;
        facts.site = database.site;
        facts.has_folder = !database.folder.empty();
    }
    settings_ = settings.databases;
    paused_until_ = settings.paused_until;
    general_ = settings.general;
    known_ = std::move(known);
    return fresh;
}

void KnownDatabases::add_news(const DatabaseNews& news) {
    auto* known = find(news.connection);
    if (!known) return;
    const bool first = !known->facts.known;
    for (const auto& run : news.history) {
        if (was_ours(run)) known->told = told_after(known->told, run);
        take_run(*known, run);
    }
    known->facts.known = true;
    if (news.status) take_status(known->facts, *news.status);
    if (news.sites) known->facts.sites = *news.sites;
    // Later on it is the syncs that tell.
    if (first) known->facts.unreadable = news.fault;
}

void KnownDatabases::take_run(Known& known, const SyncReport& report) {
    if (report.preview) return;
    auto& facts = known.facts;
    facts.known = true;
    facts.unreadable.reset();
    facts.last_result = report.result;
    facts.last_end = report.ended;
    if (succeeded(report.result)) take_success(facts, report);
    if (report.result == SyncResult::failed || report.result == SyncResult::refused) {
        facts.failed_at = report.ended;
        facts.failure.reset();
        if (!report.errors.empty()) facts.failure = report.errors.front().code;
    }
}

std::vector<Notification> KnownDatabases::add_run(const SyncReport& report, Time now) {
    auto* known = find(report.database);
    if (!known) return {};
    take_run(*known, report);
    known->facts.last_end = now;  // whatever the report says, or a failing sync would never rest
    auto notifications = notifications_for(known->told, report);
    std::erase_if(notifications, [this](const Notification& notification) {
        return !is_wanted(notification.kind, general_);
    });
    known->told = told_after(known->told, report);
    for (auto& notification : notifications) notification.site = known->facts.site;
    return notifications;
}

std::string KnownDatabases::site_of(const std::string& connection) const {
    for (const auto& database : settings_) {
        if (database.connection == connection) return database.site;
    }
    return {};
}

std::vector<DatabaseFacts> KnownDatabases::facts(Time now) const {
    std::vector<DatabaseFacts> all;
    for (std::size_t i = 0; i < known_.size(); ++i) {
        all.push_back(known_[i].facts);
        all.back().next_sync = next_of(i, now);
    }
    return all;
}

// Before the history was read, the end of the last run isn't known.
std::optional<Time> KnownDatabases::next_of(std::size_t index, Time now) const {
    const auto& facts = known_[index].facts;
    if (!facts.known) return std::nullopt;
    return after_pause(next_sync(settings_[index].options, facts.last_end, now), paused_until_);
}

std::optional<Time> KnownDatabases::paused_until(Time now) const {
    return paused_until_ && *paused_until_ > now ? paused_until_ : std::nullopt;
}

std::vector<std::string> KnownDatabases::due(Time now) const {
    std::vector<std::string> result;
    for (std::size_t i = 0; i < known_.size(); ++i) {
        const auto next = next_of(i, now);
        if (next && *next <= now) result.push_back(settings_[i].connection);
    }
    return result;
}

std::optional<Time> KnownDatabases::next_due(Time now) const {
    std::optional<Time> earliest;
    for (std::size_t i = 0; i < known_.size(); ++i) earliest = earlier(earliest, next_of(i, now));
    return earliest;
}

KnownDatabases::Known* KnownDatabases::find(const std::string& connection) {
    for (std::size_t i = 0; i < settings_.size(); ++i) {
        if (settings_[i].connection == connection) return &known_[i];
    }
    return nullptr;
}

}  // namespace cfs
