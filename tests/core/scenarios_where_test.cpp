// Tables of which only some rows are synchronized.
#include "tests/support/catch.h"
#include "tests/support/clinic.h"

using namespace cfs;
using namespace cfs::test;

namespace {

using Lines = std::vector<std::string>;

constexpr const char* kSchema = R"(
    CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, born TEXT, kind TEXT, phone TEXT);
    CREATE TABLE note (id INTEGER PRIMARY KEY, person INTEGER REFERENCES person (id), text TEXT,
        state TEXT, remark TEXT);
    CREATE TABLE page (id INTEGER PRIMARY KEY, note INTEGER REFERENCES note (id), text TEXT);)";

std::string mapping_of(const std::string& of_person, const std::string& of_note) {
    return R"(<mapping xmlns="urn:cloud-folder-sync:mapping" format="1" name="m" family="f" version="1">
      <patient table="person"><key column="id"/>
        <identity column="name"/><identity column="born"/>)" +
           of_person + R"(</patient>
      <record table="note" stamping="field"><key column="id"/>
        <identity column="text"/><owner column="person"/>)" +
           of_note + R"(</record>
      <record table="page"><key column="id"/>
        <identity column="text"/><owner column="note" table="note" target="id"/></record>
    </mapping>)";
}

const std::string kOnlyPatients = R"(<where column="kind" is="patient"/>)";
const std::string kNoDrafts = R"(<where column="state" is-not="draft"/>)";

constexpr const char* kNotes =
    "SELECT name, text, state, remark FROM note JOIN person p ON "
    "p.id = person";
constexpr const char* kPages = "SELECT p.text FROM page p JOIN note n ON n.id = p.note";

struct Filtered : Clinics {
    explicit Filtered(const std::string& copied = "")
        : Clinics(kSchema + copied, mapping_of(kOnlyPatients, kNoDrafts), {{}, {}}) {}

    void require_settled() {
        for (std::size_t i = 0; i < size(); ++i) CHECK((*this)[i].verify().differences.empty());
        CHECK((*this)[0].documents() == (*this)[1].documents());
        require_quiet();
    }
};

}  // namespace

TEST_CASE("where: rows outside stay at home until they fulfil the conditions",
          "[scenarios][where]") {
    Filtered clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    a.sql(
        "INSERT INTO person VALUES (1, 'Ann', '1980', 'patient', '1'), (2, 'Bo', '1970', "
        "'staff', '2')");
    a.sql(
        "INSERT INTO note VALUES (1, 1, 'sent', 'final', ''), (2, 1, 'kept', 'draft', ''), "
        "(3, 1, 'no state', NULL, ''), (4, 2, 'of staff', 'final', '')");
    a.sql("INSERT INTO page VALUES (1, 1, 'of sent'), (2, 2, 'of kept')");
    clinics.meet();
    CHECK(b.lines("SELECT name FROM person") == Lines{"Ann"});
    CHECK(b.lines("SELECT text FROM note") == Lines{"no state", "sent"});
    CHECK(b.lines(kPages) == Lines{"of sent"});
    clinics.require_settled();

    a.sql("UPDATE note SET state = 'final' WHERE id = 2");
    a.sql("UPDATE person SET kind = 'patient' WHERE id = 2");
    clinics.meet();
    CHECK(b.lines(kNotes) ==
          Lines{"Ann|kept|final|", "Ann|no state|NULL|", "Ann|sent|final|", "Bo|of staff|final|"});
    CHECK(b.lines(kPages) == Lines{"of kept", "of sent"});
    clinics.require_equal();
    clinics.require_settled();
}

