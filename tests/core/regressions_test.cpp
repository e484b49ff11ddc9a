// Faults that the simulation found, each as the shortest story that shows it.
#include <algorithm>

#include "core/folder/folder_layout.h"
#include "tests/support/catch.h"
#include "tests/support/sites.h"

using namespace cfs;
using namespace cfs::test;

namespace {

// Lets the clinic program work once while a sync runs: before its first transaction.
void meanwhile(TestSite& site, const std::string& statements) {
    site.database().session().set_fault_hook(
        [&site, statements, done = false](const std::string& sql) mutable {
            if (done || !sql.starts_with("BEGIN")) return;
            done = true;
            site.sql(statements);
        });
}

bool says_changed_here(const SyncReport& report) {
    return std::any_of(report.lines.begin(), report.lines.end(), [](const auto& line) {
        return line.text.find("changed here") != std::string::npos;
    });
}

}  // namespace

TEST_CASE("regressions: notes that another's lock is in the way of are taken a moment later",
          "[regressions]") {
    SitePair sites;
    sites.a->sync();
    sites.a->sql("UPDATE patient SET phone = 'new' WHERE patient_id = 1");
    auto& session = sites.a->database().session();
    int refused = 0;
    session.set_fault_hook([&](const std::string& sql) {
        if (!sql.starts_with("DELETE FROM cfs_journal") || refused == 3) return;
        ++refused;
        throw Error(ErrorCode::database_locked, "in use");
    });
    const auto report = sites.a->sync();
    session.set_fault_hook({});
    REQUIRE(refused == 3);
    REQUIRE(report.errors.empty());
    REQUIRE(report.counts.patients_exported == 1);
}

TEST_CASE("regressions: rows deleted while a sync runs are not doubled", "[regressions]") {
    SitePair sites;
    const auto before = sites.a->value("SELECT count(*) FROM allergy");
    sites.a->sync();
    deliver(*sites.at_a, *sites.at_b);
    // The sync writes the rows anew, under keys whose deletion the journal still has to tell.
    meanwhile(*sites.b, "DELETE FROM allergy; DELETE FROM sqlite_sequence WHERE name = 'allergy';");
    sites.b->sync();
    sites.b->database().session().set_fault_hook({});
    sites.meet();
    CHECK(sites.a->value("SELECT count(*) FROM allergy") == before);
    CHECK(sites.b->value("SELECT count(*) FROM allergy") == before);
}

TEST_CASE("regressions: a record moved before its first sync is not doubled", "[regressions]") {
    SitePair sites;
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
    SitePair sites;
    sites.meet();
    sites.a->sql(
        "INSERT INTO patient (patient_id, family_name, given_name, birth_date, sex, registered_on) "
        "VALUES (100, 'New', 'Ann', '1990-01-01', 'F', '2026-11-22');"
        "INSERT INTO allergy (patient_id, substance, severity) VALUES (100, 'Dust', 'mild');");
    // Noted before the patient that it refers to now.
    sites.a->sql(
        "INSERT INTO allergy (patient_id, substance, severity) VALUES (1, 'Nuts', 'mild');"
        "INSERT INTO patient (patient_id, family_name, given_name, birth_date, sex, registered_on) "
        "VALUES (101, 'Newer', 'Bea', '1991-01-01', 'F', '2026-11-22');"
        "UPDATE allergy SET patient_id = 101 WHERE substance = 'Nuts';");
    const auto backup = sites.a->image();
    sites.meet();
    sites.a->put_back(backup);
    sites.meet();
    for (auto* site : {sites.a.get(), sites.b.get()}) {
        CHECK(site->value("SELECT count(*) FROM patient WHERE family_name LIKE 'New%'") == "2");
        CHECK(site->value("SELECT count(*) FROM allergy WHERE substance = 'Dust'") == "1");
    }
}

