// Faults that the simulation found, each as the shortest story that shows it.
#include "tests/support/catch.h"
#include "tests/support/sites.h"

using namespace cfs;
using namespace cfs::test;

namespace {

struct TwoCopies {
    TwoCopies() {
        at_b->plant("cloud-folder-sync.xml", *at_a->content("cloud-folder-sync.xml"));
        a = std::make_unique<TestSite>("A", *at_a, clock);
        b = std::make_unique<TestSite>("B", *at_b, clock);
    }

    void meet() {
        for (int i = 0; i < 3; ++i) {
            a->sync();
            deliver(*at_a, *at_b);
            b->sync();
            deliver(*at_b, *at_a);
        }
    }

    ManualClock clock;
    std::unique_ptr<MemoryFolder> at_a = new_sync_folder(clock), at_b = new_sync_folder(clock);
    std::unique_ptr<TestSite> a, b;
};

// Lets the clinic program work once while a sync runs: before its first transaction.
void meanwhile(TestSite& site, const std::string& statements) {
    site.database().session().set_fault_hook(
        [&site, statements, done = false](const std::string& sql) mutable {
            if (done || !sql.starts_with("BEGIN")) return;
            done = true;
            site.sql(statements);
        });
}

}  // namespace

TEST_CASE("regressions: rows deleted while a sync runs are not doubled", "[regressions]") {
    TwoCopies sites;
    const auto before = sites.a->value("SELECT count(*) FROM allergy");
    sites.a->sync();
    deliver(*sites.at_a, *sites.at_b);
    // The sync writes the rows anew, under keys whose deletion the journal still has to tell.
    meanwhile(*sites.b,
              "DELETE FROM allergy; DELETE FROM sqlite_sequence WHERE name = 'allergy';");
    sites.b->sync();
    sites.b->database().session().set_fault_hook({});
    sites.meet();
    CHECK(sites.a->value("SELECT count(*) FROM allergy") == before);
    CHECK(sites.b->value("SELECT count(*) FROM allergy") == before);
}

TEST_CASE("regressions: a record moved before its first sync is not doubled", "[regressions]") {
    TwoCopies sites;
    const auto before = sites.a->value("SELECT count(*) FROM medication");
    sites.a->sync();
    deliver(*sites.at_a, *sites.at_b);
    // Both ways, so that one of the new owners is looked at after the former one.
    sites.b->sql(
        "UPDATE medication SET visit_id = NULL;"
        "UPDATE medication SET patient_id = 25 - patient_id;");
    sites.meet();
    CHECK(sites.a->value("SELECT count(*) FROM medication") == before);
    CHECK(sites.b->value("SELECT count(*) FROM medication") == before);
}

TEST_CASE("regressions: what a backup had not synced yet is not doubled", "[regressions]") {
    TwoCopies sites;
    sites.meet();
    sites.a->sql(
        "INSERT INTO patient (patient_id, family_name, given_name, birth_date, sex, registered_on) "
        "VALUES (100, 'New', 'Ann', '1990-01-01', 'F', '2026-11-22');"
        "INSERT INTO allergy (patient_id, substance, severity) VALUES (100, 'Dust', 'mild');");
    const auto backup = sites.a->image();
    sites.meet();
    sites.a->put_back(backup);
    sites.meet();
    for (auto* site : {sites.a.get(), sites.b.get()}) {
        CHECK(site->value("SELECT count(*) FROM patient WHERE family_name = 'New'") == "1");
        CHECK(site->value("SELECT count(*) FROM allergy WHERE substance = 'Dust'") == "1");
    }
}
