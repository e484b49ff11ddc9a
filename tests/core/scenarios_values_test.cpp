// Values as they are, and rows that a database does not take.
#include "tests/support/catch.h"
#include "tests/support/clinic.h"
#include "tests/support/clinic_picture.h"

using namespace cfs;
using namespace cfs::test;

namespace {

using Lines = std::vector<std::string>;

// A database that clinics have besides the demo's: odd types, rows that refer to each other.
constexpr const char* kOddSchema = R"(
    CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL, born TEXT, spouse INTEGER
        REFERENCES person (id), code TEXT UNIQUE, big INTEGER, real_number REAL, amount NUMERIC,
        anything, data BLOB, empty TEXT, level INTEGER CHECK (level < 10));
    CREATE TABLE note (id INTEGER PRIMARY KEY, person INTEGER NOT NULL REFERENCES person (id),
        text TEXT, previous INTEGER REFERENCES note (id), next INTEGER REFERENCES note (id));)";

constexpr const char* kOddMapping = R"(<?xml version="1.0" encoding="UTF-8"?>
<mapping xmlns="urn:cloud-folder-sync:mapping" format="1" name="odd" family="odd" version="1">
  <patient table="person">
    <key column="id"/>
    <identity column="name"/>
    <identity column="born"/>
    <reference column="spouse" table="person" target="id"/>
  </patient>
  <record table="note">
    <key column="id"/>
    <identity column="text"/>
    <owner column="person"/>
    <reference column="previous" table="note" target="id"/>
    <reference column="next" table="note" target="id"/>
  </record>
</mapping>
)";

class OddClinics : public Clinics {
  public:
    OddClinics() : Clinics(kOddSchema, kOddMapping, {{}, {}}) {}
};

std::string typed(const std::string& column) {
    return "SELECT typeof(" + column + ") || ' ' || quote(" + column +
           ") FROM person WHERE name = "
           "'Odd'";
}

}  // namespace

TEST_CASE("values: a database in UTF-16 sends and takes every text", "[scenarios][values]") {
    const std::string encoding = GENERATE("UTF-16le", "UTF-16be");
    Clinics clinics("PRAGMA encoding = '" + encoding + "';" + kOddSchema, kOddMapping, {{}, {}});
    auto& a = clinics[0];
    auto& b = clinics[1];
    REQUIRE(a.value("PRAGMA encoding") == encoding);
    a.sql("INSERT INTO person (id, name, code) VALUES (1, 'Jürgen Ærø', 'ж')");
    b.sql("INSERT INTO person (id, name, code) VALUES (2, '山田 🧠', 'ß')");
    b.sql("INSERT INTO note (id, person, text) VALUES (1, 2, 'Grüße')");
    clinics.meet();
    clinics.require_settled();
    REQUIRE(b.value("SELECT code FROM person WHERE name = 'Jürgen Ærø'") == "ж");
    REQUIRE(a.value("SELECT text FROM person JOIN note ON person = person.id WHERE name = "
                    "'山田 🧠'") == "Grüße");
    const auto file = clinics.cloud().folder(0) + "/" + a.file_of("1");
    REQUIRE(read_file(file).find(">Jürgen Ærø<") != std::string::npos);
    b.sql("UPDATE person SET name = 'Jörg' WHERE code = 'ж'");
    clinics.meet();
    REQUIRE(a.value("SELECT name FROM person WHERE code = 'ж'") == "Jörg");
    clinics.require_settled();
}

TEST_CASE("values: every value arrives exactly as it was", "[scenarios][values]") {
    OddClinics clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    a.sql("INSERT INTO person (id, name) VALUES (1, 'Odd')");
    clinics.meet();
    const Lines values = {"NULL",
                          "''",
                          "'x'",
                          "9223372036854775807",
                          "-9223372036854775808",
                          "9007199254740993",
                          "0.1",
                          "1e300",
                          "-0.0",
                          "123456789.123456789",
                          "'00012'",
                          "' lead and trail '",
                          "'line' || char(13) || char(10) || 'break' || char(9)",
                          "'<&>\"' || char(1)",
                          "'Łódź 陽子 ' || char(0x1F600)",
                          "x''",
                          "x'00ff0a'",
                          "'0x10'",
                          "'9e999'"};
    for (const auto& value : values) {
        CAPTURE(value);
        a.sql("UPDATE person SET big = " + value + ", real_number = " + value + ", amount = " +
              value + ", anything = " + value + ", data = " + value + ", empty = " + value);
        (void)a.sync();
        clinics.cloud().deliver();
        (void)b.sync();
        clinics.cloud().deliver();
        for (const char* column : {"big", "real_number", "amount", "anything", "data", "empty"}) {
            CAPTURE(column);
            CHECK(a.value(typed(column)) == b.value(typed(column)));
        }
        // Reading it back is no edit.
        CHECK(b.sync().counts.files_written == 0);
    }
    CHECK(a.conflicts().empty());
    clinics.meet();
    clinics.require_equal();
    clinics.require_quiet();
}

