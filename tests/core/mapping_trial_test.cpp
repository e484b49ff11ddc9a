#include "core/database/mapping_trial.h"

#include "core/database/mapping_file.h"
#include "core/database/sqlite_backend.h"
#include "core/model/error.h"
#include "tests/support/catch.h"

using namespace cfs;

namespace {

using Names = std::vector<std::string>;

constexpr const char* kMapping = R"(
<mapping xmlns="urn:cloud-folder-sync:mapping" format="1" name="t" family="f" version="1">
  <patient table="patient">
    <key column="id"/><identity column="name"/>
    <lookup column="doctor" table="doctor" target="id" none="0"><by column="login"/></lookup>
    <reference column="photo" table="photo" target="id" missing="null"/>
  </patient>
  <record table="photo">
    <key column="id"/><identity column="id"/><owner through="patient" column="photo"/>
  </record>
  <record table="visit">
    <key column="id"/><identity column="at"/><owner column="patient" none="0"/>
    <reference column="earlier" table="visit" target="id"/>
    <skip column="state"/>
  </record>
  <record table="operation">
    <key column="id"/><identity column="at"/>
    <owner column="visit" table="visit" target="id"/>
    <owner column="patient"/>
  </record>
</mapping>)";

class Clinic {
  public:
    Clinic() {
        execute(
            {"CREATE TABLE doctor (id INTEGER PRIMARY KEY, login TEXT)",
             "CREATE TABLE photo (id INTEGER PRIMARY KEY, image BLOB)",
             "CREATE TABLE patient (id INTEGER PRIMARY KEY, name TEXT, doctor INTEGER, photo "
             "INTEGER, note TEXT)",
             "CREATE TABLE visit (id INTEGER PRIMARY KEY, patient INTEGER, at TEXT, earlier "
             "INTEGER, state TEXT, note TEXT)",
             "CREATE TABLE operation (id INTEGER PRIMARY KEY, visit INTEGER, patient INTEGER, "
             "at TEXT)",
             "CREATE TABLE settings (name TEXT)", "CREATE TABLE cfs_row (row TEXT)",
             "INSERT INTO doctor VALUES (1, 'a'), (2, 'b'), (3, 'b')",
             "INSERT INTO photo VALUES (7, x'00')",
             "INSERT INTO patient VALUES (1, 'x', 1, 7, NULL), (2, 'y', 0, NULL, NULL)",
             "INSERT INTO visit VALUES (1, 1, 'd', NULL, 's', ''), (2, 2, 'd', NULL, 's', '')",
             "INSERT INTO operation VALUES (1, 1, NULL, 'd'), (2, NULL, 2, 'd'), (3, 1, 1, 'd')"});
    }

    void execute(std::initializer_list<const char*> statements) {
        for (const char* statement : statements) session->execute(statement);
    }

    [[nodiscard]] MappingTrial trial(const char* mapping = kMapping) {
        return try_mapping(mapping_from_xml(mapping, "t"), *backend, *session);
    }

    [[nodiscard]] TableTrial trial_of(const std::string& table) {
        for (auto& item : trial().tables) {
            if (item.table == table) return item;
        }
        FAIL("there is no " << table);
        return {};
    }

    std::unique_ptr<Backend> backend = make_sqlite_backend(":memory:");
    std::unique_ptr<SqlSession> session = backend->connect();
};

}  // namespace

TEST_CASE("mapping trial: what is covered and what is not") {
    Clinic clinic;
    const auto trial = clinic.trial();
    REQUIRE(trial.mapping == "t");
    REQUIRE(trial.tables.size() == 4);
    REQUIRE(trial.tables.front().patient);
    REQUIRE(trial.unmapped == Names{"doctor", "settings"});
    REQUIRE_FALSE(trial.has_trouble());
    const auto visit = clinic.trial_of("visit");
    REQUIRE(visit.rows == 2);
    REQUIRE(visit.mapped == Names{"id", "patient", "at", "earlier", "state"});
    REQUIRE(visit.skipped == Names{"state"});
    REQUIRE(visit.unknown == Names{"note"});
}

