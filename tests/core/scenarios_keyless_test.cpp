// Tables without a key: their rows are known by what they hold.
#include "core/database/content_key.h"
#include "core/database/identity_map.h"
#include "tests/support/catch.h"
#include "tests/support/clinic.h"

using namespace cfs;
using namespace cfs::test;

namespace {

using Lines = std::vector<std::string>;

constexpr const char* kSchema = R"(
    CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, born TEXT);
    CREATE TABLE treatment (pid INTEGER, drug TEXT, dose TEXT, started TEXT, seen TEXT);
    INSERT INTO person VALUES (1, 'Ann', '1980'), (2, 'Bo', '1970');
    INSERT INTO treatment VALUES (1, 'aspirin', '100', 'monday', NULL),
        (1, 'insulin', '10', 'monday', NULL), (1, 'insulin', '10', 'monday', NULL),
        (2, 'aspirin', '300', 'tuesday', NULL), (NULL, 'lost', '1', 'never', NULL);)";

constexpr const char* kMapping = R"(
<mapping xmlns="urn:cloud-folder-sync:mapping" format="1" name="keyless" family="f" version="1">
  <patient table="person">
    <key column="id"/>
    <identity column="name"/><identity column="born"/>
  </patient>
  <record table="treatment">
    <key column="pid" shared="yes"/>
    <identity column="drug"/><identity column="started"/>
    <owner column="pid"/>
    <volatile column="seen" write="skip"/>
  </record>
</mapping>
)";

constexpr const char* kTreatments =
    "SELECT name, drug, dose, started FROM treatment JOIN person ON id = pid";

struct Keyless : Clinics {
    Keyless() : Clinics(kSchema, kMapping, {{}, {}}) { meet(); }

    Clinic& a = (*this)[0];
    Clinic& b = (*this)[1];

    // More notes than are taken at once, of what travels nowhere.
    void note_much() {
        for (int i = 0; i < 100; ++i) a.sql("UPDATE treatment SET seen = " + std::to_string(i));
    }

    void require_settled(const Lines& treatments) {
        CHECK(a.lines(kTreatments) == treatments);
        CHECK(b.lines(kTreatments) == treatments);
        for (std::size_t i = 0; i < size(); ++i) CHECK((*this)[i].verify().differences.empty());
        CHECK(a.documents() == b.documents());
        require_quiet();
    }
};

const Lines kFirst = {"Ann|aspirin|100|monday", "Ann|insulin|10|monday", "Ann|insulin|10|monday",
                      "Bo|aspirin|300|tuesday"};

}  // namespace

TEST_CASE("keyless: copies of one database know every row, and which are equal",
          "[scenarios][keyless]") {
    Keyless clinics;
    clinics.require_settled(kFirst);
    CHECK(clinics.a.conflicts().empty());
}

TEST_CASE("keyless: an edit is an edit, of one row where several hold the same",
          "[scenarios][keyless]") {
    Keyless clinics;
    clinics.a.sql("UPDATE treatment SET dose = '150' WHERE drug = 'aspirin' AND pid = 1");
    clinics.b.sql(
        "UPDATE treatment SET dose = '12' WHERE rowid = (SELECT max(rowid) FROM treatment WHERE "
        "drug = 'insulin')");
    clinics.meet();
    clinics.require_settled({"Ann|aspirin|150|monday", "Ann|insulin|10|monday",
                             "Ann|insulin|12|monday", "Bo|aspirin|300|tuesday"});
    CHECK(clinics.a.conflicts().empty());

    // Back to what the other holds, and both away from it.
    clinics.a.sql("UPDATE treatment SET dose = '10' WHERE dose = '12'");
    clinics.meet();
    clinics.require_settled({"Ann|aspirin|150|monday", "Ann|insulin|10|monday",
                             "Ann|insulin|10|monday", "Bo|aspirin|300|tuesday"});
    clinics.b.sql("UPDATE treatment SET dose = '20' WHERE drug = 'insulin'");
    clinics.meet();
    clinics.require_settled({"Ann|aspirin|150|monday", "Ann|insulin|20|monday",
                             "Ann|insulin|20|monday", "Bo|aspirin|300|tuesday"});
}

