// The clinic program's update changes its tables: what still can be synced is, what can't waits.
#include "tests/support/catch.h"
#include "tests/support/clinic.h"

using namespace cfs;
using namespace cfs::test;

namespace {

using Lines = std::vector<std::string>;

constexpr const char* kVisits =
    "SELECT family_name || ' ' || reason || ' ' || coalesce(findings, '-') FROM visit JOIN patient "
    "USING (patient_id)";
constexpr const char* kMedications = "SELECT drug_code || ' ' || dose FROM medication";

struct DemoPair : Clinics {
    DemoPair() : Clinics(Program::demo_small) { meet(); }
    Clinic& a = (*this)[0];
    Clinic& b = (*this)[1];
};

std::size_t errors_that_say(const SyncReport& report, const std::string& text) {
    std::size_t count = 0;
    for (const auto& error : report.errors) count += error.sentence.find(text) != std::string::npos;
    return count;
}

bool tells(const SyncReport& report, const std::string& text) {
    return says(report, text) || errors_that_say(report, text) > 0;
}

const std::pair<std::string, std::string> kVisitIsEncounter = {
    "<record table=\"visit\">", "<record table=\"encounter\" as=\"visit\">"};

// The table has another name at the first site than at the second.
void require_same_visits(DemoPair& clinics) {
    auto &a = clinics.a, &b = clinics.b;
    const auto of = [](const std::string& table) {
        return "SELECT family_name || ' ' || reason || ' ' || coalesce(findings, '-') FROM " +
               table + " JOIN patient USING (patient_id)";
    };
    CHECK(a.lines(of("encounter")) == b.lines(of("visit")));
    CHECK(a.documents() == b.documents());
    CHECK(a.verify().differences.empty());
    CHECK(b.verify().differences.empty());
    clinics.require_quiet();
}

SyncReport confirmed(Clinic& clinic) {
    SyncRequest request;
    request.confirmed = {"triggers-missing"};
    return clinic.sync(request);
}

}  // namespace

TEST_CASE("schema: a new column travels with what its rows hold, and is told once",
          "[scenarios][schema]") {
    DemoPair clinics;
    auto &a = clinics.a, &b = clinics.b;
    for (auto* clinic : {&a, &b}) {
        clinic->sql("ALTER TABLE patient ADD COLUMN email TEXT DEFAULT 'none'");
    }
    a.sql("UPDATE patient SET email = 'ann@example.org' WHERE patient_id = 1");
    const auto first = a.sync();
    CHECK(says(first,
               "The table patient in the database " + a.database() + " has a new column email"));
    CHECK(first.counts.patients_exported == 3);
    CHECK(first.result == SyncResult::ok);
    CHECK_FALSE(tells(a.sync(), "email"));
    clinics.meet();
    // What b typed is newer than what was found.
    b.sql("UPDATE patient SET email = 'bo@example.org' WHERE patient_id = 2");
    clinics.meet();
    CHECK(a.value("SELECT email FROM patient WHERE patient_id = 2") == "bo@example.org");
    CHECK(a.value("SELECT email FROM patient WHERE patient_id = 3") == "none");
    clinics.require_equal();
}

TEST_CASE("schema: what the rows of a new column hold overwrites nobody's edit",
          "[scenarios][schema]") {
    DemoPair clinics;
    auto &a = clinics.a, &b = clinics.b;
    b.sql("ALTER TABLE visit ADD COLUMN room TEXT");
    b.sync();
    clinics.meet();
    b.sql("UPDATE visit SET room = 'by b', findings = 'seen by b' WHERE visit_id = 1");
    clinics.meet();
    a.sql("ALTER TABLE visit ADD COLUMN room TEXT DEFAULT 'none'");
    clinics.meet();
    for (auto* clinic : {&a, &b}) {
        CHECK(clinic->value("SELECT room FROM visit WHERE visit_id = 1") == "by b");
        CHECK(clinic->value("SELECT findings FROM visit WHERE visit_id = 1") == "seen by b");
    }
    clinics.require_equal();
}

TEST_CASE("schema: two sites updated in one night make no conflicts of what the update filled in",
          "[scenarios][schema]") {
    DemoPair clinics;
    auto &a = clinics.a, &b = clinics.b;
    int hour = 1;
    for (auto* clinic : {&a, &b}) {
        clinic->sql("ALTER TABLE visit ADD COLUMN room TEXT");
        clinic->sql("ALTER TABLE visit ADD COLUMN floor INTEGER DEFAULT 0");
        // SQLite adds no column with a computed default: the table is rebuilt.
        run_script(clinic->database(), R"(
            PRAGMA foreign_keys = OFF;
            BEGIN;
            CREATE TABLE rebuilt (allergy_id INTEGER PRIMARY KEY AUTOINCREMENT, patient_id INTEGER,
                substance TEXT, severity TEXT, reaction TEXT, noted_on TEXT,
                stamp TEXT DEFAULT (datetime('now')));
            INSERT INTO rebuilt SELECT *, '2026-11-25 0)" +
                                           std::to_string(hour++) + R"(:00:00' FROM allergy;
            DROP TABLE allergy;
            ALTER TABLE rebuilt RENAME TO allergy;
            COMMIT;)");
        clinic->close();
    }
    confirmed(a);
    a.sql("UPDATE visit SET room = 'R1', floor = 1 WHERE visit_id = 1");
    a.sync();
    clinics.cloud().deliver();
    confirmed(b);
    clinics.meet();
    CHECK(a.conflicts().empty());
    CHECK(b.value("SELECT room || floor FROM visit WHERE visit_id = 1") == "R11");
    CHECK(b.lines("SELECT stamp FROM allergy") == a.lines("SELECT stamp FROM allergy"));
    clinics.require_equal();
}

