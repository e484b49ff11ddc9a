#include "tray/known_databases.h"

#include "tests/applet/facts.h"
#include "tests/support/catch.h"

using namespace cfs;
using namespace cfs::test;
using namespace std::chrono_literals;

namespace {

const std::string kWest = "sqlite3:///west.sqlite";

Settings settings_of(bool auto_sync) {
    DatabaseSettings west;
    west.connection = kWest;
    west.site = "West";
    west.options.auto_sync = auto_sync;
    west.options.interval = 15min;
    return {{west}};
}

SyncReport run(SyncResult result, Time ended) {
    SyncReport report;
    report.database = kWest;
    report.result = result;
    report.ended = ended;
    return report;
}

DatabaseNews news(std::vector<SyncReport> history = {}) {
    DatabaseNews result;
    result.connection = kWest;
    result.status = DatabaseStatus{};
    result.status->enabled = true;
    result.history = std::move(history);
    return result;
}

}  // namespace

TEST_CASE("known databases: no automatic sync begins before the history was read") {
    KnownDatabases known;
    REQUIRE(known.set_settings(settings_of(true)) == std::vector{kWest});
    REQUIRE(known.due(kNow).empty());
    known.add_news(news());
    REQUIRE(known.due(kNow) == std::vector{kWest});
}

TEST_CASE("known databases: the interval counts from the last run, also of an earlier start") {
    KnownDatabases known;
    known.set_settings(settings_of(true));
    known.add_news(news({run(SyncResult::ok, kNow - 5min)}));
    REQUIRE(known.due(kNow).empty());
    REQUIRE(known.next_due(kNow) == kNow + 10min);
}

TEST_CASE("known databases: sites stay known while the folder can't be read") {
    KnownDatabases known;
    known.set_settings(settings_of(false));
    auto read = news();
    read.sites = {KnownSite{"East", "0.1.0", false, kNow, 0}};
    known.add_news(read);
    known.add_news(news());
    REQUIRE(known.facts(kNow).front().sites == *read.sites);
}

TEST_CASE(
    "known databases: that one can't be read is told at the start, later by the syncs alone") {
    DatabaseNews unread;
    unread.connection = kWest;
    unread.fault = ErrorCode::database_missing;
    unread.history = {run(SyncResult::failed, kNow - 2h), run(SyncResult::ok, kNow - 1h)};
    KnownDatabases known;
    known.set_settings(settings_of(false));
    known.add_news(unread);
    REQUIRE(known.facts(kNow).front().unreadable == ErrorCode::database_missing);
    REQUIRE_FALSE(known.facts(kNow).front().failed_at);
    (void)known.add_run(run(SyncResult::ok, kNow), kNow);
    unread.history.clear();
    unread.fault = ErrorCode::database_locked;
    known.add_news(unread);
    REQUIRE_FALSE(known.facts(kNow).front().unreadable);
}

TEST_CASE("known databases: one that could not be read is known once it can") {
    DatabaseNews unread;
    unread.connection = kWest;
    unread.fault = ErrorCode::database_locked;
    KnownDatabases known;
    known.set_settings(settings_of(false));
    known.add_news(unread);
    REQUIRE(known.facts(kNow).front().unreadable == ErrorCode::database_locked);
    known.add_news(news());
    REQUIRE_FALSE(known.facts(kNow).front().unreadable);
}

TEST_CASE("known databases: a failing sync rests for the interval as well") {
    KnownDatabases known;
    known.set_settings(settings_of(true));
    known.add_news(news());
    auto failed = run(SyncResult::failed, Time{});
    failed.errors.push_back({ErrorCode::folder_missing, "Gone.", std::nullopt, {}});
    REQUIRE(known.add_run(failed, kNow).size() == 1);
    REQUIRE(known.due(kNow + 1min).empty());
    REQUIRE(known.facts(kNow).front().failed_at);
}

TEST_CASE("known databases: what an earlier start of the applet told is not told again") {
    KnownDatabases known;
    known.set_settings(settings_of(false));
    auto failed = run(SyncResult::failed, kNow - 5min);
    failed.errors.push_back({ErrorCode::folder_missing, "Gone.", std::nullopt, {}});
    known.add_news(news({failed}));
    REQUIRE(known.facts(kNow).front().failed_at);
    REQUIRE(known.add_run(failed, kNow).empty());
}

TEST_CASE("known databases: an error met at the command line is still told by the applet") {
    KnownDatabases known;
    known.set_settings(settings_of(false));
    auto failed = run(SyncResult::failed, kNow - 5min);
    failed.errors.push_back({ErrorCode::folder_missing, "Gone.", std::nullopt, {}});
    failed.trigger = SyncTrigger::command_line;
    known.add_news(news({failed}));
    failed.trigger = SyncTrigger::scheduled;
    REQUIRE(known.add_run(failed, kNow).size() == 1);
}