TEST_CASE("values: rows that refer to themselves and in circles", "[scenarios][values]") {
    OddClinics clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    b.sql("INSERT INTO person (id, name) VALUES (1, 'Takes the first number')");
    a.sql("INSERT INTO person (id, name) VALUES (1, 'Anna'), (2, 'Bert')");
    a.sql("UPDATE person SET spouse = 3 - id");
    a.sql(
        "INSERT INTO note (id, person, text) VALUES (1, 1, 'own'), (2, 1, 'two'), (3, 1, 'three')");
    a.sql("UPDATE note SET previous = 1, next = 1 WHERE id = 1");
    a.sql("UPDATE note SET previous = 5 - id, next = 5 - id WHERE id > 1");
    clinics.meet();
    clinics.meet();
    CHECK(b.lines("SELECT p.name, s.name FROM person p JOIN person s ON s.id = p.spouse") ==
          Lines{"Anna|Bert", "Bert|Anna"});
    CHECK(b.lines("SELECT n.text, p.text, x.text FROM note n JOIN note p ON p.id = n.previous JOIN "
                  "note x ON x.id = n.next") ==
          Lines{"own|own|own", "three|two|two", "two|three|three"});
    CHECK(b.sync().counts.pending == 0);
    clinics.require_equal();
    clinics.require_quiet();

    // Undone is what came for both of a couple that was taken in together with a third person.
    a.sql("UPDATE person SET empty = 'new' WHERE name IN ('Anna', 'Bert')");
    a.sql("INSERT INTO person (id, name) VALUES (9, 'Carl')");
    a.sql("UPDATE person SET spouse = 9 WHERE name = 'Bert'");
    (void)a.sync();
    clinics.cloud().deliver();
    const auto run = b.sync();
    CHECK(run.counts.rows_updated >= 2);
    CHECK_FALSE(says(b.undo(run.run), "edited since"));
    CHECK(b.number("SELECT count(*) FROM person WHERE empty = 'new'") == 0);
    clinics.meet();
    clinics.require_equal();
}

TEST_CASE("values: a chain of persons who refer to each other comes in one sync",
          "[scenarios][values]") {
    OddClinics clinics;
    constexpr int kPersons = 50;
    for (int i = 1; i <= kPersons; ++i) {
        const auto next = i == 1 ? "NULL" : std::to_string(i - 1);
        clinics[0].sql("INSERT INTO person (id, name, spouse) VALUES (" + std::to_string(i) +
                       ", 'P" + std::to_string(i) + "', " + next + ")");
    }
    (void)clinics[0].sync();
    clinics.cloud().deliver();
    const auto report = clinics[1].sync();
    CHECK(report.counts.rows_inserted == kPersons);
    CHECK(report.counts.pending == 0);
    CHECK(report.errors.empty());
    clinics.cloud().deliver();
    clinics.require_equal();
}

