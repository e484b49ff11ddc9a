#include "tray/tray_state.h"

#include "dialogs/icons.h"
#include "tests/applet/facts.h"
#include "tests/support/catch.h"

using namespace cfs;
using namespace cfs::test;
using namespace std::chrono_literals;

namespace {

std::string text(const wxString& words) { return words.utf8_string(); }

}  // namespace

TEST_CASE("tray: a database that synced is idle and says when") {
    const auto view = view_of(facts_of({synced("West", kNow - 2min)}));
    REQUIRE(view.icon == IconState::idle);
    REQUIRE(text(view.status) == "Synced with the folder 10:40");
    REQUIRE(view.can_sync);
    REQUIRE(view.can_open_folder);
}

TEST_CASE("tray: the tooltip has the last and the next sync") {
    auto west = synced("West", kNow - 2min);
    west.next_sync = kNow + 13min;
    REQUIRE(text(view_of(facts_of({west})).tooltip) ==
            "Cloud Folder Sync\nSynced with the folder 10:40\nLast sync: 10:40\nNext sync: 10:55");
}

TEST_CASE("tray: a site that was not seen for days is told beside the last sync") {
    KnownSite east;
    east.name = "East";
    east.last_seen = kNow - 24h * 3;
    auto west = synced("West", kNow);
    west.sites = {east};
    const auto view = view_of(facts_of({west}));
    REQUIRE(view.icon == IconState::idle);
    REQUIRE(text(view.status) == "Synced with the folder 10:42; East last seen 3 days ago");
    REQUIRE(view.tooltip.Contains("East last seen 3 days ago"));
    west.sites[0].last_seen = kNow - 24h;
    REQUIRE(text(view_of(facts_of({west})).status) == "Synced with the folder 10:42");
}

TEST_CASE("tray: a site is told once where two databases share its folder") {
    KnownSite east;
    east.name = "East";
    east.last_seen = kNow - 24h * 3;
    auto west = synced("West", kNow), north = synced("North", kNow);
    west.sites = north.sites = {east};
    const auto status = view_of(facts_of({west, north})).status;
    REQUIRE(status.EndsWith("; East last seen 3 days ago"));
}

TEST_CASE("tray: without automatic syncs the next one is by hand") {
    const auto view = view_of(facts_of({synced("West", kNow)}));
    REQUIRE(view.tooltip.EndsWith("Next sync: by hand"));
}

TEST_CASE("tray: what automatic syncs wait for is told, where there are any") {
    auto west = synced("West", kNow - 2min);
    auto facts = facts_of({west});
    facts.waits_for = Shortage::battery;
    REQUIRE(view_of(facts).tooltip.EndsWith("Next sync: by hand"));
    facts.databases[0].next_sync = kNow + 13min;
    REQUIRE(view_of(facts).tooltip.EndsWith("Next sync: when the computer is plugged in"));
    facts.waits_for = Shortage::metered;
    REQUIRE(view_of(facts).tooltip.EndsWith("Next sync: when the network is not metered"));
}

TEST_CASE("tray: a sync of another day is not shown as if it were today's") {
    REQUIRE(text(view_of(facts_of({synced("West", kNow - 24h)})).status) ==
            "Synced with the folder yesterday 10:42");
    REQUIRE(text(view_of(facts_of({synced("West", kNow - 72h)})).status) ==
            "Synced with the folder 2026-11-19 10:42");
}

TEST_CASE("tray: nothing is claimed of a database that was not looked at") {
    DatabaseFacts unread;
    unread.site = "West";
    REQUIRE(text(view_of(facts_of({unread})).status) == "Not looked at yet");
    REQUIRE(view_of(facts_of({unread})).icon == IconState::unknown);
    unread.known = true;
    REQUIRE(text(view_of(facts_of({unread})).status) == "Not synced yet");
    REQUIRE(view_of(facts_of({unread, synced("East", kNow)})).icon == IconState::unknown);
}

TEST_CASE("tray: without a database it asks for attention and offers no sync") {
    const auto view = view_of(facts_of({}));
    REQUIRE(view.icon == IconState::attention);
    REQUIRE(text(view.status) == "No database is enabled yet");
    REQUIRE_FALSE(view.can_sync);
    REQUIRE_FALSE(view.can_open_folder);
}

