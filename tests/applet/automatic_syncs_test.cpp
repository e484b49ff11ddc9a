#include "tray/automatic_syncs.h"

#include "tests/support/catch.h"

using namespace cfs;
using namespace std::chrono_literals;

namespace {

const Time kStart{std::chrono::hours{400'000}};
using Names = std::vector<std::string>;

// One database that syncs every 15 minutes and did so at the start.
struct Applet {
    Applet() {
        settings.databases.push_back({"a", "West", "/shared", "demo", {}});
        settings.databases[0].options.auto_sync = true;
        apply();
        SyncReport report;
        report.database = "a";
        (void)databases.add_run(report, kStart);
    }

    void apply() {
        (void)databases.set_settings(settings);
        syncs.set_settings(settings);
    }
    [[nodiscard]] std::optional<Time> next() { return syncs.next_event(databases, kStart); }

    Settings settings;
    KnownDatabases databases;
    AutomaticSyncs syncs;
};

}  // namespace

TEST_CASE("automatic syncs: the interval and the folder both start one, whichever is first") {
    Applet applet;
    REQUIRE(applet.next() == kStart + 15min);
    applet.syncs.hints().folder_changed("/shared", "patients/ab", kStart + 1min);
    REQUIRE(applet.next() == kStart + 1min + 2s);
    REQUIRE(applet.syncs.take_due(applet.databases, kStart + 2min) == Names{"a"});
    REQUIRE(applet.next() == kStart + 15min);
    applet.syncs.hints().folder_changed("/shared", "patients/ab", kStart + 20min);
    REQUIRE(applet.syncs.take_due(applet.databases, kStart + 21min) == Names{"a"});
}

TEST_CASE("automatic syncs: on battery they wait if the user says so, and go on afterwards") {
    Applet applet;
    applet.syncs.set_supply({true, false});
    REQUIRE(applet.next() == kStart + 15min);
    applet.settings.general.spare_battery = true;
    applet.apply();
    REQUIRE(applet.syncs.waits_for() == Shortage::battery);
    REQUIRE_FALSE(applet.next());
    applet.syncs.hints().folder_changed("/shared", "patients/ab", kStart);
    REQUIRE(applet.syncs.take_due(applet.databases, kStart + 1h).empty());
    applet.syncs.set_supply({});
    REQUIRE(applet.syncs.take_due(applet.databases, kStart + 1h) == Names{"a"});
}

TEST_CASE("automatic syncs: none begins while the computer falls asleep, one soon after") {
    Applet applet;
    applet.syncs.fall_asleep();
    REQUIRE(applet.syncs.take_due(applet.databases, kStart + 1h).empty());
    REQUIRE_FALSE(applet.next());
    applet.syncs.wake(kStart + 1min);
    REQUIRE(applet.next() == kStart + 1min + FolderHints::kAfterSleep);
}

TEST_CASE("automatic syncs: none begins during a pause, whatever comes into the folder") {
    Applet applet;
    applet.settings.paused_until = kStart + 1h;
    applet.apply();
    applet.syncs.hints().folder_changed("/shared", "patients/ab", kStart);
    REQUIRE(applet.next() == kStart + 1h);
    REQUIRE(applet.syncs.take_due(applet.databases, kStart + 30min).empty());
    REQUIRE(applet.syncs.take_due(applet.databases, kStart + 1h) == Names{"a"});
}

TEST_CASE("automatic syncs: a pause that lasts until it is resumed ends at no time") {
    Applet applet;
    applet.settings.paused_until = kLastTime;
    applet.apply();
    applet.syncs.hints().folder_changed("/shared", "patients/ab", kStart);
    REQUIRE_FALSE(applet.next());
    REQUIRE(applet.syncs.take_due(applet.databases, kStart + 24h).empty());
    applet.settings.paused_until.reset();
    applet.apply();
    REQUIRE(applet.next());
}

TEST_CASE("automatic syncs: the end of a pause is an event also where no sync is automatic") {
    Applet applet;
    applet.settings.databases[0].options.auto_sync = false;
    REQUIRE((applet.apply(), !applet.next()));
    applet.settings.paused_until = kStart + 1h;
    applet.apply();
    REQUIRE(applet.next() == kStart + 1h);
}
