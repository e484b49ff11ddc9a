// What is shown before the first sync, and taking back what led up to it.
#include <boost/filesystem.hpp>
#include <set>

#include "core/model/error.h"
#include "tests/support/catch.h"
#include "tests/support/clinic.h"
#include "tests/support/demo.h"
#include "tests/support/temporary_folder.h"

using namespace cfs;
using namespace cfs::test;

namespace {

namespace fs = boost::filesystem;

struct Place {
    Place() {
        for (const char* name : {"a.db", "b.db"}) {
            write_file(folder / name, "");
            const std::string demo = CFS_SOURCE_DIR "/tests/demo/";
            run_script(folder / name,
                       read_file(demo + "demo_schema.sql") + read_file(demo + "demo_clinic.sql"));
        }
    }

    [[nodiscard]] Clinic clinic(const std::string& name) {
        return {name, folder / (name + ".db"), folder / (name + "-state"), clock};
    }

    TemporaryFolder folder{"cfs-first-sync", quick_place()};
    TestClock clock;
    std::string shared = folder / "shared";
};

void begin(Clinic& clinic, const std::string& shared) {
    SyncService::make_folder(shared);
    clinic.service().init_folder(shared, "demo");
    clinic.enable(shared, "demo");
}

}  // namespace

TEST_CASE("first sync: the first site has all patients alone, the next meets those it knows") {
    Place place;
    auto a = place.clinic("a"), b = place.clinic("b");
    begin(a, place.shared);
    REQUIRE(a.service().compare_patients(a.connection()) == PatientOverlap{24, 0, 0});
    (void)a.sync();
    REQUIRE(a.service().compare_patients(a.connection()) == PatientOverlap{0, 0, 24});
    run_script(b.database(), kFirstThreePatients);
    b.sql(
        "INSERT INTO patient (family_name, given_name, birth_date, sex, registered_on) VALUES "
        "('New', 'One', '1970-01-01', 'F', '2026-01-01')");
    b.enable(place.shared, "demo");
    REQUIRE(b.service().compare_patients(b.connection()) == PatientOverlap{1, 21, 3});
}

TEST_CASE("first sync: enabling is taken back without sending anything") {
    Place place;
    auto a = place.clinic("a");
    begin(a, place.shared);
    a.service().take_back_enabling(a.connection());
    SyncService::take_back_folder(place.shared, false);
    REQUIRE(fs::is_empty(place.shared));
    SyncService::take_back_folder(place.shared, true);
    REQUIRE_FALSE(fs::exists(place.shared));
    REQUIRE(a.service().settings().databases.empty());
    REQUIRE(a.number("SELECT count(*) FROM sqlite_master WHERE name LIKE 'cfs%'") == 0);
}

TEST_CASE("first sync: once it has happened neither is taken back") {
    Place place;
    auto a = place.clinic("a");
    begin(a, place.shared);
    (void)a.sync();
    REQUIRE_THROWS_AS(a.service().take_back_enabling(a.connection()), Error);
    SyncService::take_back_folder(place.shared, true);
    REQUIRE(fs::exists(place.shared + "/cloud-folder-sync.xml"));
    REQUIRE(a.service().settings().databases.size() == 1);
}

TEST_CASE("first sync: a folder is not made where the one around it is missing") {
    Place place;
    REQUIRE_THROWS_AS(SyncService::make_folder(place.folder / "drive/clinic-sync"), Error);
    SyncService::make_folder(place.shared);
    SyncService::make_folder(place.shared);
    REQUIRE(fs::is_directory(place.shared));
}

TEST_CASE("first sync: a folder of another kind of records is refused before it is joined") {
    Place place;
    auto a = place.clinic("a");
    begin(a, place.shared);
    REQUIRE(a.service().look_at_folder(place.shared, a.connection(), "demo").state ==
            FolderState::sync_folder);
    REQUIRE_THROWS_AS(a.service().look_at_folder(place.shared, a.connection(), "open-emr"), Error);
    REQUIRE_THROWS_AS(
        a.service().look_at_folder(place.folder.path().string(), a.connection(), "demo"), Error);
    REQUIRE(a.service().look_at_folder(place.folder / "none", a.connection(), "demo").state ==
            FolderState::missing);
}

TEST_CASE("first sync: the demo clinic is recognised") {
    Place place;
    auto a = place.clinic("a");
    const auto look = a.service().look_at_database(a.connection());
    REQUIRE(look.only_fit() != nullptr);
    REQUIRE(look.only_fit()->mapping == "demo");
    REQUIRE(look.only_fit()->found == look.only_fit()->tables);
}

TEST_CASE("first sync: the lease is renewed now and then, not for each patient") {
    Place place;
    auto a = place.clinic("a");
    begin(a, place.shared);
    struct Watch : SyncObserver {
        explicit Watch(Clinic& watched) : clinic(watched) {}
        void on_line(const ReportLine& line) override {
            if (line.text == "published")
                leases.insert(clinic.value("SELECT until FROM cfs_lease"));
        }
        Clinic& clinic;
        std::set<std::string> leases;
    } watch(a);
    (void)a.service().sync(a.connection(), {}, watch);
    REQUIRE(watch.leases.size() == 1);
}

TEST_CASE("first sync: taking in a long list of changes keeps the lease") {
    Place place;
    auto a = place.clinic("a");
    begin(a, place.shared);
    (void)a.sync();
    a.sql("PRAGMA foreign_keys = OFF");
    a.sql(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM "
        "n "
        "WHERE i < 10000) INSERT INTO visit (patient_id, doctor_id, visited_at, reason) "
        "SELECT 999999, 1, '2026-11-22 10:00:00', 'of nobody' FROM n");
    struct Watch : SyncObserver {
        Watch(Clinic& watched, TestClock& used) : clinic(watched), clock(used) {}
        void on_line(const ReportLine& line) override {
            if (line.text.find("belong to no patient") == std::string::npos) return;
            CHECK(clinic.value("SELECT until FROM cfs_lease") > to_text(clock.now()));
            clock.advance(std::chrono::seconds(40));  // a third of what it lasts
            ++lines;
        }
        Clinic& clinic;
        TestClock& clock;
        int lines = 0;
    } watch(a, place.clock);
    (void)a.service().sync(a.connection(), {}, watch);
    REQUIRE(watch.lines > 5);
}