TEST_CASE("known databases: a success ends the error and tells the open conflicts") {
    KnownDatabases known;
    known.set_settings(settings_of(false));
    known.add_news(news({run(SyncResult::failed, kNow - 5min)}));
    auto report = run(SyncResult::attention, kNow);
    report.counts.conflicts_open = 2;
    (void)known.add_run(report, kNow);
    const auto facts = known.facts(kNow).front();
    REQUIRE_FALSE(facts.failed_at);
    REQUIRE(facts.conflicts == 2);
    REQUIRE(facts.last_success == kNow);
}

TEST_CASE("known databases: changed settings keep what is known of databases that stay") {
    KnownDatabases known;
    known.set_settings(settings_of(false));
    known.add_news(news({run(SyncResult::ok, kNow)}));
    REQUIRE(known.set_settings(settings_of(true)).empty());
    REQUIRE(known.facts(kNow).front().last_success == kNow);
    REQUIRE(known.set_settings({}).empty());
    REQUIRE(known.facts(kNow).empty());
}

TEST_CASE("known databases: the run of a database that was disabled meanwhile is no news") {
    KnownDatabases known;
    REQUIRE(known.add_run(run(SyncResult::failed, kNow), kNow).empty());
}

TEST_CASE("known databases: what a failing run began with is known, and forgotten with a success") {
    KnownDatabases known;
    known.set_settings(settings_of(true));
    auto failed = run(SyncResult::failed, kNow);
    failed.errors.push_back({ErrorCode::folder_missing, "The folder is away.", std::nullopt, {}});
    (void)known.add_run(failed, kNow);
    REQUIRE(known.facts(kNow)[0].failed_at);
    REQUIRE(known.facts(kNow)[0].failure == ErrorCode::folder_missing);
    (void)known.add_run(run(SyncResult::ok, kNow), kNow);
    REQUIRE_FALSE(known.facts(kNow)[0].failed_at);
}

TEST_CASE("known databases: nothing is due during a pause, and what was missed is due at its end") {
    KnownDatabases known;
    auto settings = settings_of(true);
    settings.paused_until = kNow + 1h;
    known.set_settings(settings);
    known.add_news(news({run(SyncResult::ok, kNow - 24h)}));
    REQUIRE(known.due(kNow).empty());
    REQUIRE(known.next_due(kNow) == kNow + 1h);
    REQUIRE(known.paused_until(kNow) == kNow + 1h);
    REQUIRE_FALSE(known.paused_until(kNow + 1h));
    REQUIRE(known.due(kNow + 1h) == std::vector{kWest});
}

TEST_CASE("known databases: a pause without an end holds every automatic sync back") {
    KnownDatabases known;
    auto settings = settings_of(true);
    settings.paused_until = kLastTime;
    known.set_settings(settings);
    known.add_news(news());
    REQUIRE(known.due(kNow + 24h * 365).empty());
    REQUIRE_FALSE(known.next_due(kNow));
    settings.paused_until.reset();
    known.set_settings(settings);
    REQUIRE(known.due(kNow) == std::vector{kWest});
}

TEST_CASE("known databases: a kind of notification that is switched off does not come") {
    KnownDatabases known;
    auto settings = settings_of(true);
    settings.general.notify_errors = settings.general.notify_recovery = false;
    known.set_settings(settings);
    known.add_news(news());
    auto failed = run(SyncResult::failed, kNow);
    failed.errors.push_back({ErrorCode::folder_missing, "gone", {}, {}});
    REQUIRE(known.add_run(failed, kNow).empty());
    settings.general.notify_recovery = false;
    known.set_settings(settings);
    auto found = run(SyncResult::attention, kNow);
    found.counts.conflicts_new = found.counts.conflicts_open = 1;
    REQUIRE(known.add_run(found, kNow).size() == 1);
    settings.general.notify_conflicts = false;
    known.set_settings(settings);
    found.counts.conflicts_open = 2;
    REQUIRE(known.add_run(found, kNow).empty());
    settings.general.notify_recovery = true;
    known.set_settings(settings);
    (void)known.add_run(failed, kNow);
    const auto told = known.add_run(run(SyncResult::ok, kNow), kNow);
    REQUIRE(told.size() == 1);
    REQUIRE(told.front().kind == NotificationKind::recovery);
}

TEST_CASE("known databases: the first success after errors is told, unless that is switched off") {
    auto failed = run(SyncResult::failed, kNow);
    failed.errors.push_back({ErrorCode::folder_missing, "gone", {}, {}});
    for (const bool wanted : {true, false}) {
        KnownDatabases known;
        auto settings = settings_of(true);
        settings.general.notify_recovery = wanted;
        known.set_settings(settings);
        known.add_news(news({failed}));
        const auto told = known.add_run(run(SyncResult::ok, kNow), kNow);
        REQUIRE(told.size() == (wanted ? 1 : 0));
        if (wanted) REQUIRE(told[0].kind == NotificationKind::recovery);
    }
}
