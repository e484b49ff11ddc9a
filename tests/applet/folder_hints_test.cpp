#include "tray/folder_hints.h"

#include "tests/support/catch.h"

using namespace cfs;
using namespace std::chrono_literals;

namespace {

const Time kStart{std::chrono::hours{400'000}};
using Names = std::vector<std::string>;

DatabaseSettings database(const std::string& connection, const std::string& folder) {
    DatabaseSettings result;
    result.connection = connection;
    result.folder = folder;
    result.options.auto_sync = true;
    return result;
}

Settings one_database() { return Settings{{database("a", "/shared")}}; }

FolderHints hints_of(const Settings& settings) {
    FolderHints hints;
    hints.set_settings(settings);
    return hints;
}

}  // namespace

TEST_CASE("folder hints: a change starts a sync once it has settled") {
    auto hints = hints_of(one_database());
    REQUIRE_FALSE(hints.next_due());
    hints.folder_changed("/shared", "patients/ab", kStart);
    hints.folder_changed("/shared", "patients/ab", kStart + 1s);
    REQUIRE(hints.next_due() == kStart + 3s);
    REQUIRE(hints.take_due(kStart + 2s).empty());
    REQUIRE(hints.take_due(kStart + 3s) == Names{"a"});
    REQUIRE(hints.take_due(kStart + 4s).empty());
    REQUIRE_FALSE(hints.next_due());
}

TEST_CASE("folder hints: what our own sync writes starts no other") {
    auto hints = hints_of(one_database());
    hints.sync_started("a");
    hints.folder_changed("/shared", "patients/ab", kStart);
    hints.sync_ended("a", kStart + 5s);
    hints.folder_changed("/shared", "patients/ab", kStart + 6s);
    REQUIRE_FALSE(hints.next_due());
    hints.folder_changed("/shared", "patients/ab", kStart + 7s);
    REQUIRE(hints.next_due() == kStart + 9s);
}

TEST_CASE("folder hints: another site's log is news even during our own sync, our own never") {
    const auto ours = WriterId::parse("11111111-1111-4111-8111-111111111111").value();
    auto hints = hints_of(one_database());
    hints.set_writer("a", ours, kStart);
    hints.folder_changed("/shared", "logs/" + ours.text(), kStart);
    REQUIRE_FALSE(hints.next_due());
    hints.sync_started("a");
    hints.folder_changed("/shared", "logs/22222222-2222-4222-8222-222222222222", kStart);
    hints.sync_ended("a", kStart + 1s);
    REQUIRE(hints.take_due(kStart + 2s) == Names{"a"});
}

TEST_CASE("folder hints: a sync for any reason is the answer to what came before") {
    auto hints = hints_of(one_database());
    hints.folder_changed("/shared", "patients/ab", kStart);
    hints.sync_started("a");
    hints.sync_ended("a", kStart + 1s);
    REQUIRE(hints.take_due(kStart + 10min).empty());
}

TEST_CASE("folder hints: a folder that changes all the time starts a sync a minute") {
    auto hints = hints_of(one_database());
    int syncs = 0;
    for (auto now = kStart; now < kStart + 10min; now += 3s) {
        hints.folder_changed("/shared", "patients/ab", now);
        if (hints.take_due(now + 2s).empty()) continue;
        ++syncs;
        hints.sync_started("a");
        hints.sync_ended("a", now + 2s);
    }
    REQUIRE(syncs == 10);
}

TEST_CASE("folder hints: of two databases in one folder both are meant, and not those of others") {
    auto hints = hints_of(Settings{
        {database("a", "/shared"), database("b", "/shared"), database("c", "/elsewhere")}});
    REQUIRE(hints.folders() == Names{"/shared", "/elsewhere"});
    hints.folder_changed("/shared", "patients/ab", kStart);
    REQUIRE(hints.take_due(kStart + 1h) == Names{"a", "b"});
}

TEST_CASE("folder hints: nothing is watched where automatic syncs or the watching are off") {
    auto settings = one_database();
    settings.general.watch_folder = false;
    auto hints = hints_of(settings);
    REQUIRE(hints.folders().empty());
    hints.folder_changed("/shared", "patients/ab", kStart);
    REQUIRE_FALSE(hints.next_due());
    settings = one_database();
    settings.databases[0].options.auto_sync = false;
    hints.set_settings(settings);
    REQUIRE(hints.folders().empty());
    hints.woken(kStart);
    REQUIRE_FALSE(hints.next_due());
}

TEST_CASE("folder hints: a computer that slept syncs soon, watched or not") {
    auto settings = one_database();
    settings.general.watch_folder = false;
    auto hints = hints_of(settings);
    hints.woken(kStart);
    REQUIRE(hints.next_due() == kStart + FolderHints::kAfterSleep);
}

TEST_CASE("folder hints: a change of other settings keeps what is due") {
    auto hints = hints_of(one_database());
    hints.folder_changed("/shared", "patients/ab", kStart);
    auto settings = one_database();
    settings.databases.push_back(database("b", "/other"));
    hints.set_settings(settings);
    REQUIRE(hints.take_due(kStart + 2s) == Names{"a"});
}

TEST_CASE("folder hints: only what sites exchange counts") {
    for (const char* path : {"patients/ab/x.xml", "logs/w/000000000001.xml", "patients/x.xml",
                             "patients/ab/x (conflicted copy).xml"}) {
        REQUIRE(is_exchanged(path));
    }
    for (const char* path : {"sites/w.xml", "cloud-folder-sync.xml", "patients/ab/~cfs-1.tmp",
                             "attachments/ab/x", "patients", "other/patients/x", ""}) {
        CAPTURE(path);
        REQUIRE_FALSE(is_exchanged(path));
    }
}

TEST_CASE(
    "folder hints: a log that comes during the first sync is news once it is no log of ours") {
    const auto ours = WriterId::parse("11111111-1111-4111-8111-111111111111").value();
    const std::string theirs = "logs/22222222-2222-4222-8222-222222222222";
    for (const bool other_came : {false, true}) {
        auto hints = hints_of(one_database());
        hints.sync_started("a");
        hints.folder_changed("/shared", "logs/" + ours.text(), kStart);
        if (other_came) hints.folder_changed("/shared", theirs, kStart);
        hints.sync_ended("a", kStart + 1s);
        REQUIRE_FALSE(hints.next_due());
        hints.set_writer("a", ours, kStart + 2s);
        REQUIRE(hints.take_due(kStart + 4s) == (other_came ? Names{"a"} : Names{}));
        hints.set_writer("a", ours, kStart + 90s);
        REQUIRE_FALSE(hints.next_due());
    }
}