TEST_CASE("mapping trial: rows without a patient are counted, those below them too") {
    Clinic clinic;
    clinic.execute(
        {"INSERT INTO visit (id, patient, at) VALUES (3, 9, 'd'), (4, 0, 'd'), (5, NULL, "
         "'d')",
         "INSERT INTO operation VALUES (4, 3, NULL, 'd')", "INSERT INTO photo VALUES (8, x'')"});
    REQUIRE(clinic.trial_of("visit").orphans == 3);
    REQUIRE(clinic.trial_of("operation").orphans == 1);
    REQUIRE(clinic.trial_of("photo").orphans == 1);
    REQUIRE(clinic.trial_of("visit").columns.size() == 1);
    REQUIRE(clinic.trial_of("visit").columns.front().rows == 1);
    REQUIRE(clinic.trial().has_trouble());
}

TEST_CASE("mapping trial: a row whose ways lead to two patients") {
    Clinic clinic;
    clinic.execute({"INSERT INTO operation VALUES (4, 1, 2, 'd')"});
    REQUIRE(clinic.trial_of("operation").two_owners == 1);
    REQUIRE(clinic.trial_of("operation").orphans == 0);
}

TEST_CASE("mapping trial: a reference to nothing and one to another patient's row") {
    Clinic clinic;
    clinic.execute({"UPDATE visit SET earlier = 77 WHERE id = 1",
                    "UPDATE visit SET earlier = 1 WHERE id = 2"});
    const auto visit = clinic.trial_of("visit");
    REQUIRE(visit.columns.size() == 2);
    for (const auto& trouble : visit.columns) {
        REQUIRE(trouble.column == "earlier");
        REQUIRE(trouble.rows == 1);
    }
    REQUIRE(visit.orphans == 0);
}

TEST_CASE("mapping trial: texts that hold a key, and those that do not fit") {
    Clinic clinic;
    clinic.execute({"CREATE TABLE note (id INTEGER PRIMARY KEY, link TEXT)",
                    "INSERT INTO note VALUES (1, 'visit 1.'), (2, 'visit 2.'), (3, 'visit 9.'), "
                    "(4, 'Visit 1'), (5, NULL)"});
    const std::string before = R"(
<mapping xmlns="urn:cloud-folder-sync:mapping" format="1" name="t" family="f" version="1">
  <patient table="patient"><key column="id"/><identity column="name"/></patient>
  <record table="visit"><key column="id"/><identity column="at"/><owner column="patient"/></record>
  <record table="note"><key column="id"/><identity column="link"/>
    <owner column="link" table="visit" target="id"/>
    <reference column="link" table="visit" target="id" template="visit {key}.">)";
    const std::string after = "</reference></record></mapping>";
    const auto note = clinic.trial((before + after).c_str()).tables.back();
    REQUIRE(note.table == "note");
    CHECK(note.orphans == 3);
    REQUIRE(note.columns.size() == 2);
    CHECK(note.columns[0].what == "mean a row of visit that is not there");
    CHECK(note.columns[0].rows == 1);
    CHECK(note.columns[1].what == "do not fit the template");
    CHECK(note.columns[1].rows == 1);
    CHECK(clinic.trial((before + "<else missing=\"plain\"/>" + after).c_str())
              .tables.back()
              .columns.size() == 1);
}