TEST_CASE("keyless: what identifies a row may be edited, and the row may go to another patient",
          "[scenarios][keyless]") {
    Keyless clinics;
    clinics.a.sql(
        "UPDATE treatment SET drug = 'ASA', started = 'sunday' WHERE drug = 'aspirin' "
        "AND pid = 1");
    clinics.meet();
    clinics.require_settled({"Ann|ASA|100|sunday", "Ann|insulin|10|monday", "Ann|insulin|10|monday",
                             "Bo|aspirin|300|tuesday"});
    clinics.b.sql("UPDATE treatment SET pid = 2 WHERE drug = 'ASA'");
    clinics.meet();
    clinics.require_settled({"Ann|insulin|10|monday", "Ann|insulin|10|monday", "Bo|ASA|100|sunday",
                             "Bo|aspirin|300|tuesday"});
}

TEST_CASE("keyless: a row goes to another patient while others of both are edited",
          "[scenarios][keyless]") {
    Keyless clinics;
    clinics.a.sql("UPDATE treatment SET pid = 2 WHERE drug = 'aspirin' AND pid = 1");
    clinics.a.sql("UPDATE treatment SET dose = '7' WHERE drug = 'insulin'");
    clinics.a.sql("INSERT INTO treatment VALUES (2, 'iron', '5', 'friday', NULL)");
    clinics.a.sql("UPDATE treatment SET dose = '400' WHERE dose = '300'");
    clinics.meet();
    clinics.require_settled({"Ann|insulin|7|monday", "Ann|insulin|7|monday",
                             "Bo|aspirin|100|monday", "Bo|aspirin|400|tuesday",
                             "Bo|iron|5|friday"});
    CHECK(clinics.a.conflicts().empty());

    // A deleted row is not taken for one that moved: it comes back.
    clinics.b.sql("UPDATE treatment SET pid = 1 WHERE drug = 'iron'");
    clinics.b.sql("DELETE FROM treatment WHERE dose = '400'");
    clinics.meet();
    clinics.require_settled({"Ann|insulin|7|monday", "Ann|insulin|7|monday", "Ann|iron|5|friday",
                             "Bo|aspirin|100|monday", "Bo|aspirin|400|tuesday"});
}

TEST_CASE("keyless: between two syncs a row is moved twice, with many changes between",
          "[scenarios][keyless]") {
    Keyless clinics;
    clinics.a.sql("INSERT INTO person VALUES (3, 'Cy', '1990')");
    clinics.a.sql("UPDATE treatment SET pid = 2 WHERE drug = 'aspirin' AND pid = 1");
    clinics.note_much();
    clinics.a.sql("UPDATE treatment SET pid = 3 WHERE drug = 'aspirin' AND dose = '100'");
    clinics.meet();
    clinics.require_settled({"Ann|insulin|10|monday", "Ann|insulin|10|monday",
                             "Bo|aspirin|300|tuesday", "Cy|aspirin|100|monday"});
}

TEST_CASE("keyless: a row deleted long after others were edited is not taken for a new one",
          "[scenarios][keyless]") {
    Keyless clinics;
    clinics.note_much();
    clinics.a.sql("DELETE FROM treatment WHERE drug = 'aspirin' AND pid = 1");
    clinics.a.sql("INSERT INTO treatment VALUES (1, 'iron', '5', 'friday', NULL)");
    clinics.meet();
    clinics.require_settled({"Ann|aspirin|100|monday", "Ann|insulin|10|monday",
                             "Ann|insulin|10|monday", "Ann|iron|5|friday",
                             "Bo|aspirin|300|tuesday"});
}

TEST_CASE("keyless: a row of a new patient under a deleted one's key is the new one's",
          "[scenarios][keyless]") {
    Keyless clinics;
    clinics.note_much();
    clinics.a.sql("DELETE FROM treatment WHERE pid = 2");
    clinics.a.sql("DELETE FROM person WHERE id = 2");
    clinics.a.sql("INSERT INTO person VALUES (2, 'Cy', '1990')");
    clinics.a.sql("INSERT INTO treatment VALUES (2, 'aspirin', '300', 'tuesday', NULL)");
    clinics.meet();
    clinics.require_settled({"Ann|aspirin|100|monday", "Ann|insulin|10|monday",
                             "Ann|insulin|10|monday", "Bo|aspirin|300|tuesday",
                             "Cy|aspirin|300|tuesday"});
}

TEST_CASE("keyless: a row that belongs to nobody any more comes back as if it were deleted",
          "[scenarios][keyless]") {
    Keyless clinics;
    clinics.a.sql("UPDATE treatment SET pid = NULL WHERE pid = 2");
    clinics.meet();
    clinics.require_settled(kFirst);
    clinics.a.sql("UPDATE treatment SET pid = 1 WHERE pid IS NULL AND drug = 'lost'");
    clinics.a.sql("UPDATE treatment SET pid = NULL WHERE drug = 'aspirin' AND pid = 1");
    clinics.meet();
    clinics.require_settled({"Ann|aspirin|100|monday", "Ann|insulin|10|monday",
                             "Ann|insulin|10|monday", "Ann|lost|1|never",
                             "Bo|aspirin|300|tuesday"});
}

