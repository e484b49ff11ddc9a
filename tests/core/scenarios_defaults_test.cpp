// Columns that may not be NULL, of rows from sites that have no value for them.
#include "tests/support/catch.h"
#include "tests/support/clinic.h"

using namespace cfs;
using namespace cfs::test;

namespace {

using Lines = std::vector<std::string>;

constexpr const char* kSchema = R"(
    CREATE TABLE doctor (id INTEGER PRIMARY KEY, login TEXT);
    CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, born TEXT, phone TEXT);
    CREATE TABLE note (id INTEGER PRIMARY KEY, person INTEGER, text TEXT, doctor INTEGER,
        answers INTEGER, remark TEXT);)";

// The newer version of the same program.
constexpr const char* kNewer = R"(
    DROP TABLE person;
    DROP TABLE note;
    CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, born TEXT, phone TEXT,
        status TEXT NOT NULL CHECK (status IN ('active', 'closed')), lock INTEGER NOT NULL,
        printed INTEGER NOT NULL);
    CREATE TABLE note (id INTEGER PRIMARY KEY, person INTEGER, text TEXT,
        doctor INTEGER NOT NULL REFERENCES doctor (id), answers INTEGER NOT NULL, remark TEXT,
        kind TEXT NOT NULL);
    INSERT INTO doctor VALUES (9, 'unknown');)";

std::string mapping_of(const std::string& of_person, const std::string& of_note) {
    return R"(<mapping xmlns="urn:cloud-folder-sync:mapping" format="1" name="m" family="f" version="1">
      <patient table="person"><key column="id"/>
        <identity column="name"/><identity column="born"/>)" +
           of_person + R"(</patient>
      <record table="note"><key column="id"/><identity column="text"/><owner column="person"/>
        <reference column="answers" table="note" target="id" missing="null"/>
        <lookup column="doctor" table="doctor" target="id" missing="null"><by column="login"/>
        </lookup>)" +
           of_note + R"(</record></mapping>)";
}

// The first has the older version, the second the newer one.
struct Versions : Clinics {
    Versions() : Clinics(kSchema, mapping_of("", ""), {{}, {kNewer, {}}}) {
        const TemporaryFolder place;
        write_file(place / "newer.xml",
                   mapping_of(R"(<skip column="printed"/><volatile column="lock" write="increment"/>
                       <default column="status" value="active"/><default column="lock" value="1"/>
                       <default column="printed" value="0"/>)",
                              R"(<default column="doctor" value="9"/>
                       <default column="answers" value="0"/><default column="kind" value=""/>)"));
        (*this)[1].disable();
        (*this)[1].enable(cloud().folder(1), place / "newer.xml");
    }

    void require_settled() {
        for (std::size_t i = 0; i < size(); ++i) {
            CHECK((*this)[i].verify().differences.empty());
            CHECK((*this)[i].conflicts().empty());
            CHECK((*this)[i].sync().counts.pending == 0);
        }
        CHECK((*this)[0].documents() == (*this)[1].documents());
        require_quiet();
    }

    // Long enough for the daily look at what a database could not hold.
    void next_day() {
        clock().advance(std::chrono::hours(25));
        meet();
    }

    [[nodiscard]] bool told(const std::string& word) {
        return read_file(cloud().folder(0) + "/" + (*this)[0].file_of("1")).find(word) !=
               std::string::npos;
    }
};

constexpr const char* kPeople = "SELECT name, phone, status, lock, printed FROM person";
constexpr const char* kNotes = "SELECT text, doctor, answers, remark, kind FROM note";

}  // namespace

