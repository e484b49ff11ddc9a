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
    explicit Referring(const std::string& otherwise = R"(<else missing="plain"/>)",
                       const std::string& schema = kSchema)
        : Clinics(schema, mapping_of(otherwise), {{}, {}}) {}
};

// What refers to a number is a text.
std::string with_texts(std::string schema) {
    for (const std::string column : {"person INTEGER", "form_id INTEGER"}) {
        const auto text = column.substr(0, column.find(' ')) + " VARCHAR(20)";
        for (auto at = schema.find(column); at != std::string::npos; at = schema.find(column)) {
            schema.replace(at, column.size(), text);
        }
    }
    return schema;
}

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

TEST_CASE("references: a key that is a number may be meant by a text", "[scenarios][references]") {
    Referring clinics(R"(<else missing="plain"/>)", with_texts(kSchema));
    auto& a = clinics[0];
    auto& b = clinics[1];
    a.sql("INSERT INTO person VALUES (9, 'Ann', '1980', 0), (10, 'Cy', '1990', 0)");
    a.sql("INSERT INTO vitals VALUES (1, '9', '60'), (2, '10', '80')");
    a.sql("INSERT INTO form VALUES (1, '10', 'vitals', '2')");
    b.sql("INSERT INTO person VALUES (10, 'Bo', '1970', 0)");
    b.sql("INSERT INTO vitals VALUES (2, '10', '70')");
    b.sql("INSERT INTO form VALUES (1, '10', 'vitals', '2')");
    clinics.meet();
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(clinics[i].lines(kForms) == Lines{"Bo vitals 70", "Cy vitals 80"});
        CHECK(
            clinics[i].lines("SELECT p.name || ' ' || pulse FROM vitals v JOIN person p ON p.id = "
                             "v.person") == Lines{"Ann 60", "Bo 70", "Cy 80"});
        CHECK(clinics[i].number("SELECT count(*) FROM vitals WHERE typeof(person) <> 'text'") == 0);
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

// ---- a key inside a longer text ----------------------------------------------------------------

namespace {

constexpr const char* kLinks = R"(
    CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, born TEXT, last TEXT);
    CREATE TABLE visit (id INTEGER PRIMARY KEY AUTOINCREMENT, person INTEGER, reason TEXT);
    CREATE TABLE note (id INTEGER PRIMARY KEY, person INTEGER, text TEXT, link TEXT);
    CREATE TABLE task (id INTEGER PRIMARY KEY, link TEXT COLLATE NOCASE, what TEXT);
    CREATE TABLE scan (id INTEGER PRIMARY KEY, title TEXT);)";

// Visits are `visit` to this site, people lie below its own folder.
std::string linked(const std::string& visit, const std::string& rest = "") {
    const auto reference = [&](const std::string& content) {
        return R"(<reference column="link" table="visit" target="id" none="" template=")" + visit +
               "\">" + content + "</reference>";
    };
    return R"(<mapping xmlns="urn:cloud-folder-sync:mapping" format="1" name="m" family="f" version="1">
      <patient table="person">
        <key column="id"/><identity column="name"/><identity column="born"/>
        <reference column="last" table="scan" target="id" template="scan {key}."/>
      </patient>
      <record table="visit"><key column="id"/><identity column="reason"/><owner column="person"/>
      </record>
      <record table="note"><key column="id"/><identity column="text"/><owner column="person"/>)" +
           reference(rest) + R"(</record>
      <record table="task"><key column="id"/><identity column="what"/>
        <owner column="link" table="visit" target="id"/>)" +
           reference("") + R"(</record>
      <record table="scan"><key column="id"/><identity column="title"/>
        <owner through="person" column="last"/></record>
    </mapping>)";
}

constexpr const char* kPlain = R"(<else missing="plain"/>)";

struct Linking : Clinics {
    explicit Linking(const std::string& rest = "", const std::string& other = "visit:{key}")
        : Clinics(kLinks, linked("visit:{key}", rest), {{}, {"", {}, linked(other, rest)}}) {
        a.sql("INSERT INTO person VALUES (1, 'Ann', '1980', NULL)");
        b.sql("INSERT INTO person VALUES (1, 'Bo', '1970', NULL)");
        b.sql("INSERT INTO visit VALUES (7, 1, 'of Bo')");
        a.sql("INSERT INTO visit VALUES (7, 1, 'of Ann')");
    }

    Clinic& a = (*this)[0];
    Clinic& b = (*this)[1];
};

// Notes and tasks with what they mean, where the site's texts begin so.
std::string links(const std::string& table, const std::string& column,
                  const std::string& beginning = "visit:") {
    return "SELECT t." + column + " || ' ' || coalesce((SELECT v.reason FROM visit v WHERE '" +
           beginning + "' || v.id = t.link), t.link, 'none') FROM " + table + " t";
}

}  // namespace