TEST_CASE("keyless: new rows travel, the same one typed at two sites is two",
          "[scenarios][keyless]") {
    Keyless clinics;
    clinics.a.sql("INSERT INTO treatment VALUES (2, 'iron', '5', 'friday', NULL)");
    clinics.b.sql("INSERT INTO treatment VALUES (2, 'iron', '5', 'friday', NULL)");
    clinics.b.sql("INSERT INTO person VALUES (3, 'Cy', '1990')");
    clinics.b.sql("INSERT INTO treatment VALUES (3, 'zinc', '1', 'friday', NULL)");
    clinics.meet();
    clinics.require_settled({"Ann|aspirin|100|monday", "Ann|insulin|10|monday",
                             "Ann|insulin|10|monday", "Bo|aspirin|300|tuesday", "Bo|iron|5|friday",
                             "Bo|iron|5|friday", "Cy|zinc|1|friday"});
}

TEST_CASE("keyless: a clone knows a new row by the same UUID, whatever else was written there",
          "[scenarios][keyless]") {
    const auto id_of_zinc = [](Clinic& clinic) {
        const auto document =
            clinic.value("SELECT document FROM cfs_patient WHERE document LIKE '%zinc%'");
        const auto row = document.rfind("<row id=", document.find("zinc"));
        REQUIRE(row != std::string::npos);
        return document.substr(row, 45);
    };
    Keyless clinics;
    auto& a = clinics.a;
    a.sql("INSERT INTO treatment VALUES (1, 'zinc', '1', 'friday', NULL)");
    a.close();
    const auto image = test::read_file(a.database());
    constexpr const char* kSalt = "SELECT value FROM cfs_meta WHERE name = 'row_salt'";
    const auto salt = a.value(kSalt);
    a.close();
    (void)a.sync();
    const auto id = id_of_zinc(a);

    a.close();
    test::write_file(a.database(), image);
    a.sql("UPDATE treatment SET dose = '11' WHERE pid = 1 AND drug = 'insulin'");
    a.sql("UPDATE treatment SET drug = 'ASA' WHERE pid = 1 AND drug = 'aspirin'");
    a.sql("INSERT INTO treatment VALUES (1, 'calcium', '1', 'friday', NULL)");
    a.sql("UPDATE treatment SET dose = '2' WHERE drug = 'zinc'");
    (void)a.sync();
    CHECK(id_of_zinc(a) == id);
    clinics.meet();
    CHECK(a.number("SELECT count(*) FROM treatment WHERE drug = 'zinc'") == 1);

    // From then on each gives UUIDs of its own.
    CHECK(a.value(kSalt) != salt);
}

TEST_CASE("keyless: a row deleted at one site comes back, once", "[scenarios][keyless]") {
    Keyless clinics;
    clinics.a.sql(
        "DELETE FROM treatment WHERE rowid = (SELECT min(rowid) FROM treatment WHERE drug = "
        "'insulin')");
    clinics.a.sql("DELETE FROM treatment WHERE drug = 'aspirin'");
    clinics.meet();
    clinics.require_settled(kFirst);
}

TEST_CASE("keyless: rows that the program deletes and writes anew stay what they are",
          "[scenarios][keyless]") {
    Keyless clinics;
    clinics.a.sql("DELETE FROM treatment WHERE pid = 1");
    clinics.a.sql(
        "INSERT INTO treatment VALUES (1, 'aspirin', '75', 'monday', NULL), (1, 'insulin', '10', "
        "'monday', NULL), (1, 'insulin', '8', 'monday', NULL)");
    clinics.meet();
    clinics.require_settled({"Ann|aspirin|75|monday", "Ann|insulin|10|monday",
                             "Ann|insulin|8|monday", "Bo|aspirin|300|tuesday"});
    CHECK(clinics.a.conflicts().empty());
}