TEST_CASE("mapping trial: cases of a reference, and rows that are left out") {
    Clinic clinic;
    clinic.execute(
        {"CREATE TABLE sheet (id INTEGER PRIMARY KEY, text TEXT)",
         "CREATE TABLE form (id INTEGER PRIMARY KEY, patient INTEGER, dir TEXT, form INTEGER)",
         "INSERT INTO sheet VALUES (1, 'by form 1'), (2, 'orphan'), (3, 'not by a visit')",
         "INSERT INTO form VALUES (1, 1, 'LBFx', 1), (2, 1, 'visit', 2), (3, 2, 'visit', 3), (4, "
         "1, 'else', 5), (5, 9, 'draft', 1)"});
    const auto trial = clinic.trial(R"(
<mapping xmlns="urn:cloud-folder-sync:mapping" format="1" name="t" family="f" version="1">
  <patient table="patient"><key column="id"/><identity column="name"/></patient>
  <record table="visit"><key column="id"/><identity column="at"/><owner column="patient"/></record>
  <record table="sheet"><key column="id"/><identity column="text"/>
    <owner through="form" column="form"/></record>
  <record table="form"><key column="id"/><identity column="dir"/><owner column="patient"/>
    <where column="dir" is-not="draft"/>
    <reference column="form" by="dir">
      <case is="visit" table="visit" target="id"/><case starts="LBF" table="sheet" target="id"/>
    </reference></record>
</mapping>)");
    std::map<std::string, TableTrial> trials;
    for (const auto& table : trial.tables) trials[table.table] = table;
    REQUIRE(trials.at("form").rows == 4);
    REQUIRE(trials.at("form").orphans == 0);
    REQUIRE(trials.at("form").mapped == Names{"id", "patient", "dir", "form"});
    REQUIRE(trials.at("sheet").orphans == 2);
    std::vector<std::string> what;
    for (const auto& trouble : trials.at("form").columns) {
        REQUIRE(trouble.column == "form");
        REQUIRE(trouble.rows == 1);
        what.push_back(trouble.what);
    }
    REQUIRE(what == Names{"mean a row of visit that is another patient's",
                          "mean a row of visit that is not there", "are of no case"});
}

TEST_CASE("mapping trial: rows that share a number of a form's own") {
    Clinic clinic;
    clinic.execute(
        {"CREATE TABLE field (form INTEGER, name TEXT, PRIMARY KEY (form, name))",
         "CREATE TABLE form (id INTEGER PRIMARY KEY, patient INTEGER, dir TEXT, form INTEGER)",
         "INSERT INTO form VALUES (1, 1, 'LBFx', 1), (2, 2, 'visit', 2), (3, 1, 'LBFy', 7), (4, 2, "
         "'LBFx', 7)",
         "INSERT INTO field VALUES (1, 'of a form'), (2, 'by the number of a visit'), (7, 'of two "
         "forms'), (9, 'of none')"});
    const auto trial = clinic.trial(R"(
<mapping xmlns="urn:cloud-folder-sync:mapping" format="1" name="t" family="f" version="1">
  <patient table="patient"><key column="id"/><identity column="name"/></patient>
  <record table="visit"><key column="id"/><identity column="at"/><owner column="patient"/></record>
  <record table="form"><key column="id"/><identity column="dir"/><owner column="patient"/>
    <reference column="form" by="dir">
      <case is="visit" table="visit" target="id"/>
      <case starts="LBF" allocate="maximum" table="field" target="form"/>
    </reference></record>
  <record table="field"><key column="form" allocate="natural"/>
    <key column="name" allocate="natural"/><identity column="name"/>
    <owner column="form" table="form" target="form"/></record>
</mapping>)");
    std::map<std::string, TableTrial> trials;
    for (const auto& table : trial.tables) trials[table.table] = table;
    REQUIRE(trials.at("field").rows == 4);
    REQUIRE(trials.at("field").orphans == 3);
    REQUIRE(trials.at("field").columns.size() == 1);
    REQUIRE(trials.at("field").columns.front().rows == 2);
    REQUIRE(trials.at("field").columns.front().what == "mean a row of form that is not there");
    REQUIRE(trials.at("form").columns.size() == 1);
    REQUIRE(trials.at("form").columns.front().rows == 1);
    REQUIRE(trials.at("form").columns.front().what == "hold a number that another row has, too");
}

TEST_CASE("mapping trial: lookups that find nothing or several rows") {
    Clinic clinic;
    clinic.execute({"UPDATE patient SET doctor = 2 WHERE id = 1",
                    "UPDATE patient SET doctor = 9 WHERE id = 2"});
    const auto patient = clinic.trial_of("patient");
    REQUIRE(patient.columns.size() == 2);
    REQUIRE(patient.columns[0].what.find("natural key others have too") != std::string::npos);
    REQUIRE(patient.columns[1].what.find("not there") != std::string::npos);
}