TEST_CASE("references: a key inside a longer text is that of the row at each site",
          "[scenarios][references]") {
    const std::string other = GENERATE(as<std::string>{}, "visit:", "v/");
    Linking clinics("", other + "{key}");
    auto &a = clinics.a, &b = clinics.b;
    a.sql("INSERT INTO note VALUES (1, 1, 'one', 'visit:7'), (2, 1, 'two', '')");
    a.sql("INSERT INTO task VALUES (1, 'visit:7', 'call')");
    a.sql("INSERT INTO scan VALUES (5, 'of the hand')");
    a.sql("UPDATE person SET last = 'scan 5.'");
    b.sql("INSERT INTO scan VALUES (5, 'of the foot')");
    b.sql("UPDATE person SET last = 'scan 5.'");
    b.sql("INSERT INTO note VALUES (1, 1, 'of Bo', '" + other + "7')");
    clinics.meet();
    const Lines notes = {"of Bo of Bo", "one of Ann", "two "};
    CHECK(a.lines(links("note", "text")) == notes);
    CHECK(b.lines(links("note", "text", other)) == notes);
    CHECK(b.lines(links("task", "what", other)) == Lines{"call of Ann"});
    for (auto* clinic : {&a, &b}) {
        CHECK(
            clinic->lines("SELECT name || ' ' || title FROM person JOIN scan ON last = 'scan ' || "
                          "scan.id || '.'") == Lines{"Ann of the hand", "Bo of the foot"});
    }
    // To another visit, and a text in another column of the row.
    b.sql("INSERT INTO visit VALUES (90, (SELECT id FROM person WHERE name = 'Ann'), 'later')");
    b.sql("UPDATE task SET link = '" + other + "90', what = 'call again'");
    clinics.meet();
    CHECK(a.lines(links("task", "what")) == Lines{"call again later"});
    CHECK(a.documents() == b.documents());
    CHECK(a.conflicts().empty());
    clinics.require_quiet();
}

TEST_CASE("references: a text that does not fit the template waits at the other sites",
          "[scenarios][references]") {
    Linking clinics;
    auto &a = clinics.a, &b = clinics.b;
    a.sql(
        "INSERT INTO note VALUES (1, 1, 'one', 'Visit 7'), (2, 1, 'two', 'visit:'), "
        "(3, 1, 'three', 'visit:77'), (4, 1, 'four', 'visit:7')");
    clinics.meet();
    CHECK(b.lines(links("note", "text")) == Lines{"four of Ann"});
    CHECK(b.sync().counts.pending == 3);
    a.sql("UPDATE note SET link = 'visit:7'");
    clinics.meet();
    CHECK(b.number("SELECT count(*) FROM note") == 4);
    // Not even where the database takes it for the same: it belongs to nobody.
    a.sql("INSERT INTO task VALUES (1, 'visit:7', 'call'), (2, 'Visit:7', 'lost')");
    clinics.meet();
    CHECK(b.lines("SELECT what FROM task") == Lines{"call"});
    clinics.require_quiet();
}

TEST_CASE("references: a text that does not fit travels as it is where the mapping says so",
          "[scenarios][references]") {
    // At the other site the first of these has the form of a key.
    Linking clinics(kPlain, "V-{key}");
    auto &a = clinics.a, &b = clinics.b;
    a.sql(
        "INSERT INTO note VALUES (1, 1, 'one', 'V-7'), (2, 1, 'two', 'by word of mouth'), "
        "(3, 1, 'three', 'visit:77'), (4, 1, 'four', '3ae0971c-584d-4b02-95f1-0e638fb9d427'), "
        "(5, 1, 'five', 'missing:7')");
    clinics.meet();
    CHECK(b.lines(links("note", "text", "V-")) == Lines{"two by word of mouth"});
    CHECK(b.sync().counts.pending == 4);
    a.sql("UPDATE note SET link = 'visit:7' WHERE id <> 2");
    a.sql("UPDATE note SET link = 'visit, by word of mouth' WHERE id = 2");
    clinics.meet();
    CHECK(b.lines(links("note", "text", "V-")) == Lines{"five of Ann", "four of Ann", "one of Ann",
                                                        "three of Ann",
                                                        "two visit, by word of mouth"});
    clinics.require_quiet();
}

TEST_CASE("references: a text follows its row to another key", "[scenarios][references]") {
    Linking clinics;
    auto &a = clinics.a, &b = clinics.b;
    a.sql("INSERT INTO note VALUES (1, 1, 'one', 'visit:7')");
    a.sql("INSERT INTO task VALUES (1, 'visit:7', 'call')");
    clinics.meet();
    a.sql("UPDATE visit SET id = 70 WHERE id = 7 AND reason = 'of Ann'");
    a.sql("UPDATE note SET link = 'visit:70'");
    a.sql("UPDATE task SET link = 'visit:70'");
    clinics.meet();
    // A deleted one comes back under another key, since its own is taken.
    a.sql("DELETE FROM visit WHERE id = 70");
    a.sql("INSERT INTO visit VALUES (70, (SELECT id FROM person WHERE name = 'Bo'), 'new')");
    clinics.meet();
    for (auto* clinic : {&a, &b}) {
        CHECK(clinic->lines(links("note", "text")) == Lines{"one of Ann"});
        CHECK(clinic->lines(links("task", "what")) == Lines{"call of Ann"});
    }
    CHECK(a.documents() == b.documents());
    clinics.require_quiet();
}
