#include "tray/tray_state.h"

#include <wx/intl.h>

#include <algorithm>
#include <map>

#include "core/engine/scheduler.h"
#include "dialogs/error_text.h"
#include "dialogs/number_text.h"
#include "dialogs/report_text.h"
#include "dialogs/sites_text.h"
#include "dialogs/time_text.h"
#include "dialogs/wx_text.h"

namespace cfs {
namespace {

constexpr int kSyncingFrames = 4;

using Databases = std::vector<DatabaseFacts>;

bool waits_for_person(const DatabaseFacts& database) {
    return database.conflicts > 0 || database.pending > 0 || !database.enabled;
}

template <class Predicate>
const DatabaseFacts* first(const Databases& databases, Predicate predicate) {
    const auto found = std::find_if(databases.begin(), databases.end(), predicate);
    return found == databases.end() ? nullptr : &*found;
}

// Where there are several databases, a line says which it speaks of.
wxString about(const DatabaseFacts& database, const Databases& all, const wxString& text) {
    return all.size() > 1 ? labelled(to_wx(database.site), text) : text;
}

wxString running_text(const RunningFacts& running) {
    if (running.stopping) return _("Ending the sync...");
    if (running.progress.patients_total == 0) {
        return wxString::Format(_("Syncing %s..."), to_wx(running.site));
    }
    return wxString::Format(_("Syncing %s: %s of %s patients"), to_wx(running.site),
                            number_text(running.progress.patients_done),
                            number_text(running.progress.patients_total));
}

bool is_away(const std::optional<ErrorCode>& code) {
    return code == ErrorCode::folder_missing || code == ErrorCode::database_missing ||
           code == ErrorCode::database_lost;
}

// A folder or server that is away is no fault of this program or of the data: it may come back by
// itself.
bool unreachable(const DatabaseFacts& database) {
    return is_away(database.unreadable) || (database.failed_at && is_away(database.failure));
}

// The clinic program was writing: that says nothing of the database.
bool locked(const DatabaseFacts& database) {
    return database.unreadable == ErrorCode::database_locked;
}

bool failed(const DatabaseFacts& database) {
    const bool unreadable = database.unreadable && !locked(database);
    return (database.failed_at || unreadable) && !unreachable(database);
}

wxString unreachable_text(const DatabaseFacts& database, Time now) {
    if (is_away(database.unreadable)) return _("The database can't be reached");
    return wxString::Format(database.failure == ErrorCode::folder_missing
                                ? _("The sync folder could not be reached %s")
                                : _("The database could not be reached %s"),
                            short_time(*database.failed_at, now));
}

wxString failed_text(const DatabaseFacts& database, Time now) {
    if (database.unreadable && !locked(database)) return heading_of(*database.unreadable);
    return wxString::Format(_("The last sync failed %s; see the log"),
                            short_time(*database.failed_at, now));
}

wxString waiting_text(const Databases& databases) {
    std::int64_t conflicts = 0, pending = 0;
    bool safety = false;
    for (const auto& database : databases) {
        conflicts += database.conflicts;
        pending += database.pending;
        safety = safety || database.safety;
    }
    if (conflicts == 0 && pending == 0) return _("A database is no longer enabled");
    const auto text = attention_text(conflicts, pending);
    return safety ? wxString::Format(_("%s, safety entries among them"), text) : text;
}

bool unread(const DatabaseFacts& database) { return !database.known || locked(database); }

wxString unread_text(const DatabaseFacts& database) {
    return locked(database) ? heading_of(*database.unreadable) : _("Not looked at yet");
}

// A run that was stopped or found the database busy is no news about the data, but it is told.
wxString unfinished_text(const DatabaseFacts& database, Time now) {
    const auto when = database.last_end ? short_time(*database.last_end, now) : wxString();
    return database.last_result == SyncResult::cancelled
               ? wxString::Format(_("The last sync was stopped %s"), when)
               : wxString::Format(_("Another sync was running %s"), when);
}

bool unfinished(const DatabaseFacts& database) {
    return database.last_result == SyncResult::cancelled ||
           database.last_result == SyncResult::busy;
}

// Each once: two databases may share one folder.
std::vector<KnownSite> sites_of(const Databases& databases) {
    std::map<std::string, KnownSite> by_name;
    for (const auto& database : databases) {
        for (const auto& site : database.sites) {
            const auto [known, added] = by_name.emplace(site.name, site);
            if (site.here) known->second = site;
        }
    }
    std::vector<KnownSite> sites;
    for (const auto& [name, site] : by_name) sites.push_back(site);
    return sites;
}

// Of several databases the oldest success: all of them were synced then or later.
wxString folder_text(const Databases& databases, Time now) {
    Time oldest = *databases.front().last_success;
    for (const auto& database : databases) oldest = std::min(oldest, *database.last_success);
    const auto when = short_time(oldest, now);
    return databases.size() == 1
               ? wxString::Format(_("Synced with the folder %s"), when)
               : wxString::Format(_("All databases synced with their folders %s or later"), when);
}

wxString synced_text(const Databases& databases, Time now) {
    const auto synced = folder_text(databases, now);
    const auto stale = stale_text(sites_of(databases), now);
    return stale.empty() ? synced : wxString::Format(_("%s; %s"), synced, stale);
}

wxString paused_text(Time until, Time now) {
    if (until == kLastTime) return _("Paused until you resume");
    return wxString::Format(_("Paused until %s"), short_time(until, now));
}

struct Shown {
    IconState icon = IconState::unknown;
    wxString status;
};

// The most urgent of what can be said.
Shown shown_of(const TrayFacts& facts) {
    const auto& all = facts.databases;
    if (facts.running) return {IconState::syncing, running_text(*facts.running)};
    if (!facts.fault.empty()) return {IconState::error, _("The settings can't be read")};
    if (all.empty()) return {IconState::attention, _("No database is enabled yet")};
    if (const auto* one = first(all, failed)) {
        return {IconState::error, about(*one, all, failed_text(*one, facts.now))};
    }
    if (first(all, waits_for_person)) return {IconState::attention, waiting_text(all)};
    if (const auto* one = first(all, unreachable)) {
        return {IconState::offline, about(*one, all, unreachable_text(*one, facts.now))};
    }
    if (facts.paused_until) {
        return {IconState::paused, paused_text(*facts.paused_until, facts.now)};
    }
    if (const auto* one = first(all, unread)) {
        return {IconState::unknown, about(*one, all, unread_text(*one))};
    }
    const auto* never = first(all, [](const auto& one) { return !one.last_success; });
    const auto icon = never ? IconState::unknown : IconState::idle;
    if (const auto* one = first(all, unfinished)) {
        return {icon, about(*one, all, unfinished_text(*one, facts.now))};
    }
    if (never) return {icon, about(*never, all, _("Not synced yet"))};
    return {icon, synced_text(all, facts.now)};
}

wxString last_text(const DatabaseFacts& database, Time now) {
    return database.last_success
               ? wxString::Format(_("Last sync: %s"), short_time(*database.last_success, now))
               : _("Last sync: none yet");
}

wxString waiting_for(Shortage shortage) {
    switch (shortage) {
        case Shortage::battery:
            return _("Next sync: when the computer is plugged in");
        case Shortage::metered:
            return _("Next sync: when the network is not metered");
    }
    return {};
}

wxString next_text(const TrayFacts& facts) {
    if (facts.paused_until) return paused_text(*facts.paused_until, facts.now);
    std::optional<Time> next;
    for (const auto& database : facts.databases) next = earlier(next, database.next_sync);
    if (!next) return _("Next sync: by hand");
    if (facts.waits_for) return waiting_for(*facts.waits_for);
    return wxString::Format(_("Next sync: %s"), short_time(*next, facts.now));
}

// Some systems show 127 characters at most, so several databases are summed up.
wxString tooltip_of(const TrayFacts& facts, const wxString& status) {
    wxString text = "Cloud Folder Sync\n" + status;
    if (facts.databases.empty() || !facts.fault.empty()) return text;
    if (facts.databases.size() == 1) {
        text += "\n" + last_text(facts.databases.front(), facts.now);
    }
    const auto next = next_text(facts);
    return next == status ? text : text + "\n" + next;
}

DatabaseView view_of_one(const DatabaseFacts& database, const TrayFacts& all) {
    auto alone = all;
    alone.databases = {database};
    if (all.running && all.running->connection != database.connection) alone.running.reset();
    return {database.connection, database.site, shown_of(alone).status, database.conflicts,
            database.has_folder};
}

}  // namespace

std::string icon_name(IconState state, int frame) {
    switch (state) {
        case IconState::unknown:
            return "unknown";
        case IconState::idle:
            return "idle";
        case IconState::syncing:
            return "syncing-" + std::to_string(frame % kSyncingFrames);
        case IconState::paused:
            return "paused";
        case IconState::attention:
            return "attention";
        case IconState::error:
            return "error";
        case IconState::offline:
            return "offline";
    }
    return {};
}

TrayView view_of(const TrayFacts& facts) {
    TrayView view;
    for (const auto& database : facts.databases) {
        view.databases.push_back(view_of_one(database, facts));
        view.conflicts += database.conflicts;
        view.can_open_folder = view.can_open_folder || database.has_folder;
    }
    const auto shown = shown_of(facts);
    view.icon = shown.icon;
    view.status = shown.status;
    view.tooltip = tooltip_of(facts, view.status);
    view.paused = facts.paused_until.has_value();
    view.can_sync = !facts.databases.empty() && !facts.running;
    return view;
}

}  // namespace cfs