TEST_CASE("where: a row that leaves is neither a deletion nor an edit", "[scenarios][where]") {
    Filtered clinics(
        "INSERT INTO person VALUES (1, 'Ann', '1980', 'patient', '1');"
        "INSERT INTO note VALUES (1, 1, 'note', 'final', 'old'), (2, 1, 'other', 'final', '');"
        "INSERT INTO page VALUES (1, 1, 'page');");
    auto& a = clinics[0];
    auto& b = clinics[1];
    clinics.meet();
    a.sql("UPDATE note SET state = 'draft', remark = 'at home' WHERE id = 1");
    a.sql("UPDATE page SET text = 'edited page'");
    clinics.meet();
    CHECK(b.lines(kNotes) == Lines{"Ann|note|final|old", "Ann|other|final|"});
    CHECK(b.lines(kPages) == Lines{"edited page"});
    CHECK(a.lines(kNotes) == Lines{"Ann|note|draft|at home", "Ann|other|final|"});
    clinics.require_settled();

    // What comes for it waits, and so does what is edited here.
    b.sql("UPDATE note SET text = 'renamed', remark = 'at B' WHERE id = 1");
    clinics.meet();
    CHECK(a.lines(kNotes) == Lines{"Ann|note|draft|at home", "Ann|other|final|"});
    CHECK(a.sync().counts.pending == 0);
    clinics.require_settled();

    // Back again: one field was edited at both sites, one at B, one at A.
    clinics.clock().advance(std::chrono::hours(25));
    a.sql("UPDATE note SET state = 'signed' WHERE id = 1");
    clinics.meet();
    CHECK(a.lines(kNotes) == Lines{"Ann|other|final|", "Ann|renamed|signed|at home"});
    REQUIRE(b.conflicts().size() == 1);
    CHECK(b.conflicts().front().values.size() == 2);
    clinics.require_equal();
    clinics.require_settled();
}

TEST_CASE("where: a patient who leaves keeps all that was synchronized", "[scenarios][where]") {
    Filtered clinics(
        "INSERT INTO person VALUES (1, 'Ann', '1980', 'patient', '1');"
        "INSERT INTO note VALUES (1, 1, 'note', 'final', 'old');");
    auto& a = clinics[0];
    auto& b = clinics[1];
    clinics.meet();
    a.sql("UPDATE person SET kind = 'former', phone = '5'");
    a.sql("UPDATE note SET remark = 'new'");
    clinics.meet();
    CHECK(b.lines("SELECT kind, phone FROM person") == Lines{"patient|1"});
    CHECK(b.lines(kNotes) == Lines{"Ann|note|final|new"});
    a.sql("DELETE FROM note");
    clinics.meet();
    CHECK(a.lines(kNotes) == Lines{"Ann|note|final|new"});
    a.sql("UPDATE person SET kind = 'patient'");
    clinics.meet();
    CHECK(b.lines("SELECT kind, phone FROM person") == Lines{"patient|5"});
    clinics.require_equal();
    clinics.require_settled();
}

TEST_CASE("where: copies of which one has the row outside know it as one", "[scenarios][where]") {
    Clinics clinics(std::string(kSchema) +
                        "INSERT INTO person VALUES (1, 'Ann', '1980', 'patient', '1');"
                        "INSERT INTO note VALUES (1, 1, 'note', 'draft', 'copied');",
                    mapping_of(kOnlyPatients, kNoDrafts),
                    {{}, {"UPDATE note SET state = 'final';", {}}});
    auto& a = clinics[0];
    clinics.meet();
    CHECK(a.lines(kNotes) == Lines{"Ann|note|draft|copied"});
    a.sql("UPDATE note SET state = 'final'");
    clinics.meet();
    CHECK(a.lines(kNotes) == Lines{"Ann|note|final|copied"});
    CHECK(a.conflicts().empty());
    clinics.require_equal();
    clinics.require_quiet();
}

TEST_CASE("where: a row from a site with other conditions is written all the same",
          "[scenarios][where]") {
    Filtered clinics("INSERT INTO person VALUES (1, 'Ann', '1980', 'patient', '1');");
    auto& a = clinics[0];
    auto& b = clinics[1];
    clinics.meet();
    const TemporaryFolder place;
    write_file(place / "all.xml", mapping_of("", ""));
    b.disable();
    b.enable(clinics.cloud().folder(1), place / "all.xml");
    b.sql("INSERT INTO note VALUES (1, 1, 'a draft', 'draft', 'from B')");
    clinics.meet();
    CHECK(a.lines(kNotes) == Lines{"Ann|a draft|draft|from B"});
    a.sql("UPDATE note SET remark = 'stays here'");
    clinics.meet();
    CHECK(b.lines(kNotes) == Lines{"Ann|a draft|draft|from B"});
    CHECK(a.number("SELECT count(*) FROM note") == 1);
    a.sql("DELETE FROM note");
    clinics.meet();
    CHECK(a.lines(kNotes) == Lines{"Ann|a draft|draft|from B"});
    clinics.require_settled();
}
