// References whose table another column tells, and lists that are completed.
#include "tests/support/catch.h"
#include "tests/support/clinic.h"

using namespace cfs;
using namespace cfs::test;

namespace {

using Lines = std::vector<std::string>;

constexpr const char* kSchema = R"(
    CREATE TABLE pharmacy (id INTEGER PRIMARY KEY, name TEXT, town TEXT, phone TEXT NOT NULL,
        size NUMERIC);
    CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, born TEXT, pharmacy INTEGER DEFAULT 0);
    CREATE TABLE vitals (id INTEGER PRIMARY KEY, person INTEGER, pulse TEXT);
    CREATE TABLE sheet (id INTEGER PRIMARY KEY, text TEXT);
    CREATE TABLE form (id INTEGER PRIMARY KEY, person INTEGER, dir TEXT, form_id INTEGER);)";

std::string mapping_of(const std::string& otherwise) {
    return R"(<mapping xmlns="urn:cloud-folder-sync:mapping" format="1" name="m" family="f" version="1">
      <patient table="person">
        <key column="id"/><identity column="name"/><identity column="born"/>
        <lookup column="pharmacy" table="pharmacy" target="id" none="0" missing="create">
          <by column="name"/><by column="town"/><copy column="phone"/><copy column="size"/>
        </lookup>
      </patient>
      <record table="vitals"><key column="id"/><identity column="pulse"/>
        <owner column="person"/></record>
      <record table="sheet"><key column="id"/><identity column="text"/>
        <owner through="form" column="form_id"/></record>
      <record table="form"><key column="id"/><identity column="dir"/><owner column="person"/>
        <reference column="form_id" by="dir" none="0">
          <case is="vitals" table="vitals" target="id"/>
          <case starts="LBF" table="sheet" target="id"/>)" +
           otherwise + R"(
        </reference>
      </record>
    </mapping>)";
}

struct Referring : Clinics {
    explicit Referring(const std::string& otherwise = R"(<else missing="plain"/>)")
        : Clinics(kSchema, mapping_of(otherwise), {{}, {}}) {}
};

constexpr const char* kForms =
    "SELECT p.name || ' ' || dir || ' ' || CASE WHEN dir = 'vitals' THEN (SELECT pulse FROM vitals "
    "v WHERE v.id = form_id) WHEN dir LIKE 'LBF%' THEN (SELECT text FROM sheet s WHERE s.id = "
    "form_id) ELSE form_id END FROM form f JOIN person p ON p.id = f.person";
constexpr const char* kPharmacies =
    "SELECT p.name || ' ' || coalesce(x.name || ' ' || town || ' ' || phone, 'none') FROM person p "
    "LEFT JOIN pharmacy x ON x.id = pharmacy";

}  // namespace

TEST_CASE("references: another column tells what a key means", "[scenarios][references]") {
    Referring clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    a.sql("INSERT INTO person VALUES (1, 'Ann', '1980', 0)");
    a.sql("INSERT INTO vitals VALUES (1, 1, '60')");
    a.sql("INSERT INTO sheet VALUES (1, 'sheet of Ann')");
    a.sql("INSERT INTO form VALUES (1, 1, 'vitals', 1), (2, 1, 'LBFx', 1), (3, 1, 'other', 1)");
    b.sql("INSERT INTO person VALUES (1, 'Bo', '1970', 0)");
    b.sql("INSERT INTO vitals VALUES (1, 1, '70')");
    b.sql("INSERT INTO sheet VALUES (1, 'sheet of Bo')");
    b.sql("INSERT INTO form VALUES (1, 1, 'LBFy', 1), (2, 1, 'vitals', 1)");
    clinics.meet();
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(clinics[i].lines(kForms) == Lines{"Ann LBFx sheet of Ann", "Ann other 1",
                                                "Ann vitals 60", "Bo LBFy sheet of Bo",
                                                "Bo vitals 70"});
        CHECK(clinics[i].number("SELECT count(*) FROM sheet") == 2);
    }
    clinics.require_settled();
}

TEST_CASE("references: the same number of another table is an edit", "[scenarios][references]") {
    Referring clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    b.sql("INSERT INTO person VALUES (1, 'Bo', '1970', 0)");
    b.sql("INSERT INTO vitals VALUES (1, 1, '70')");
    a.sql("INSERT INTO person VALUES (1, 'Ann', '1980', 0)");
    a.sql("INSERT INTO vitals VALUES (5, 1, '60')");
    a.sql("INSERT INTO sheet VALUES (5, 'five')");
    a.sql("INSERT INTO form VALUES (1, 1, 'vitals', 5), (2, 1, 'LBF', 5)");
    clinics.meet();
    a.sql("UPDATE form SET dir = 'LBF2' WHERE id = 1");
    clinics.meet();
    CHECK(b.lines(kForms) == Lines{"Ann LBF five", "Ann LBF2 five"});
    a.sql("UPDATE form SET dir = 'vitals' WHERE id = 1");
    clinics.clock().advance(std::chrono::hours(25));
    clinics.meet();
    CHECK(b.lines(kForms) == Lines{"Ann LBF five", "Ann vitals 60"});
    clinics.require_settled();
}