TEST_CASE("mapping trial: keys that are not unique, values that are no text") {
    Clinic clinic;
    clinic.execute(
        {"DROP TABLE operation",
         "CREATE TABLE operation (id INTEGER, visit INTEGER, "
         "patient INTEGER, at TEXT)",
         "INSERT INTO operation VALUES (1, 1, NULL, 'd'), (1, 2, NULL, 'd'), (2, 1, NULL, "
         "'d')",
         "UPDATE visit SET note = CAST(x'ff41' AS TEXT) WHERE id = 1",
         "UPDATE visit SET note = char(1) || 'a' WHERE id = 2"});
    REQUIRE(clinic.trial_of("operation").same_key == 2);
    const auto visit = clinic.trial_of("visit");
    REQUIRE(visit.columns.size() == 1);
    REQUIRE(visit.columns.front().column == "note");
    REQUIRE(visit.columns.front().rows == 1);
}

TEST_CASE("mapping trial: patients who share what <match> takes for an identifier") {
    Clinic clinic;
    clinic.execute(
        {"ALTER TABLE patient ADD COLUMN number TEXT", "ALTER TABLE patient ADD COLUMN place TEXT",
         "ALTER TABLE patient ADD COLUMN born TEXT",
         "INSERT INTO patient (name, number, place) VALUES ('a', '7', 'n'), ('b', '7', 'n'), "
         "('c', '7', 's'), ('d', '', 'n'), ('e', '', 'n'), ('f', '7', NULL), ('g', '7', "
         "NULL), ('h', '77', 's'), ('i', '77', 's'), ('j', '77', 's')"});
    const auto shared = [&](const std::string& columns) {
        const auto trial = clinic.trial((R"(
<mapping xmlns="urn:cloud-folder-sync:mapping" format="1" name="t" family="f" version="1">
  <patient table="patient"><key column="id"/><identity column="name"/>
    <match>)" + columns + R"(<agree column="born"/></match></patient>
</mapping>)")
                                            .c_str());
        CHECK(trial.has_trouble() == (trial.tables.front().same_identifier > 0));
        return trial.tables.front().same_identifier;
    };
    CHECK(shared(R"(<column name="number"/><column name="place"/>)") == 5);
    CHECK(shared(R"(<column name="number"/>)") == 8);
    clinic.execute({"UPDATE patient SET number = name WHERE number <> ''"});
    CHECK(shared(R"(<column name="number"/>)") == 0);
}

namespace {

using Faults = std::vector<ColumnFault>;

// Of the last table.
Faults faults_of(Clinic& clinic, const std::string& rest) {
    const auto trial = clinic.trial((R"(
<mapping xmlns="urn:cloud-folder-sync:mapping" format="1" name="t" family="f" version="1">
  <patient table="patient"><key column="id"/><identity column="name"/></patient>)" +
                                     rest + "</mapping>")
                                        .c_str());
    CHECK(trial.has_trouble() == !trial.tables.back().faults.empty());
    return trial.tables.back().faults;
}

constexpr const char* kWard = R"(<record table="ward"><key column="code" allocate="natural"/>
    <identity column="code"/><owner column="patient"/></record>)";

std::string bed(const std::string& content) {
    return R"(<record table="bed"><key column="id"/><identity column="at"/>
        <owner column="patient"/>)" +
           content + "</record>";
}

}  // namespace