TEST_CASE("regressions: a new patient under a key used and freed before is the same in a backup",
          "[regressions]") {
    SitePair sites;
    sites.meet();
    const std::string patient_100 =
        "INSERT INTO patient (patient_id, family_name, given_name, birth_date, sex, registered_on) "
        "VALUES (100, 'New', 'Ann', '1990-01-01', 'F', '2026-11-22');";
    // The allergy's notes lead to the patient before it, and again after the older one's deletion.
    sites.a->sql(
        "INSERT INTO allergy (patient_id, substance, severity) VALUES (1, 'Nuts', 'mild');" +
        patient_100 +
        "DELETE FROM patient WHERE patient_id = 100;"
        "UPDATE allergy SET severity = 'severe' WHERE substance = 'Nuts';" +
        patient_100 + "UPDATE allergy SET patient_id = 100 WHERE substance = 'Nuts';");
    const auto backup = sites.a->image();
    sites.meet();
    sites.a->put_back(backup);
    sites.meet();
    for (auto* site : {sites.a.get(), sites.b.get()}) {
        CHECK(site->value("SELECT count(*) FROM patient WHERE family_name = 'New'") == "1");
        CHECK(site->value("SELECT count(*) FROM allergy WHERE substance = 'Nuts'") == "1");
    }
}

TEST_CASE("regressions: a record moved to whoever has a restored patient's former key stays there",
          "[regressions]") {
    SitePair sites;
    auto& a = *sites.a;
    const std::string columns =
        "INSERT INTO patient (patient_id, family_name, given_name, birth_date, sex, registered_on) "
        "VALUES (100, ";
    a.sql(columns + "'Old', 'Ann', '1950-01-01', 'F', '2026-11-22')");
    a.sql(
        "INSERT INTO allergy (allergy_id, patient_id, substance, severity) "
        "VALUES (100, 100, 'Dust', 'mild')");
    sites.meet();
    a.sql(
        "DELETE FROM allergy WHERE allergy_id = 100; DELETE FROM patient WHERE patient_id = 100;");
    a.sql(columns + "'New', 'Bea', '1990-01-01', 'F', '2026-11-22')");
    sites.meet();
    REQUIRE(a.value("SELECT patient_id <> 100 FROM patient WHERE family_name = 'Old'") == "1");
    a.sql("UPDATE allergy SET patient_id = 100 WHERE substance = 'Dust'");
    sites.meet();
    for (auto* site : {sites.a.get(), sites.b.get()}) {
        CHECK(site->value("SELECT family_name FROM allergy JOIN patient USING (patient_id) WHERE "
                          "substance = 'Dust'") == "New");
    }
}

TEST_CASE(
    "regressions: a restored patient does not take back who was moved to the new owner of its key",
    "[regressions]") {
    SitePair sites;
    auto &a = *sites.a, &b = *sites.b;
    const auto add = [](TestSite& site, const std::string& name) {
        site.sql(
            "INSERT INTO patient (family_name, given_name, birth_date, sex, registered_on) "
            "VALUES ('" +
            name + "', 'Ann', '1950-01-01', 'F', '2026-11-22')");
    };
    add(a, "Old");
    a.sql("INSERT INTO allergy (patient_id, substance, severity) VALUES (25, 'Dust', 'mild')");
    sites.meet();
    add(a, "New");
    a.sql("UPDATE allergy SET patient_id = 26 WHERE substance = 'Dust'");
    a.sync();
    deliver(*sites.at_a, *sites.at_b);
    b.sql(
        "DELETE FROM allergy WHERE substance = 'Dust'; DELETE FROM patient WHERE patient_id = 25;"
        "DELETE FROM sqlite_sequence WHERE name = 'patient';");
    sites.meet();
    for (auto* site : {&a, &b}) {
        CHECK(site->value("SELECT family_name FROM allergy JOIN patient USING (patient_id) WHERE "
                          "substance = 'Dust'") == "New");
    }
}

TEST_CASE("regressions: a copy is found in a directory that had just changed at the last sync",
          "[regressions]") {
    SitePair sites;
    sites.meet();
    sites.a->sync();
    const auto path = patient_path(sites.a->patient(1));
    const auto content = *sites.at_a->content(path);
    sites.at_a->plant(path, content);
    // The test site lets five seconds pass before a sync; one of them is to be left.
    sites.clock.advance(std::chrono::seconds(-4));
    sites.a->sync();
    sites.clock.advance(std::chrono::minutes(1));
    sites.at_a->plant(path.substr(0, path.size() - 4) + " (1).xml", content);
    sites.a->sync();
    CHECK(sites.a->report.counts.copies_read == 1);
}