TEST_CASE("schema: a value typed into a new column before its first sync is kept beside another's",
          "[scenarios][schema]") {
    DemoPair clinics;
    auto &a = clinics.a, &b = clinics.b;
    b.sql("ALTER TABLE patient ADD COLUMN email TEXT");
    b.sync();
    b.sql("UPDATE patient SET email = 'by b' WHERE patient_id = 1");
    clinics.meet();
    a.sql("ALTER TABLE patient ADD COLUMN email TEXT");
    a.sql("UPDATE patient SET email = 'by a' WHERE patient_id = 1");
    clinics.meet();
    CHECK(a.value("SELECT email FROM patient WHERE patient_id = 1") == "by b");
    const auto conflicts = a.conflicts();
    REQUIRE(conflicts.size() == 1);
    CHECK(conflicts[0].columns == Lines{"email"});
    REQUIRE(conflicts[0].values.size() == 2);
    CHECK(conflicts[0].values[1].fields.at("email") == text_value("by a"));
    a.resolve(conflicts[0], conflicts[0].values[1]);
    clinics.meet();
    CHECK(b.value("SELECT email FROM patient WHERE patient_id = 1") == "by a");
    clinics.require_equal();
}

TEST_CASE("schema: a site without a column keeps it in the documents", "[scenarios][schema]") {
    DemoPair clinics;
    auto &a = clinics.a, &b = clinics.b;
    a.sql("ALTER TABLE visit ADD COLUMN room TEXT");
    a.sql("UPDATE visit SET room = 'R' || visit_id");
    clinics.meet();
    b.sql("UPDATE visit SET findings = 'by b' WHERE visit_id = 1");
    clinics.meet();
    CHECK(a.value("SELECT room || findings FROM visit WHERE visit_id = 1") == "R1by b");
    CHECK(b.verify().differences.empty());
    clinics.require_quiet();
    b.sql("ALTER TABLE visit ADD COLUMN room TEXT");
    clinics.meet();
    CHECK(b.value("SELECT room FROM visit WHERE visit_id = 1") == "R1");
    clinics.require_equal();
}

TEST_CASE("schema: a dropped column is no edit, and gets its values when it is back",
          "[scenarios][schema]") {
    DemoPair clinics;
    auto &a = clinics.a, &b = clinics.b;
    b.sql("UPDATE patient SET notes = 'keep ' || patient_id");
    clinics.meet();
    a.sql("ALTER TABLE patient DROP COLUMN notes");
    const auto first = a.sync();
    CHECK(errors_that_say(first, "The table patient in the database " + a.database() +
                                     " no longer has the column notes") == 1);
    CHECK(first.result == SyncResult::attention);
    const auto second = a.sync();
    CHECK_FALSE(tells(second, "notes"));
    CHECK(second.result == SyncResult::ok);
    // Rows with and without an edit meanwhile.
    a.sql("UPDATE patient SET phone = '1' WHERE patient_id = 1");
    clinics.meet();
    CHECK(b.value("SELECT phone || notes FROM patient WHERE patient_id = 1") == "1keep 1");
    CHECK(a.conflicts().empty());
    a.sql("ALTER TABLE patient ADD COLUMN notes TEXT");
    const auto back = a.sync();
    CHECK(says(back, "The column notes of the table patient in the database " + a.database() +
                         " is back"));
    CHECK(a.lines("SELECT notes FROM patient") == Lines{"keep 1", "keep 2", "keep 3"});
    clinics.meet();
    CHECK(b.lines("SELECT notes FROM patient") == Lines{"keep 1", "keep 2", "keep 3"});
    clinics.require_quiet();
}

TEST_CASE("schema: a column dropped and made anew between two syncs loses nothing",
          "[scenarios][schema]") {
    DemoPair clinics;
    auto &a = clinics.a, &b = clinics.b;
    b.sql("UPDATE patient SET city = 'keep ' || patient_id");
    clinics.meet();
    a.sql("ALTER TABLE patient DROP COLUMN city");
    a.sql("ALTER TABLE patient ADD COLUMN city TEXT");
    a.sql("UPDATE patient SET phone = '1'");
    clinics.meet();
    for (auto* clinic : {&a, &b}) {
        CHECK(clinic->lines("SELECT phone || city FROM patient") ==
              Lines{"1keep 1", "1keep 2", "1keep 3"});
    }
    CHECK(a.conflicts().empty());
    clinics.require_quiet();
}