TEST_CASE("references: what no case is for waits, or comes without", "[scenarios][references]") {
    const bool hold = GENERATE(true, false);
    Referring clinics(hold ? "" : R"(<else missing="null"/>)");
    auto& a = clinics[0];
    auto& b = clinics[1];
    a.sql("INSERT INTO person VALUES (1, 'Ann', '1980', 0)");
    a.sql("INSERT INTO form VALUES (1, 1, 'unheard of', 17), (2, 1, 'unheard of', 0)");
    clinics.meet();
    CHECK(b.lines("SELECT dir || ' ' || form_id FROM form") ==
          (hold ? Lines{"unheard of 0"} : Lines{"unheard of 0", "unheard of 0"}));
    CHECK(b.sync().counts.pending == (hold ? 1 : 0));
    CHECK(a.lines("SELECT form_id FROM form") == Lines{"0", "17"});
    clinics.require_quiet();
}

TEST_CASE("references: the missing row of a list is made from what travels beside",
          "[scenarios][references]") {
    Referring clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    a.sql(
        "INSERT INTO pharmacy VALUES (1, 'Sun', 'Ulm', '111', 1.5), (2, 'Moon', 'Ulm', '222', "
        "NULL)");
    b.sql("INSERT INTO pharmacy VALUES (1, 'Moon', 'Ulm', 'own', 7)");
    a.sql(
        "INSERT INTO person VALUES (1, 'Ann', '1980', 1), (2, 'Bo', '1970', 2), (3, 'Cy', "
        "'1960', 0)");
    clinics.meet();
    const Lines at_b = {"Ann Sun Ulm 111", "Bo Moon Ulm own", "Cy none"};
    CHECK(b.lines(kPharmacies) == at_b);
    CHECK(b.value("SELECT size FROM pharmacy WHERE name = 'Sun'") == "1.5");
    CHECK(b.number("SELECT count(*) FROM pharmacy") == 2);
    clinics.require_settled();

    // A list is completed, not synchronized: what changes in it is nobody's edit.
    a.sql("UPDATE pharmacy SET phone = '999'");
    a.sql("UPDATE person SET name = 'Anna' WHERE id = 1");
    clinics.meet();
    CHECK(b.lines(kPharmacies) == Lines{"Anna Sun Ulm 111", "Bo Moon Ulm own", "Cy none"});
    CHECK(a.lines(kPharmacies) == Lines{"Anna Sun Ulm 999", "Bo Moon Ulm 999", "Cy none"});
    b.sql("UPDATE person SET pharmacy = 0 WHERE name = 'Anna'");
    clinics.meet();
    CHECK(a.lines(kPharmacies) == Lines{"Anna none", "Bo Moon Ulm 999", "Cy none"});
    clinics.require_settled();
}

TEST_CASE("references: a row waits where the list does not take the new one",
          "[scenarios][references]") {
    Referring clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    const bool twice = GENERATE(true, false);
    if (twice) {
        b.sql("INSERT INTO pharmacy VALUES (1, 'Sun', 'Ulm', 'x', 1), (2, 'Sun', 'Ulm', 'y', 2)");
    } else {
        b.sql(
            "CREATE TRIGGER t BEFORE INSERT ON pharmacy BEGIN SELECT raise(ABORT, 'closed'); END");
    }
    const auto before = b.lines("SELECT * FROM pharmacy");
    a.sql("INSERT INTO pharmacy VALUES (1, 'Sun', 'Ulm', '111', 1)");
    a.sql("INSERT INTO person VALUES (1, 'Ann', '1980', 1), (2, 'Bo', '1970', 0)");
    clinics.meet();
    CHECK(b.lines("SELECT name FROM person") == Lines{"Bo"});
    CHECK(b.lines("SELECT * FROM pharmacy") == before);
    CHECK(b.sync().counts.pending == 1);
    b.sql(twice ? "DELETE FROM pharmacy WHERE id = 2" : "DROP TRIGGER t");
    clinics.meet();
    CHECK(b.lines("SELECT name FROM person") == Lines{"Ann", "Bo"});
    CHECK(b.number("SELECT count(*) FROM pharmacy") == 1);
    clinics.require_settled();
}