TEST_CASE("tray: a running sync is shown with its progress, and no second one is offered") {
    auto facts = facts_of({synced("West", kNow)});
    facts.running = RunningFacts{"sqlite3:///West", "West", {}, false};
    REQUIRE(text(view_of(facts).status) == "Syncing West...");
    facts.running->progress = {12, 300};
    const auto view = view_of(facts);
    REQUIRE(view.icon == IconState::syncing);
    REQUIRE(text(view.status) == "Syncing West: 12 of 300 patients");
    REQUIRE_FALSE(view.can_sync);
}

TEST_CASE("tray: a sync that was asked to stop says so until it has") {
    auto facts = facts_of({synced("West", kNow)});
    facts.running = RunningFacts{"sqlite3:///West", "West", {12, 300}, true};
    REQUIRE(text(view_of(facts).status) == "Ending the sync...");
}

TEST_CASE("tray: a failed sync is an error, and the last success is still told") {
    auto west = synced("West", kNow - 60min);
    west.failed_at = kNow - 1min;
    const auto view = view_of(facts_of({west}));
    REQUIRE(view.icon == IconState::error);
    REQUIRE(text(view.status) == "The last sync failed 10:41; see the log");
    REQUIRE(view.tooltip.Contains("Last sync: 09:42"));
}

TEST_CASE("tray: a folder or server that is away is no error, and it is told since when") {
    auto west = synced("West", kNow - 60min);
    west.failed_at = kNow - 1min;
    west.failure = ErrorCode::folder_missing;
    REQUIRE(view_of(facts_of({west})).icon == IconState::offline);
    REQUIRE(text(view_of(facts_of({west})).status) == "The sync folder could not be reached 10:41");
    west.failure = ErrorCode::database_lost;
    REQUIRE(view_of(facts_of({west})).icon == IconState::offline);
    REQUIRE(text(view_of(facts_of({west})).status) == "The database could not be reached 10:41");
    west.failure = ErrorCode::database_refused;
    REQUIRE(view_of(facts_of({west})).icon == IconState::error);
}

TEST_CASE(
    "tray: a database that can't be read at the start is told as such, and not as a failed sync") {
    auto west = synced("West", kNow - 60min);
    west.unreadable = ErrorCode::database_locked;
    REQUIRE(view_of(facts_of({west})).icon == IconState::unknown);
    REQUIRE(text(view_of(facts_of({west})).status) == "The database is in use");
    REQUIRE(view_of(facts_of({west})).tooltip.Contains("Last sync: 09:42"));
    west.unreadable = ErrorCode::database_missing;
    REQUIRE(view_of(facts_of({west})).icon == IconState::offline);
    REQUIRE(text(view_of(facts_of({west})).status) == "The database can't be reached");
    west.unreadable = ErrorCode::mapping_invalid;
    REQUIRE(view_of(facts_of({west})).icon == IconState::error);
    REQUIRE(text(view_of(facts_of({west})).status) == "The mapping does not fit");
}

TEST_CASE("tray: a lock at the start hides neither a failed sync nor what waits for a person") {
    auto west = synced("West", kNow - 60min);
    west.unreadable = ErrorCode::database_locked;
    west.conflicts = 1;
    REQUIRE(view_of(facts_of({west})).icon == IconState::attention);
    west.failed_at = kNow - 1min;
    REQUIRE(text(view_of(facts_of({west})).status) == "The last sync failed 10:41; see the log");
}

TEST_CASE("tray: of several databases an error comes first, then what waits for a person") {
    auto away = synced("West", kNow);
    away.failed_at = kNow - 1min;
    away.failure = ErrorCode::folder_missing;
    auto waiting = synced("East", kNow);
    waiting.conflicts = 1;
    auto broken = synced("North", kNow);
    broken.failed_at = kNow - 1min;
    REQUIRE(view_of(facts_of({away, waiting, broken})).icon == IconState::error);
    REQUIRE(view_of(facts_of({away, waiting})).icon == IconState::attention);
    REQUIRE(view_of(facts_of({away, synced("East", kNow)})).icon == IconState::offline);
}