TEST_CASE("schema: a renamed column travels under its new name, the old values stay",
          "[scenarios][schema]") {
    DemoPair clinics;
    auto &a = clinics.a, &b = clinics.b;
    b.sql("UPDATE patient SET notes = 'keep ' || patient_id");
    clinics.meet();
    for (auto* clinic : {&a, &b}) {
        clinic->sql("ALTER TABLE patient RENAME COLUMN notes TO remarks");
        const auto report = clinic->sync();
        CHECK(tells(report, "no longer has the column notes"));
        CHECK(tells(report, "a new column remarks"));
    }
    a.sql("UPDATE patient SET remarks = 'new' WHERE patient_id = 1");
    clinics.meet();
    CHECK(b.lines("SELECT remarks FROM patient") == Lines{"keep 2", "keep 3", "new"});
    CHECK(a.conflicts().empty());
    clinics.require_equal();
}

TEST_CASE("schema: while a table is missing its records wait and all others are synced",
          "[scenarios][schema]") {
    DemoPair clinics;
    auto &a = clinics.a, &b = clinics.b;
    const auto visits = a.lines(kVisits);
    const auto results = a.lines("SELECT test FROM lab_result");
    a.sql("ALTER TABLE visit RENAME TO encounter");
    const auto report = a.sync();
    CHECK(errors_that_say(report,
                          "The database " + a.database() + " no longer has the table visit") == 1);
    CHECK(errors_that_say(report, "lab_result") == 1);
    CHECK(report.result == SyncResult::attention);
    CHECK(report.counts.rows_restored + report.counts.rows_inserted == 0);
    // Work goes on at both, in the table as well.
    a.sql("UPDATE encounter SET findings = 'by a' WHERE visit_id = 1");
    a.sql("DELETE FROM encounter WHERE visit_id = 2 AND 0");
    a.sql("UPDATE patient SET phone = 'by a' WHERE patient_id = 1");
    a.sql("UPDATE medication SET dose = 77 WHERE medication_id = 1");
    b.sql("UPDATE visit SET findings = 'by b' WHERE visit_id = 2");
    b.sql(new_visit(900, 1, "Met at b"));
    b.sql("UPDATE patient SET phone = 'by b' WHERE patient_id = 2");
    clinics.meet();
    CHECK(a.value("SELECT phone FROM patient WHERE patient_id = 2") == "by b");
    CHECK(b.value("SELECT phone FROM patient WHERE patient_id = 1") == "by a");
    CHECK(b.value("SELECT dose FROM medication WHERE medication_id = 1") == "77");
    CHECK(b.lines(kVisits).size() == visits.size() + 1);
    CHECK(b.conflicts().empty());
    CHECK(a.verify().differences.empty());
    clinics.require_quiet();

    a.sql("ALTER TABLE encounter RENAME TO visit");
    CHECK(says(a.sync(), "The table visit is back in the database " + a.database()));
    clinics.meet();
    for (auto* clinic : {&a, &b}) {
        CHECK(clinic->value("SELECT findings FROM visit WHERE visit_id = 1") == "by a");
        CHECK(clinic->value("SELECT findings FROM visit WHERE visit_id = 2") == "by b");
        CHECK(clinic->lines(kVisits).size() == visits.size() + 1);
        CHECK(clinic->lines("SELECT test FROM lab_result") == results);
        CHECK(clinic->conflicts().empty());
    }
    clinics.require_equal();
}

TEST_CASE("schema: edits of one row on both sides of a missing table are a conflict",
          "[scenarios][schema]") {
    DemoPair clinics;
    auto &a = clinics.a, &b = clinics.b;
    a.sql("ALTER TABLE visit RENAME TO encounter");
    clinics.meet();
    a.sql("UPDATE encounter SET findings = 'by a' WHERE visit_id = 1");
    b.sql("UPDATE visit SET findings = 'by b' WHERE visit_id = 1");
    clinics.meet();
    a.sql("ALTER TABLE encounter RENAME TO visit");
    clinics.meet();
    const auto conflicts = b.conflicts();
    REQUIRE(conflicts.size() == 1);
    CHECK(conflicts[0].values.size() == 2);
    CHECK(a.value("SELECT findings FROM visit WHERE visit_id = 1") ==
          b.value("SELECT findings FROM visit WHERE visit_id = 1"));
}

TEST_CASE("schema: a row deleted, and its key given to another, while its table had another name",
          "[scenarios][schema]") {
    DemoPair clinics;
    auto &a = clinics.a, &b = clinics.b;
    a.sql(new_visit(900, 1, "Former"));
    clinics.meet();
    a.sql("ALTER TABLE visit RENAME TO encounter");
    clinics.meet();
    a.sql("DELETE FROM encounter WHERE visit_id = 900");
    a.sql(
        "INSERT INTO encounter (visit_id, patient_id, visited_at, reason) VALUES (900, 2, "
        "'2026-11-25 10:00', 'Another')");
    clinics.meet();
    a.sql("ALTER TABLE encounter RENAME TO visit");
    clinics.meet();
    for (auto* clinic : {&a, &b}) {
        CHECK(clinic->number("SELECT count(*) FROM visit WHERE patient_id = 1 AND reason = "
                             "'Former'") == 1);
        CHECK(clinic->number("SELECT count(*) FROM visit WHERE patient_id = 2 AND reason = "
                             "'Another'") == 1);
    }
    CHECK(a.conflicts().empty());
}