TEST_CASE("values: a lookup travels by its natural key", "[scenarios][values]") {
    Clinics clinics(Program::demo_small,
                    {{},
                     {"UPDATE doctor SET doctor_id = doctor_id + 50; UPDATE patient SET "
                      "family_doctor_id = family_doctor_id + 50; UPDATE visit SET doctor_id = "
                      "doctor_id + 50; UPDATE medication SET prescribed_by = prescribed_by + 50;",
                      {}}});
    auto& a = clinics[0];
    auto& b = clinics[1];
    clinics.meet();
    CHECK(a.conflicts().empty());
    CHECK(b.value("SELECT family_doctor_id FROM patient WHERE patient_id = 1") == "52");
    a.sql("UPDATE visit SET doctor_id = 3 WHERE visit_id = 1");
    clinics.meet();
    CHECK(b.value("SELECT doctor_id FROM visit WHERE visit_id = 1") == "53");

    // A doctor who is not known at B: the patient comes without, a visit waits.
    a.sql("INSERT INTO doctor (doctor_id, username, full_name) VALUES (9, 'new', 'New')");
    a.sql("UPDATE patient SET family_doctor_id = 9 WHERE patient_id = 1");
    a.sql("UPDATE visit SET doctor_id = 9 WHERE visit_id = 2");
    clinics.meet();
    CHECK(b.value("SELECT family_doctor_id FROM patient WHERE patient_id = 1") == "NULL");
    CHECK(b.value("SELECT doctor_id FROM visit WHERE visit_id = 2") == "52");
    CHECK(b.sync().counts.pending == 1);
    CHECK(a.value("SELECT family_doctor_id FROM patient WHERE patient_id = 1") == "9");
    b.sql("INSERT INTO doctor (doctor_id, username, full_name) VALUES (99, 'new', 'New')");
    clinics.clock().advance(std::chrono::hours(25));  // nobody tells that a doctor was added
    clinics.meet();
    CHECK(b.value("SELECT doctor_id FROM visit WHERE visit_id = 2") == "99");
    CHECK(b.value("SELECT family_doctor_id FROM patient WHERE patient_id = 1") == "99");
    CHECK(b.sync().counts.pending == 0);
    clinics.require_equal();
    clinics.require_quiet();
}

TEST_CASE("values: a row that a database refuses waits, all others go on", "[scenarios][values]") {
    OddClinics clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    clinics.meet();
    a.sql("INSERT INTO person (id, name, code) VALUES (1, 'At A', 'X')");
    a.sql("INSERT INTO note (id, person, text) VALUES (1, 1, 'of the refused')");
    a.sql("INSERT INTO person (id, name) VALUES (2, 'Fine')");
    b.sql("INSERT INTO person (id, name, code) VALUES (1, 'At B', 'X')");
    clinics.meet();
    CHECK(a.lines("SELECT name FROM person") == Lines{"At A", "Fine"});
    CHECK(b.lines("SELECT name FROM person") == Lines{"At B", "Fine"});
    const auto report = b.sync();
    CHECK(report.counts.pending == 2);
    CHECK(report.result == SyncResult::attention);
    CHECK(report.errors.front().code == ErrorCode::row_refused);
    CHECK(report.counts.files_written + report.counts.rows_updated == 0);
    CHECK(clinics.cloud().files(0) == clinics.cloud().files(1));

    b.sql("UPDATE person SET code = 'Y' WHERE name = 'At B'");
    clinics.meet();
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(clinics[i].lines("SELECT name, code FROM person") ==
              Lines{"At A|X", "At B|Y", "Fine|NULL"});
        CHECK(clinics[i].lines("SELECT text FROM note") == Lines{"of the refused"});
        CHECK(clinics[i].sync().counts.pending == 0);
    }
    clinics.require_equal();
    clinics.require_quiet();
}

TEST_CASE("values: a database that undoes what is written does not keep a sync going",
          "[scenarios][values]") {
    Clinics clinics(Program::demo_small,
                    {{},
                     {"CREATE TRIGGER no_doctor AFTER UPDATE OF family_doctor_id ON patient WHEN "
                      "NEW.family_doctor_id IS NOT NULL BEGIN UPDATE patient SET "
                      "family_doctor_id = NULL; END;",
                      {}}});
    auto& a = clinics[0];
    auto& b = clinics[1];
    clinics.meet();
    a.sql("INSERT INTO doctor (doctor_id, username, full_name) VALUES (9, 'new', 'New')");
    a.sql("UPDATE patient SET family_doctor_id = 3 WHERE patient_id = 1");
    a.sql("UPDATE visit SET doctor_id = 9 WHERE visit_id = 1");  // not known at B: it waits
    clinics.meet();
    CHECK(b.value("SELECT family_doctor_id FROM patient WHERE patient_id = 1") == "NULL");
    CHECK(b.sync().counts.pending == 1);
    CHECK(a.value("SELECT family_doctor_id FROM patient WHERE patient_id = 1") == "3");
}

