// Who shares a folder, and how much of that can be known.
#include "core/engine/known_sites.h"

#include <boost/filesystem.hpp>
#include <chrono>

#include "core/folder/folder_layout.h"
#include "core/folder/site_file.h"
#include "tests/support/catch.h"
#include "tests/support/clinic.h"
#include "tests/support/sites.h"

using namespace cfs;
using namespace cfs::test;
using namespace std::chrono_literals;

namespace {

WriterId writer(int number) {
    return *WriterId::parse("01234567-89ab-4cde-8f01-23456789ab" + std::to_string(10 + number));
}

// East and West, which know the same.
struct TwoSites {
    TwoSites() {
        for (int i = 0; i < 2; ++i) {
            east.sync();
            west.sync();
        }
    }

    std::vector<KnownSite> seen_from(TestSite& site) {
        return known_sites(site.database(), *folder, clock.now());
    }

    void introduce(const WriterId& id, const std::string& name, Time last_sync) const {
        folder->plant(site_path(id), to_xml({id, name, "0.1.0", last_sync}));
    }

    ManualClock clock;
    std::unique_ptr<MemoryFolder> folder = new_sync_folder(clock);
    TestSite east{"East", *folder, clock}, west{"West", *folder, clock};
};

const KnownSite& named(const std::vector<KnownSite>& sites, const std::string& name) {
    for (const auto& site : sites) {
        if (site.name == name) return site;
    }
    throw std::runtime_error("no site " + name);
}

}  // namespace

TEST_CASE("sites: this site comes first, and each says its version", "[sites]") {
    TwoSites sites;
    const auto seen = sites.seen_from(sites.west);
    REQUIRE(seen.size() == 2);
    CHECK(seen[0].name == "West");
    CHECK(seen[0].here);
    CHECK(seen[1].name == "East");
    CHECK_FALSE(seen[1].here);
    CHECK_FALSE(seen[1].program.empty());
    CHECK(seen[1].awaited == 0);
    CHECK(sites.seen_from(sites.east)[0].name == "East");
}

TEST_CASE("sites: a site is seen by what it writes, and no later", "[sites]") {
    TwoSites sites;
    const auto before = named(sites.seen_from(sites.west), "East").last_seen;
    REQUIRE(before);
    CHECK(*before <= sites.clock.now());
    // A sync that has nothing to say, within the day: nothing tells of it.
    sites.clock.advance(2h);
    sites.east.sync();
    CHECK(named(sites.seen_from(sites.west), "East").last_seen == before);
    sites.clock.advance(1h);
    sites.east.sql("UPDATE patient SET phone = '1' WHERE patient_id = 1");
    sites.east.sync();
    CHECK(*named(sites.seen_from(sites.west), "East").last_seen > *before + 2h);
    const auto then = named(sites.seen_from(sites.west), "East").last_seen;
    sites.clock.advance(24h * 5);
    CHECK(named(sites.seen_from(sites.west), "East").last_seen == then);
}

TEST_CASE("sites: what was announced and has not arrived is counted by patient", "[sites]") {
    TwoSites sites;
    const auto key = sites.east.patient(1);
    const auto old = sites.folder->content(patient_path(key));
    sites.east.sql("UPDATE patient SET phone = '1' WHERE patient_id = 1");
    sites.east.sync();
    const auto fresh = sites.folder->content(patient_path(key));
    sites.folder->plant(patient_path(key), *old);
    sites.west.sync();
    CHECK(named(sites.seen_from(sites.west), "East").awaited == 1);
    sites.folder->plant(patient_path(key), *fresh);
    sites.west.sync();
    CHECK(named(sites.seen_from(sites.west), "East").awaited == 0);
}

TEST_CASE("sites: a site that took a new name for its writer is one site", "[sites]") {
    TwoSites sites;
    sites.introduce(writer(1), "East", sites.clock.now() - 24h * 40);
    const auto seen = sites.seen_from(sites.west);
    REQUIRE(seen.size() == 2);
    CHECK(*named(seen, "East").last_seen > sites.clock.now() - 24h);
}

TEST_CASE("sites: a clock in the future tells nothing", "[sites]") {
    TwoSites sites;
    sites.introduce(writer(1), "North", sites.clock.now() + 24h * 365);
    sites.introduce(writer(2), "South", sites.clock.now() + 1min);
    const auto seen = sites.seen_from(sites.west);
    CHECK_FALSE(named(seen, "North").last_seen);
    CHECK(named(seen, "South").last_seen == sites.clock.now());
}

TEST_CASE("sites: hostile files are no sites and do no harm", "[sites]") {
    TwoSites sites;
    sites.folder->plant("sites/nonsense.xml", "<site");
    sites.folder->plant(site_path(writer(1)), std::string(100'000, 'x'));
    sites.folder->plant(site_path(writer(2)),
                        to_xml({writer(3), "Somebody else", "0.1.0", sites.clock.now()}));
    sites.introduce(writer(4), "North\n\x1b[2J", sites.clock.now());
    sites.folder->plant(log_directory(writer(4)) + "/9223372036854775807.xml", "<segment/>");
    const auto seen = sites.seen_from(sites.west);
    REQUIRE(seen.size() == 3);
    CHECK(seen[2].name == "North??[2J");
}

TEST_CASE("sites: a site that has left is not waited for", "[sites]") {
    TwoSites sites;
    leave_sites(sites.east.database(), *sites.folder);
    const auto seen = sites.seen_from(sites.west);
    REQUIRE(seen.size() == 1);
    CHECK(seen[0].here);
}

TEST_CASE("sites: who looks at them writes nothing into the folder", "[sites]") {
    Clinics clinics(Program::demo_empty);
    clinics.meet();
    const auto folder = clinics.cloud().folder(0);
    constexpr std::time_t kBefore = 1'000'000'000;
    boost::filesystem::last_write_time(folder, kBefore);
    CHECK(clinics[0].service().sites(clinics[0].connection()).size() == 2);
    CHECK(boost::filesystem::last_write_time(folder) == kBefore);
}