// Of 256 directories a small clinic's folder has a few: each of the others cost four statements.
TEST_CASE("regressions: a full scan asks nothing about directories that were never there",
          "[regressions]") {
    SitePair sites;
    sites.meet();
    sites.a->options.use_logs = false;
    sites.a->sync();
    std::size_t statements = 0;
    sites.a->database().session().set_fault_hook([&](const std::string&) { ++statements; });
    sites.a->sync();
    sites.a->database().session().set_fault_hook({});
    CHECK(statements < 256);
}

namespace {

// B has a form of the first patient open while a change of the telephone number comes from A.
struct OpenForm : SitePair {
    OpenForm() {
        meet();
        old = b->value(kPhone);
        a->sql("UPDATE patient SET phone = '0800 1' WHERE patient_id = 1");
        a->sync();
        deliver(*at_a, *at_b);
    }

    // The form has the number from before, and a sync has written the other one since.
    void save() {
        REQUIRE(b->value(kPhone) == "0800 1");
        b->sql("UPDATE patient SET phone = '" + old + "' WHERE patient_id = 1");
    }

    static constexpr const char* kPhone = "SELECT phone FROM patient WHERE patient_id = 1";
    std::string old;
};

}  // namespace

// The next sync may come days after the form was saved.
TEST_CASE("regressions: a form saved too late is noticed by a sync that comes days later",
          "[regressions]") {
    OpenForm sites;
    sites.b->sync();
    sites.save();
    sites.clock.advance(std::chrono::hours(72));
    sites.b->sync();
    CHECK(sites.b->report.counts.conflicts_open == 1);
}

// What a sync overwrote under a clock set back must not look older than the form, once the clock is
// right again: the sync that ended by an error was no look at everything.
TEST_CASE("regressions: a form saved too late is noticed where the clock had been set back",
          "[regressions]") {
    OpenForm sites;
    const auto ten_years = std::chrono::hours(10 * 365 * 24);
    sites.clock.advance(-ten_years);
    // A reason to publish the same patient, which meets a full disk.
    sites.b->sql("UPDATE patient SET given_name = 'Renamed' WHERE patient_id = 1");
    sites.at_b->fail_at(1, Fault::disk_full, Counted::changes);
    CHECK_THROWS_AS(sites.b->sync(), Error);
    sites.clock.advance(ten_years);
    sites.save();
    sites.b->sync();
    CHECK(sites.b->report.counts.conflicts_open == 1);
}

// A move made while a sync ran can reach another site in one of the two documents first, and leave
// no link between them there; what was written for one of them then passed for an edit of the
// other.
TEST_CASE("regressions: a record that moves back is no edit where its documents are not linked",
          "[regressions]") {
    SitePair sites;
    auto &a = *sites.a, &b = *sites.b;
    sites.meet();
    const auto visit_of = [&](const std::string& patient) {
        a.sql("INSERT INTO visit (patient_id, visited_at, reason) VALUES (" + patient +
              ", '2026-11-22', 'moved')");
        return a.value("SELECT max(visit_id) FROM visit");
    };
    // Each way round: which of the two is met first depends on their UUIDs.
    for (const auto& [from, to] : {std::pair("1", "2"), std::pair("2", "1")}) {
        const auto before = visit_of(from);
        a.sql("INSERT INTO lab_result (visit_id, test, value, taken_at) VALUES (" + before +
              ", 'moved', 1, '2026-11-22')");
        a.sync();
        const auto after = visit_of(to);
        a.sql("UPDATE lab_result SET visit_id = " + after + " WHERE visit_id = " + before);
        a.sync();
        deliver(*sites.at_a, *sites.at_b);
        b.sync();
        b.sql("DELETE FROM cfs_moved");
        a.sql("UPDATE lab_result SET visit_id = " + before + " WHERE visit_id = " + after);
        a.sync();
        deliver(*sites.at_a, *sites.at_b, patient_path(a.patient(std::stoi(from))));
        b.sync();
        CHECK_FALSE(says_changed_here(b.report));
        deliver(*sites.at_a, *sites.at_b);
        b.sync();
        CHECK_FALSE(says_changed_here(b.report));
    }
}