TEST_CASE("schema: a table that was dropped and made anew gets its records back",
          "[scenarios][schema]") {
    DemoPair clinics;
    auto &a = clinics.a, &b = clinics.b;
    const auto made = a.value("SELECT sql FROM sqlite_master WHERE name = 'allergy'");
    const auto substances = a.lines("SELECT substance FROM allergy");
    REQUIRE_FALSE(substances.empty());
    a.sql("DROP TABLE allergy");
    clinics.meet();
    CHECK(b.lines("SELECT substance FROM allergy") == substances);
    b.sql("UPDATE allergy SET reaction = 'by b'");
    clinics.meet();
    a.sql(made);
    CHECK(a.try_sync().errors.front().code == ErrorCode::triggers_missing);
    confirmed(a);
    CHECK(a.lines("SELECT substance || reaction FROM allergy") ==
          b.lines("SELECT substance || reaction FROM allergy"));
    clinics.meet();
    clinics.require_equal();
}

TEST_CASE("schema: a patient who came while changes were not tracked is found",
          "[scenarios][schema]") {
    DemoPair clinics;
    auto &a = clinics.a, &b = clinics.b;
    a.sql("DROP TRIGGER cfs_patient_insert");
    a.sql(new_patient(900, "Unnoted"));
    a.sql(new_visit(900, 900, "Unnoted, too"));
    CHECK(a.try_sync().errors.front().code == ErrorCode::triggers_missing);
    confirmed(a);
    clinics.meet();
    CHECK(b.number("SELECT count(*) FROM patient JOIN visit USING (patient_id) WHERE "
                   "family_name = 'Unnoted'") == 1);
    clinics.require_equal();
}

TEST_CASE("schema: without the table of the patients nothing is synced", "[scenarios][schema]") {
    DemoPair clinics;
    auto &a = clinics.a, &b = clinics.b;
    const auto before = a.documents();
    a.sql("ALTER TABLE patient RENAME TO person");
    b.sql("UPDATE patient SET phone = 'by b' WHERE patient_id = 1");
    b.sync();
    clinics.cloud().deliver();
    for (int turn = 0; turn < 2; ++turn) {
        const auto report = a.try_sync();
        REQUIRE(report.errors.size() == 1);
        CHECK(report.errors[0].code == ErrorCode::mapping_table);
        CHECK(report.errors[0].sentence.find("no longer has the table patient") !=
              std::string::npos);
        CHECK(report.result == SyncResult::failed);
    }
    CHECK_THROWS_AS(a.verify(), Error);
    CHECK(a.documents() == before);
    CHECK(a.service().status(a.connection()).enabled);
    a.sql("UPDATE person SET phone = 'by a' WHERE patient_id = 2");
    a.sql(
        "INSERT INTO person (patient_id, family_name, given_name, birth_date, sex, "
        "registered_on) VALUES (900, 'New', 'At a', '2000-01-01', 'X', '2026-11-25')");
    a.sql("ALTER TABLE person RENAME TO patient");
    clinics.meet();
    CHECK(a.value("SELECT phone FROM patient WHERE patient_id = 1") == "by b");
    CHECK(b.value("SELECT phone FROM patient WHERE patient_id = 2") == "by a");
    CHECK(b.number("SELECT count(*) FROM patient WHERE family_name = 'New'") == 1);
    clinics.require_equal();
}

TEST_CASE("schema: a table without the column of its owner or key waits", "[scenarios][schema]") {
    const std::string column = GENERATE("patient_id", "medication_id");
    DemoPair clinics;
    auto &a = clinics.a, &b = clinics.b;
    a.sql("ALTER TABLE medication RENAME COLUMN " + column + " TO other");
    const auto report = a.sync();
    CHECK(errors_that_say(report, "The table medication in the database " + a.database() +
                                      " no longer has the column " + column) == 1);
    // The clinic program's own work goes on.
    a.sql(
        "UPDATE medication SET dose = 11 WHERE drug_code = (SELECT min(drug_code) FROM "
        "medication)");
    b.sql(
        "UPDATE medication SET dose = 12 WHERE drug_code <> (SELECT min(drug_code) FROM "
        "medication)");
    b.sql("UPDATE patient SET phone = 'by b' WHERE patient_id = 1");
    clinics.meet();
    CHECK(a.value("SELECT phone FROM patient WHERE patient_id = 1") == "by b");
    a.sql("ALTER TABLE medication RENAME COLUMN other TO " + column);
    clinics.meet();
    confirmed(a);
    clinics.meet();
    CHECK(a.lines(kMedications) == b.lines(kMedications));
    CHECK(a.number("SELECT count(*) FROM medication WHERE dose NOT IN (11, 12)") == 0);
    clinics.require_equal();
}