TEST_CASE("mapping trial: a foreign key that would travel as a number of this database") {
    Clinic clinic;
    clinic.execute(
        {"CREATE TABLE drug (atc TEXT PRIMARY KEY)",
         "CREATE TABLE ward (code INTEGER PRIMARY KEY, patient INTEGER)",
         "CREATE TABLE bed (id INTEGER PRIMARY KEY, patient INTEGER REFERENCES patient, at TEXT, "
         "who INTEGER REFERENCES DOCTOR (id), before INTEGER REFERENCES bed, drug TEXT REFERENCES "
         "drug, ward INTEGER REFERENCES ward)"});
    const auto leads = [](const std::string& table, const std::string& element) {
        return "refers to " + table + " in this database, but travels as it is: give it a <" +
               element + ">, or <skip> it";
    };
    // A code is the same everywhere; nothing is told of the owner and of a key that travels.
    CHECK(faults_of(clinic, kWard + bed("")) ==
          Faults{{"before", leads("bed", "reference")}, {"who", leads("doctor", "lookup")}});
    CHECK(faults_of(clinic,
                    bed("<skip column=\"before\"/><volatile column=\"who\" write=\"set\"/>")) ==
          Faults{{"ward", leads("ward", "lookup")}, {"who", leads("doctor", "lookup")}});
    CHECK(faults_of(clinic, kWard + bed(R"(<reference column="before" table="bed" target="id"/>
                       <volatile column="who" write="skip"/>)"))
              .empty());
    // A number may be the same everywhere: a lookup without <by> says so.
    CHECK(faults_of(clinic, bed(R"(<reference column="before" table="bed" target="id"/>
                       <lookup column="who" table="doctor" target="id"/>
                       <lookup column="ward" table="ward" target="code"/>)"))
              .empty());
    CHECK(faults_of(clinic, kWard + bed(R"(<renamed column="who" as="doctor"/>
                       <skip column="before"/>)")) ==
          Faults{{"doctor", leads("doctor", "lookup")}});
}

TEST_CASE("mapping trial: a column that new rows would leave empty and may not") {
    Clinic clinic;
    clinic.execute(
        {"CREATE TABLE bed (id INTEGER PRIMARY KEY, patient INTEGER NOT NULL, at TEXT NOT NULL, "
         "state TEXT NOT NULL, room TEXT NOT NULL DEFAULT '', lock INTEGER NOT NULL, note TEXT)"});
    const std::string empty =
        "may not be empty and has no default in this database, and no value travels, so that new "
        "rows from other sites would wait for ever: give it a <default>";
    const std::string stays = R"(<skip column="state"/><skip column="room"/><skip column="note"/>
        <volatile column="lock" write="increment"/>)";
    CHECK(faults_of(clinic, bed(stays)) == Faults{{"state", empty}, {"lock", empty}});
    CHECK(faults_of(clinic, bed(stays + R"(<default column="state" value=""/>
                       <default column="lock" value="0"/>)"))
              .empty());
}

TEST_CASE("mapping trial: a default that a column of numbers does not take") {
    Clinic clinic;
    clinic.execute(
        {"CREATE TABLE bed (id INTEGER PRIMARY KEY, patient INTEGER, at TEXT, size "
         "DECIMAL(5,2), floor INTEGER)"});
    const auto with = [&](const std::string& size, const std::string& floor) {
        return faults_of(clinic, bed("<default column=\"size\" value=\"" + size +
                                     "\"/><default column=\"at\" value=\"abc\"/>"
                                     "<default column=\"floor\" value=\"" +
                                     floor + "\"/>"));
    };
    CHECK(with("-1.50", "3").empty());
    CHECK(with("abc", "") ==
          Faults{{"size",
                  "is of the type DECIMAL(5,2) in this database, but its <default> is no "
                  "number: give it one"},
                 {"floor",
                  "is of the type INTEGER in this database, but its <default> is no "
                  "number: give it one"}});
}

TEST_CASE("mapping trial: more rows than are read at once") {
    Clinic clinic;
    clinic.execute(
        {"WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n LIMIT 1000) "
         "INSERT INTO visit (id, patient, at) SELECT i, 1 + i % 3, 'd' FROM n"});
    const auto visit = clinic.trial_of("visit");
    REQUIRE(visit.rows == 1002);
    REQUIRE(visit.orphans == 333);
}

TEST_CASE("mapping trial: a wrong name is told as when enabling") {
    Clinic clinic;
    clinic.execute({"ALTER TABLE visit RENAME COLUMN state TO status"});
    try {
        (void)clinic.trial();
        FAIL("no error");
    } catch (const Error& error) {
        REQUIRE(error.code() == ErrorCode::mapping_column);
    }
}

TEST_CASE("mapping trial: nothing is written") {
    Clinic clinic;
    const auto changes = clinic.session->number("SELECT total_changes()");
    (void)clinic.trial();
    REQUIRE(clinic.session->number("SELECT total_changes()") == changes);
}