TEST_CASE("defaults: a new row gets them for columns that its site does not have",
          "[scenarios][defaults]") {
    Versions clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    a.sql("INSERT INTO person VALUES (1, 'Ann', '1980', '1')");
    clinics.meet();
    CHECK(b.lines(kPeople) == Lines{"Ann|1|active|1|0"});
    CHECK_FALSE(clinics.told("status"));
    clinics.require_settled();

    // An edit from there leaves them alone, and one made here does not take them along.
    a.sql("UPDATE person SET phone = '2'");
    clinics.meet();
    CHECK(b.lines(kPeople) == Lines{"Ann|2|active|2|0"});
    b.sql("UPDATE person SET phone = '3'");
    clinics.meet();
    CHECK(a.value("SELECT phone FROM person") == "3");
    CHECK_FALSE(clinics.told("status"));
    clinics.require_settled();

    // What is edited is a value like any other, from then on.
    b.sql("UPDATE person SET status = 'closed', printed = 1");
    clinics.meet();
    CHECK(clinics.told("closed"));
    CHECK_FALSE(clinics.told("printed"));
    a.sql("UPDATE person SET phone = '4'");
    clinics.meet();
    CHECK(b.lines("SELECT phone, status, printed FROM person") == Lines{"4|closed|1"});
    // A row that is restored has it from its document, but for what never travels.
    b.sql("DELETE FROM person");
    clinics.meet();
    CHECK(b.lines(kPeople) == Lines{"Ann|4|closed|1|0"});
    clinics.require_settled();
}

TEST_CASE("defaults: they stand for what a row means that is not here, until it has come",
          "[scenarios][defaults]") {
    Versions clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    a.sql("INSERT INTO doctor VALUES (1, 'meier'), (2, 'huber')");
    a.sql("INSERT INTO person VALUES (1, 'Ann', '1980', '1')");
    a.sql("INSERT INTO note VALUES (1, 1, 'note', 1, 77, 'old')");
    clinics.meet();
    CHECK(b.lines(kNotes) == Lines{"note|9|0|old|"});
    CHECK_FALSE(clinics.told("unknown"));
    clinics.require_settled();

    // Neither an edit here nor one there makes the default that of all.
    b.sql("UPDATE note SET remark = 'new'");
    clinics.meet();
    CHECK(a.lines("SELECT text, doctor, answers, remark FROM note") == Lines{"note|1|77|new"});
    a.sql("UPDATE note SET doctor = 2, remark = 'newer'");
    clinics.meet();
    CHECK(b.lines(kNotes) == Lines{"note|9|0|newer|"});
    CHECK_FALSE(clinics.told("unknown"));
    clinics.require_settled();

    b.sql("INSERT INTO doctor VALUES (4, 'huber')");
    clinics.next_day();
    CHECK(b.lines(kNotes) == Lines{"note|4|0|newer|"});
    CHECK(a.lines("SELECT doctor FROM note") == Lines{"2"});
    clinics.require_settled();

    // A row that is there is not given one: what would empty its column waits.
    a.sql("UPDATE note SET doctor = 1, remark = 'of meier'");
    clinics.meet();
    CHECK(b.lines(kNotes) == Lines{"note|4|0|newer|"});
    CHECK(b.sync().counts.pending == 1);
    b.sql("INSERT INTO doctor VALUES (5, 'meier')");
    clinics.next_day();
    CHECK(b.lines(kNotes) == Lines{"note|5|0|of meier|"});
    clinics.require_settled();
}

TEST_CASE("defaults: who chooses the default's value has edited", "[scenarios][defaults]") {
    Versions clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    a.sql("INSERT INTO doctor VALUES (1, 'meier')");
    b.sql("INSERT INTO doctor VALUES (1, 'meier')");
    a.sql("INSERT INTO person VALUES (1, 'Ann', '1980', '1')");
    a.sql("INSERT INTO note VALUES (1, 1, 'note', 1, NULL, '')");
    b.sql("INSERT INTO person VALUES (1, 'Bo', '1970', '1', 'closed', 5, 1)");
    clinics.meet();
    // Somebody left it empty, and this database does not take that.
    CHECK(b.lines(kNotes).empty());
    CHECK(b.sync().counts.pending == 1);
    a.sql("UPDATE note SET answers = 1");
    clinics.meet();
    CHECK(b.lines("SELECT text, doctor FROM note") == Lines{"note|1"});
    CHECK(b.value("SELECT lock FROM person WHERE name = 'Bo'") == "5");
    b.sql("UPDATE note SET doctor = 9");
    clinics.meet();
    CHECK(clinics.told("unknown"));
    CHECK(b.value("SELECT doctor FROM note") == "9");
    b.sql("UPDATE person SET status = 'active' WHERE name = 'Bo'");
    clinics.meet();
    CHECK(b.value("SELECT status FROM person WHERE name = 'Bo'") == "active");
    clinics.require_quiet();
}