TEST_CASE("schema: what refers to a table that is missing waits, and nothing is taken for an edit",
          "[scenarios][schema]") {
    DemoPair clinics;
    auto &a = clinics.a, &b = clinics.b;
    const auto doctors = b.lines("SELECT visit_id || ' ' || doctor_id FROM visit");
    a.sql("PRAGMA foreign_keys = OFF");
    a.sql("ALTER TABLE doctor RENAME TO staff");
    const auto report = a.sync();
    CHECK(tells(report, "doctor"));
    a.sql("UPDATE visit SET findings = 'by a' WHERE visit_id = 1");
    b.sql(
        "INSERT INTO visit (visit_id, patient_id, doctor_id, visited_at, reason) VALUES (900, 1, "
        "1, '2026-11-25 10:00', 'Met at b')");
    clinics.meet();
    CHECK(b.value("SELECT findings FROM visit WHERE visit_id = 1") == "by a");
    CHECK(b.lines("SELECT visit_id || ' ' || doctor_id FROM visit WHERE visit_id <> 900") ==
          doctors);
    // Without its doctor it would pass for a visit of nobody's.
    CHECK(a.number("SELECT count(*) FROM visit WHERE visit_id = 900") == 0);
    CHECK(a.conflicts().empty());
    a.sql("ALTER TABLE staff RENAME TO doctor");
    clinics.meet();
    CHECK(a.number("SELECT count(*) FROM visit WHERE reason = 'Met at b' AND doctor_id = 1") == 1);
    clinics.require_equal();
}

TEST_CASE("schema: what was written without a missing lookup is completed when that is back",
          "[scenarios][schema]") {
    DemoPair clinics;
    auto &a = clinics.a, &b = clinics.b;
    a.sql("PRAGMA foreign_keys = OFF");
    a.sql("ALTER TABLE doctor RENAME TO staff");
    b.sql(new_patient(900, "Without doctor"));
    b.sql("UPDATE patient SET family_doctor_id = 1 WHERE patient_id = 900");
    clinics.meet();
    const std::string doctor =
        "SELECT family_doctor_id FROM patient WHERE family_name = 'Without doctor'";
    CHECK(a.value(doctor) == "NULL");
    a.sql("UPDATE patient SET phone = 'by a' WHERE family_name = 'Without doctor'");
    clinics.meet();
    CHECK(b.value(doctor) == "1");
    a.sql("ALTER TABLE staff RENAME TO doctor");
    clinics.meet();
    CHECK(a.value(doctor) == "1");
    CHECK(a.conflicts().empty());
    clinics.require_equal();
}

TEST_CASE("schema: a conflict that is settled while its table is missing is written later",
          "[scenarios][schema]") {
    DemoPair clinics;
    auto &a = clinics.a, &b = clinics.b;
    clinics.edit_apart("UPDATE visit SET findings = 'by a' WHERE visit_id = 1",
                       "UPDATE visit SET findings = 'by b' WHERE visit_id = 1");
    clinics.meet();
    REQUIRE(a.conflicts().size() == 1);
    const std::string findings = "SELECT findings FROM visit WHERE visit_id = 1";
    const auto shown = a.value(findings);
    a.sql("ALTER TABLE visit RENAME TO encounter");
    clinics.meet();
    const auto conflict = a.conflicts().at(0);
    REQUIRE(conflict.values.size() == 2);
    a.resolve(conflict, conflict.values[1]);
    clinics.meet();
    CHECK(b.value(findings) != shown);
    CHECK(b.conflicts().empty());
    CHECK(a.value("SELECT findings FROM encounter WHERE visit_id = 1") == shown);
    a.sql("ALTER TABLE encounter RENAME TO visit");
    clinics.meet();
    CHECK(a.value(findings) == b.value(findings));
    CHECK(a.value(findings) != shown);
    CHECK(a.conflicts().empty());
    clinics.require_equal();
}

TEST_CASE("schema: a view in the place of a table is none", "[scenarios][schema]") {
    DemoPair clinics;
    auto &a = clinics.a, &b = clinics.b;
    a.sql("ALTER TABLE allergy RENAME TO reaction");
    a.sql("CREATE VIEW allergy AS SELECT * FROM reaction");
    CHECK(errors_that_say(a.sync(), "no longer has the table allergy") == 1);
    const auto before = b.lines("SELECT substance FROM allergy");
    clinics.meet();
    CHECK(b.lines("SELECT substance FROM allergy") == before);
}

TEST_CASE("schema: after an update that a sync could not finish the next one goes on",
          "[scenarios][schema]") {
    DemoPair clinics;
    auto &a = clinics.a, &b = clinics.b;
    b.sql("UPDATE patient SET city = 'keep ' || patient_id");
    clinics.meet();
    a.sql("ALTER TABLE patient DROP COLUMN city");
    a.sql("ALTER TABLE patient ADD COLUMN city TEXT");
    std::stop_source stopped;
    stopped.request_stop();
    SyncObserver silent;
    const auto report = a.service().sync(a.connection(), {}, silent, stopped.get_token());
    CHECK(report.result == SyncResult::cancelled);
    clinics.meet();
    for (auto* clinic : {&a, &b}) {
        CHECK(clinic->lines("SELECT city FROM patient") == Lines{"keep 1", "keep 2", "keep 3"});
    }
    // From then on an empty city is an edit.
    a.sql("UPDATE patient SET city = NULL WHERE patient_id = 1");
    clinics.meet();
    CHECK(b.value("SELECT city FROM patient WHERE patient_id = 1") == "NULL");
}