TEST_CASE("keyless: edits of one row at two sites are a conflict, and can be settled",
          "[scenarios][keyless]") {
    Keyless clinics;
    clinics.edit_apart("UPDATE treatment SET dose = '50' WHERE pid = 2",
                       "UPDATE treatment SET dose = '75' WHERE pid = 2");
    clinics.meet();
    REQUIRE(clinics.a.conflicts().size() == 1);
    CHECK(clinics.a.lines(kTreatments) == clinics.b.lines(kTreatments));
    const auto conflict = clinics.a.conflicts().front();
    REQUIRE(conflict.values.size() == 2);
    clinics.a.resolve(conflict, conflict.values.back());
    clinics.meet();
    CHECK(clinics.b.conflicts().empty());
    clinics.require_settled(clinics.a.lines(kTreatments));
}

TEST_CASE("keyless: what the program notes for itself is no edit", "[scenarios][keyless]") {
    Keyless clinics;
    clinics.a.sql("UPDATE treatment SET seen = 'today' WHERE pid = 1");
    clinics.meet();
    clinics.require_settled(kFirst);
    CHECK(clinics.a.number("SELECT count(*) FROM treatment WHERE seen = 'today'") == 3);
}

TEST_CASE("keyless: disabled and enabled again, nothing is doubled", "[scenarios][keyless]") {
    Keyless clinics;
    auto &a = clinics.a, &b = clinics.b;
    a.sql("INSERT INTO treatment VALUES (2, 'iron', '5', 'friday', NULL)");
    clinics.meet();
    a.disable();
    a.sql("UPDATE treatment SET dose = '6' WHERE drug = 'iron'");
    a.enable(clinics.cloud().folder(0), clinics.mapping());
    clinics.meet();
    CHECK(a.number("SELECT count(*) FROM treatment WHERE pid = 2") == 2);
    CHECK(b.number("SELECT count(*) FROM treatment WHERE pid = 2") == 2);
    CHECK(a.documents() == b.documents());
    clinics.require_quiet();
}

TEST_CASE("keyless: a column that the program adds makes no row another one",
          "[scenarios][keyless]") {
    Keyless clinics;
    for (auto* clinic : {&clinics.a, &clinics.b}) {
        clinic->sql("ALTER TABLE treatment ADD COLUMN route TEXT");
    }
    clinics.a.sql("UPDATE treatment SET dose = '250' WHERE pid = 2");
    clinics.meet();
    for (auto* clinic : {&clinics.a, &clinics.b}) {
        CHECK(clinic->lines(kTreatments) == Lines{"Ann|aspirin|100|monday", "Ann|insulin|10|monday",
                                                  "Ann|insulin|10|monday",
                                                  "Bo|aspirin|250|tuesday"});
    }
    CHECK(clinics.a.documents() == clinics.b.documents());
    CHECK(clinics.a.conflicts().empty());
    clinics.require_quiet();
}

TEST_CASE("keyless: columns may bear the names by which the database knows its rows",
          "[scenarios][keyless]") {
    // Nothing to go by but what the row holds.
    Clinics clinics(
        R"(CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT);
           CREATE TABLE note (pid INTEGER, rowid TEXT, text TEXT);
           INSERT INTO person VALUES (1, 'Ann');
           INSERT INTO note VALUES (1, 'x', 'one'), (1, 'x', 'two'), (1, 'x', 'two');)",
        R"(<mapping xmlns="urn:cloud-folder-sync:mapping" format="1" name="m" family="f" version="1">
             <patient table="person"><key column="id"/><identity column="name"/></patient>
             <record table="note"><key column="pid" shared="yes"/><identity column="rowid"/>
               <owner column="pid"/></record></mapping>)",
        {{}, {}});
    clinics.meet();
    clinics[0].sql("UPDATE note SET text = 'three' WHERE text = 'one'");
    clinics.meet();
    CHECK(clinics[1].lines("SELECT text FROM note") == Lines{"three", "two", "two"});
    clinics.require_quiet();
}

TEST_CASE("keyless: keys are told apart from what rows share", "[keyless]") {
    const std::string digits(32, 'a');
    CHECK(shared_part("17") == "17");
    CHECK(shared_part("17\t" + digits) == "17");
    CHECK(shared_part("17\t" + digits + ".2") == "17");
    CHECK(shared_part("a\tb") == "a\tb");
    CHECK(shared_part("a\tb\t" + digits) == "a\tb");
    CHECK(shared_part("17\t" + digits + "b") == "17\t" + digits + "b");
    CHECK(without_number("17\t" + digits + ".12") == "17\t" + digits);
    CHECK(next_equal("17\t" + digits) == "17\t" + digits + ".2");
    CHECK(next_equal("17\t" + digits + ".9") == "17\t" + digits + ".10");
}