TEST_CASE("values: an update that a database refuses waits and loses nothing",
          "[scenarios][values]") {
    OddClinics clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    a.sql("INSERT INTO person (id, name, level) VALUES (1, 'One', 1)");
    clinics.meet();
    // A's program allows more than B's.
    a.sql("PRAGMA ignore_check_constraints = ON");
    a.sql("UPDATE person SET level = 50");
    clinics.meet();
    CHECK(b.value("SELECT level FROM person") == "1");
    CHECK(b.sync().counts.pending == 1);
    b.sql("UPDATE person SET empty = 'edited meanwhile'");
    clinics.meet();
    CHECK(a.value("SELECT level || empty FROM person") == "50edited meanwhile");
    a.sql("UPDATE person SET level = 5");
    clinics.meet();
    CHECK(b.value("SELECT level || empty FROM person") == "5edited meanwhile");
    CHECK(b.sync().counts.pending == 0);
    CHECK(a.conflicts().empty());
    clinics.require_equal();
    clinics.require_quiet();
}

TEST_CASE("values: an edit beside a value that the database refused has not seen it",
          "[scenarios][values]") {
    OddClinics clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    a.sql("INSERT INTO person (id, name, level) VALUES (1, 'One', 1)");
    clinics.meet();
    a.sql("PRAGMA ignore_check_constraints = ON");
    a.sql("UPDATE person SET level = 50");
    clinics.meet();
    CHECK(b.value("SELECT level FROM person") == "1");
    b.sql("UPDATE person SET level = 7");
    clinics.meet();
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(clinics[i].value("SELECT level FROM person") == "7");
        const auto conflicts = clinics[i].conflicts();
        REQUIRE(conflicts.size() == 1);
        CHECK(conflicts[0].values.size() == 2);
    }
    clinics.require_equal();
    clinics.require_quiet();
}

TEST_CASE("values: a row that becomes another person is held until it is confirmed",
          "[scenarios][values]") {
    Clinics clinics(Program::demo_small);
    auto& a = clinics[0];
    auto& b = clinics[1];
    clinics.meet();
    a.sql(
        "UPDATE patient SET family_name = 'Other', given_name = 'Person', birth_date = "
        "'1911-01-01', phone = 'held' WHERE patient_id = 1");
    a.sql("UPDATE patient SET phone = 'goes on' WHERE patient_id = 2");
    const auto report = a.sync();
    CHECK(report.result == SyncResult::attention);
    CHECK(report.counts.pending == 1);
    REQUIRE(report.errors.size() == 1);
    CHECK(report.errors[0].code == ErrorCode::identity_changed);
    clinics.meet();
    CHECK(b.value("SELECT family_name FROM patient WHERE patient_id = 1") == "Adeyemi");
    CHECK(a.value("SELECT family_name FROM patient WHERE patient_id = 1") == "Other");
    CHECK(b.value("SELECT phone FROM patient WHERE patient_id = 2") == "goes on");

    SyncRequest confirmed;
    confirmed.confirmed = {"identity-changed"};
    (void)a.sync(confirmed);
    clinics.cloud().deliver();
    clinics.meet();
    CHECK(b.value("SELECT family_name || phone FROM patient WHERE patient_id = 1") == "Otherheld");
    CHECK(a.sync().counts.pending == 0);
    CHECK(b.number("SELECT count(*) FROM patient") == 3);
    clinics.require_equal();
    clinics.require_quiet();
}

TEST_CASE("values: blobs of 64 KiB and more are attachments", "[scenarios][values]") {
    Clinics clinics(Program::demo_small);
    auto& a = clinics[0];
    const auto document = [](int key, const std::string& content) {
        return "INSERT INTO document VALUES (" + std::to_string(key) + ", 1, 'Scan " +
               std::to_string(key) + "', 'image/png', " + content + ", '2026-11-22')";
    };
    a.sql(document(901, "zeroblob(65535)"));
    a.sql(document(902, "zeroblob(65536)"));
    a.sql(document(903, "randomblob(300000)"));
    clinics.meet();
    CHECK(clinics[1].lines("SELECT hex(content) FROM document") ==
          a.lines("SELECT hex(content) FROM document"));
    a.sql("UPDATE document SET content = zeroblob(65537) WHERE document_id = 902");
    clinics.meet();
    CHECK(clinics[1].number("SELECT length(content) FROM document WHERE title = 'Scan 902'") ==
          65537);
    clinics.require_equal();
    clinics.require_quiet();
}