TEST_CASE("schema: another type that gives its values another form is no edit",
          "[scenarios][schema]") {
    DemoPair clinics;
    auto &a = clinics.a, &b = clinics.b;
    a.sql("UPDATE visit SET fee = 12.5");
    a.sql("UPDATE visit SET fee = 30 WHERE visit_id = 1");
    clinics.meet();
    b.sql("UPDATE visit SET findings = 'by b' WHERE visit_id = 1");
    // A rebuilt table: fees are texts with two digits now.
    run_script(a.database(), R"(
        PRAGMA foreign_keys = OFF;
        BEGIN;
        CREATE TABLE rebuilt AS SELECT * FROM visit;
        DROP TABLE visit;
        CREATE TABLE visit (visit_id INTEGER PRIMARY KEY AUTOINCREMENT,
            patient_id INTEGER NOT NULL REFERENCES patient (patient_id),
            doctor_id INTEGER REFERENCES doctor (doctor_id), visited_at TEXT NOT NULL,
            reason TEXT NOT NULL, findings TEXT, temperature_c REAL, weight_kg NUMERIC,
            fee TEXT NOT NULL, follow_up_of INTEGER REFERENCES visit (visit_id));
        INSERT INTO visit SELECT visit_id, patient_id, doctor_id, visited_at, reason, findings,
            temperature_c, weight_kg, printf('%.2f', fee), follow_up_of FROM rebuilt;
        UPDATE visit SET fee = '99.00' WHERE visit_id = 2;
        DROP TABLE rebuilt;
        COMMIT;)");
    a.close();
    const auto refused = a.try_sync();
    CHECK(refused.errors.front().code == ErrorCode::triggers_missing);
    CHECK(says(refused, "The column fee of the table visit in the database " + a.database() +
                            " is TEXT NOT NULL now; it was NUMERIC NOT NULL"));
    confirmed(a);
    clinics.meet();
    CHECK(b.value("SELECT findings || fee FROM visit WHERE visit_id = 1") == "by b30");
    CHECK(a.value("SELECT findings || fee FROM visit WHERE visit_id = 1") == "by b30.00");
    CHECK(b.value("SELECT fee FROM visit WHERE visit_id = 2") == "99");
    CHECK(a.conflicts().empty());
    clinics.require_quiet();
}

TEST_CASE("schema: a row that a new NOT NULL keeps out waits", "[scenarios][schema]") {
    DemoPair clinics;
    auto &a = clinics.a, &b = clinics.b;
    a.sql("ALTER TABLE allergy ADD COLUMN source TEXT NOT NULL DEFAULT 'old'");
    a.sync();
    clinics.meet();
    CHECK(b.conflicts().empty());
    b.sql(
        "INSERT INTO allergy (allergy_id, patient_id, substance, severity) VALUES (900, 1, "
        "'Dust', 'mild')");
    clinics.meet();
    CHECK(a.value("SELECT source FROM allergy WHERE substance = 'Dust'") == "old");
    clinics.require_quiet();
}

TEST_CASE("schema: a database is disabled and enabled again while a table is missing",
          "[scenarios][schema]") {
    DemoPair clinics;
    auto &a = clinics.a, &b = clinics.b;
    b.sql(new_visit(900, 1, "Met at b"));
    clinics.meet();
    const auto visits = b.lines(kVisits);
    a.sql("ALTER TABLE visit RENAME TO encounter");
    a.sync();
    a.sql("UPDATE patient SET phone = 'last' WHERE patient_id = 1");
    a.disable();
    CHECK(a.number("SELECT count(*) FROM sqlite_master WHERE name LIKE 'cfs%'") == 0);
    CHECK_THROWS_AS(a.enable(clinics.cloud().folder(0), clinics.mapping()), Error);
    a.sql("ALTER TABLE encounter RENAME TO visit");
    a.enable(clinics.cloud().folder(0), clinics.mapping());
    clinics.meet();
    CHECK(a.lines(kVisits) == visits);
    CHECK(b.lines(kVisits) == visits);
    CHECK(b.value("SELECT phone FROM patient WHERE patient_id = 1") == "last");
    clinics.require_equal();
}