TEST_CASE("tray: every state has a picture, and a running sync has several") {
    for (int i = 0; i <= static_cast<int>(IconState::offline); ++i) {
        for (int frame = 0; frame < 8; ++frame) {
            const auto name = icon_name(static_cast<IconState>(i), frame);
            CAPTURE(name);
            REQUIRE(icon_bitmap(name).IsOk());
        }
    }
    REQUIRE(icon_name(IconState::syncing, 0) != icon_name(IconState::syncing, 1));
}

TEST_CASE("tray: open conflicts and rows held back ask for attention, with their number") {
    auto west = synced("West", kNow);
    west.conflicts = 2;
    REQUIRE(view_of(facts_of({west})).icon == IconState::attention);
    REQUIRE(text(view_of(facts_of({west})).status) == "2 conflicts to review");
    west.pending = 1;
    REQUIRE(text(view_of(facts_of({west})).status) == "2 conflicts to review, 1 row held back");
    west.safety = true;
    REQUIRE(text(view_of(facts_of({west})).status) ==
            "2 conflicts to review, 1 row held back, safety entries among them");
}

TEST_CASE("tray: a stopped or busy run is told but never hides an error or a conflict") {
    auto west = synced("West", kNow - 60min);
    west.last_result = SyncResult::cancelled;
    west.last_end = kNow;
    REQUIRE(text(view_of(facts_of({west})).status) == "The last sync was stopped 10:42");
    west.last_result = SyncResult::busy;
    REQUIRE(text(view_of(facts_of({west})).status) == "Another sync was running 10:42");
    west.conflicts = 1;
    REQUIRE(view_of(facts_of({west})).icon == IconState::attention);
    west.failed_at = kNow - 1min;
    REQUIRE(view_of(facts_of({west})).icon == IconState::error);
}

TEST_CASE("tray: of several databases the oldest sync is told, and the one that fails by name") {
    auto west = synced("West", kNow - 1min);
    auto east = synced("East", kNow - 30min);
    REQUIRE(text(view_of(facts_of({west, east})).status) ==
            "All databases synced with their folders 10:12 or later");
    east.failed_at = kNow - 1min;
    REQUIRE(text(view_of(facts_of({west, east})).status) ==
            "East: The last sync failed 10:41; see the log");
}

TEST_CASE("tray: the earliest of several next syncs is told") {
    auto west = synced("West", kNow);
    auto east = synced("East", kNow);
    west.next_sync = kNow + 20min;
    east.next_sync = kNow + 10min;
    REQUIRE(view_of(facts_of({west, east})).tooltip.EndsWith("Next sync: 10:52"));
}

TEST_CASE("tray: settings that can't be read are an error") {
    auto facts = facts_of({});
    facts.fault = "The settings file is damaged.";
    REQUIRE(view_of(facts).icon == IconState::error);
    REQUIRE(text(view_of(facts).status) == "The settings can't be read");
}

TEST_CASE("tray: a pause is shown with its end, and a sync by hand is still offered") {
    auto facts = facts_of({synced("West", kNow - 2min)});
    facts.paused_until = kNow + 198min;
    const auto view = view_of(facts);
    REQUIRE(view.icon == IconState::paused);
    REQUIRE(text(view.status) == "Paused until 14:00");
    REQUIRE(text(view.tooltip) == "Cloud Folder Sync\nPaused until 14:00\nLast sync: 10:40");
    REQUIRE(view.can_sync);
    facts.paused_until = kLastTime;
    REQUIRE(text(view_of(facts).status) == "Paused until you resume");
}

TEST_CASE("tray: a pause hides neither an error nor a conflict nor a running sync") {
    auto facts = facts_of({synced("West", kNow)});
    facts.paused_until = kNow + 1h;
    facts.databases[0].conflicts = 1;
    REQUIRE(view_of(facts).icon == IconState::attention);
    REQUIRE(view_of(facts).tooltip.EndsWith("Paused until 11:42"));
    facts.databases[0].failed_at = kNow - 1min;
    REQUIRE(view_of(facts).icon == IconState::error);
    facts.running = RunningFacts{"sqlite3:///West", "West", {}, false};
    REQUIRE(view_of(facts).icon == IconState::syncing);
}