TEST_CASE("schema: a table that was renamed goes on as what it was once the mapping says so",
          "[scenarios][schema]") {
    DemoPair clinics;
    auto &a = clinics.a, &b = clinics.b;
    a.sql(new_visit(900, 1, "Met at a"));
    clinics.meet();
    const auto rows = a.lines("SELECT row_id || local_key FROM cfs_row");
    const auto visits = b.number("SELECT count(*) FROM visit");
    a.sql("ALTER TABLE visit RENAME TO encounter");
    const bool synced_meanwhile = GENERATE(false, true);
    if (synced_meanwhile) CHECK(a.sync().result == SyncResult::attention);
    // Until somebody has another mapping the clinics work on.
    a.sql("UPDATE encounter SET findings = 'by a' WHERE visit_id = 1");
    b.sql("UPDATE visit SET findings = 'by b' WHERE visit_id = 2");
    b.sql(new_visit(901, 2, "Met at b"));
    if (synced_meanwhile) clinics.meet();
    a.enable(clinics.cloud().folder(0), clinics.own_mapping(0, {kVisitIsEncounter}));
    const auto report = a.sync();
    CHECK(says(report, "The table encounter is back in the database ") == synced_meanwhile);
    CHECK(report.errors.empty());
    clinics.meet();
    CHECK(a.conflicts().empty());
    CHECK(a.value("SELECT findings FROM encounter WHERE visit_id = 2") == "by b");
    CHECK(b.value("SELECT findings FROM visit WHERE visit_id = 1") == "by a");
    CHECK(a.number("SELECT count(*) FROM encounter") == visits + 1);
    for (const auto& row : rows) {
        CHECK(a.number("SELECT count(*) FROM cfs_row WHERE row_id || local_key = '" + row + "'") ==
              1);
    }
    // One site is updated and the other is not: both go on.
    a.sql("UPDATE encounter SET reason = 'changed at a' WHERE visit_id = 900");
    b.sql("UPDATE visit SET findings = 'seen at b' WHERE visit_id = 3");
    a.sql("INSERT INTO lab_result (visit_id, test, taken_at) VALUES (900, 'Hb', '2026-11-26')");
    clinics.meet();
    CHECK(b.number("SELECT count(*) FROM visit JOIN lab_result USING (visit_id) WHERE reason = "
                   "'changed at a' AND test = 'Hb'") == 1);
    require_same_visits(clinics);
    b.sql("ALTER TABLE visit RENAME TO encounter");
    b.enable(clinics.cloud().folder(1), clinics.own_mapping(1, {kVisitIsEncounter}));
    a.sql("UPDATE encounter SET findings = 'last' WHERE visit_id = 900");
    clinics.meet();
    CHECK(b.number("SELECT count(*) FROM encounter WHERE findings = 'last'") == 1);
    clinics.require_quiet();
}

TEST_CASE("schema: a database is disabled before a table is renamed, and enabled after it",
          "[scenarios][schema]") {
    DemoPair clinics;
    auto &a = clinics.a, &b = clinics.b;
    const auto visits = a.number("SELECT count(*) FROM visit");
    a.disable();
    a.sql("ALTER TABLE visit RENAME TO encounter");
    b.sql("UPDATE visit SET findings = 'by b' WHERE visit_id = 2");
    clinics[1].sync();
    clinics.cloud().deliver();
    a.enable(clinics.cloud().folder(0), clinics.own_mapping(0, {kVisitIsEncounter}));
    clinics.meet();
    CHECK(a.conflicts().empty());
    CHECK(a.value("SELECT findings FROM encounter WHERE visit_id = 2") == "by b");
    CHECK(a.number("SELECT count(*) FROM encounter") == visits);
    require_same_visits(clinics);
}

TEST_CASE("schema: a table that was renamed and rebuilt is compared before it is synced",
          "[scenarios][schema]") {
    DemoPair clinics;
    auto &a = clinics.a, &b = clinics.b;
    const auto visits = a.number("SELECT count(*) FROM visit");
    auto made = a.value("SELECT sql FROM sqlite_master WHERE name = 'visit'");
    made.replace(made.find("visit"), 5, "encounter");
    run_script(a.database(), "PRAGMA foreign_keys = OFF; BEGIN; " + made +
                                 "; INSERT INTO encounter SELECT * FROM visit; UPDATE encounter "
                                 "SET findings = 'unnoted' WHERE visit_id = 1; DROP TABLE visit; "
                                 "COMMIT;");
    a.close();
    a.enable(clinics.cloud().folder(0), clinics.own_mapping(0, {kVisitIsEncounter}));
    CHECK(a.try_sync().errors.front().code == ErrorCode::triggers_missing);
    confirmed(a);
    clinics.meet();
    CHECK(b.value("SELECT findings FROM visit WHERE visit_id = 1") == "unnoted");
    CHECK(a.number("SELECT count(*) FROM encounter") == visits);
    require_same_visits(clinics);
}

TEST_CASE("schema: columns that were renamed go on as what they were once the mapping says so",
          "[scenarios][schema]") {
    DemoPair clinics;
    auto &a = clinics.a, &b = clinics.b;
    b.sql("UPDATE patient SET notes = 'keep ' || patient_id");
    clinics.meet();
    const auto rows = a.lines("SELECT row_id || local_key FROM cfs_row");
    for (const char* renamed :
         {"patient RENAME COLUMN notes TO remarks", "visit RENAME COLUMN visit_id TO number",
          "visit RENAME COLUMN reason TO why", "visit RENAME COLUMN patient_id TO person"}) {
        a.sql("ALTER TABLE " + std::string(renamed));
    }
    const auto mapping = clinics.own_mapping(
        0, {{"<safety column=\"blood_group\"/>",
             "<safety column=\"blood_group\"/><renamed column=\"remarks\" as=\"notes\"/>"},
            {"<record table=\"visit\">",
             "<record table=\"visit\"><renamed column=\"number\" as=\"visit_id\"/><renamed "
             "column=\"why\" as=\"reason\"/><renamed column=\"person\" as=\"patient_id\"/>"}});
    a.enable(clinics.cloud().folder(0), mapping);
    const auto report = a.sync();
    CHECK_FALSE(tells(report, "column"));
    CHECK(report.errors.empty());
    CHECK(report.counts.patients_exported == 0);
    CHECK(a.lines("SELECT row_id || local_key FROM cfs_row") == rows);
    a.sql("UPDATE patient SET remarks = 'by a' WHERE patient_id = 1");
    a.sql(
        "INSERT INTO visit (number, person, visited_at, why) VALUES (900, 1, '2026-11-25 10:00', "
        "'Met at a')");
    b.sql("UPDATE patient SET notes = 'by b' WHERE patient_id = 2");
    b.sql("UPDATE visit SET reason = 'told at b' WHERE visit_id = 1");
    b.sql(new_visit(901, 2, "Met at b"));
    clinics.meet();
    CHECK(a.lines("SELECT remarks FROM patient") == b.lines("SELECT notes FROM patient"));
    CHECK(a.lines("SELECT family_name || why FROM visit JOIN patient ON patient_id = person") ==
          b.lines("SELECT family_name || reason FROM visit JOIN patient USING (patient_id)"));
    CHECK(b.lines("SELECT notes FROM patient") == Lines{"by a", "by b", "keep 3"});
    CHECK(b.number("SELECT count(*) FROM visit WHERE reason = 'Met at a'") == 1);
    CHECK(a.number("SELECT count(*) FROM visit WHERE why = 'told at b'") == 1);
    CHECK(a.documents() == b.documents());
    CHECK(a.verify().differences.empty());
    clinics.require_quiet();
    // What is missing is told by the name that the database had for it.
    a.sql("ALTER TABLE patient DROP COLUMN remarks");
    CHECK(errors_that_say(a.sync(), "no longer has the column remarks") == 1);
    a.sql("ALTER TABLE visit RENAME COLUMN person TO whose");
    CHECK(errors_that_say(a.sync(), "no longer has the column person") == 1);
}

TEST_CASE("schema: an enabled database gets no mapping that means something else",
          "[scenarios][schema]") {
    DemoPair clinics;
    auto& a = clinics.a;
    for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
             {"<safety column=\"blood_group\"/>", ""},
             {"<record table=\"visit\">", "<record table=\"visit\" insert-only=\"yes\">"},
             {"<identity column=\"reason\"/>", ""}}) {
        try {
            a.enable(clinics.cloud().folder(0), clinics.own_mapping(0, {{from, to}}));
            FAIL("enabled");
        } catch (const Error& error) {
            CHECK(error.code() == ErrorCode::mapping_family);
        }
    }
    // Nor one whose names the database does not have.
    try {
        a.enable(clinics.cloud().folder(0), clinics.own_mapping(0, {kVisitIsEncounter}));
        FAIL("enabled");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::mapping_table);
    }
    a.sql("UPDATE visit SET findings = 'by a' WHERE visit_id = 1");
    clinics.meet();
    clinics.require_equal();
}

TEST_CASE("schema: a renamed table that is missing is told by the name that it had last",
          "[scenarios][schema]") {
    DemoPair clinics;
    auto& a = clinics.a;
    a.sql("ALTER TABLE visit RENAME TO encounter");
    a.enable(clinics.cloud().folder(0), clinics.own_mapping(0, {kVisitIsEncounter}));
    a.sync();
    a.sql("ALTER TABLE encounter RENAME TO visit");
    CHECK(errors_that_say(a.sync(), "The database " + a.database() +
                                        " no longer has the table encounter") == 1);
}

TEST_CASE("schema: a change before the first sync is told", "[scenarios][schema]") {
    Clinics clinics(Program::demo_small);
    auto& a = clinics[0];
    a.sql("ALTER TABLE patient ADD COLUMN email TEXT");
    a.sql("ALTER TABLE patient DROP COLUMN notes");
    const auto report = a.sync();
    CHECK(says(report, "a new column email"));
    CHECK(errors_that_say(report, "no longer has the column notes") == 1);
    clinics.meet();
    CHECK(a.conflicts().empty());
    CHECK(clinics[1].conflicts().empty());
}

TEST_CASE("schema: a preview tells what changed and keeps it for the sync", "[scenarios][schema]") {
    DemoPair clinics;
    auto& a = clinics.a;
    a.sql("ALTER TABLE patient ADD COLUMN email TEXT");
    SyncRequest preview;
    preview.preview = true;
    CHECK(says(a.sync(preview), "email"));
    CHECK(says(a.sync(preview), "email"));
    CHECK(says(a.sync(), "email"));
    CHECK_FALSE(says(a.sync(), "email"));
}
