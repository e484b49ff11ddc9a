// Numbers that a row has of its own and that the rows of another table share: forms of which each
// field is a row.
#include "tests/support/catch.h"
#include "tests/support/clinic.h"

using namespace cfs;
using namespace cfs::test;

namespace {

using Lines = std::vector<std::string>;

constexpr const char* kSchema = R"(
    CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, born TEXT);
    CREATE TABLE vitals (id INTEGER PRIMARY KEY, person INTEGER, pulse TEXT);
    CREATE TABLE form (id INTEGER PRIMARY KEY, person INTEGER, kind TEXT, number INTEGER, at TEXT,
        deleted INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE field (form INTEGER NOT NULL, name TEXT NOT NULL, value TEXT CHECK (value <> 'x'),
        PRIMARY KEY (form, name));
    CREATE TABLE sheet (id INTEGER PRIMARY KEY, person INTEGER, number INTEGER, at TEXT);
    CREATE TABLE line (sheet INTEGER NOT NULL, name TEXT NOT NULL, value TEXT,
        PRIMARY KEY (sheet, name));)";

constexpr const char* kMapping = R"(
<mapping xmlns="urn:cloud-folder-sync:mapping" format="1" name="forms" family="forms" version="1">
  <patient table="person">
    <key column="id" allocate="maximum"/>
    <identity column="name"/><identity column="born"/>
  </patient>
  <record table="vitals">
    <key column="id"/>
    <identity column="pulse"/>
    <owner column="person"/>
  </record>
  <record table="form">
    <key column="id"/>
    <identity column="at"/><identity column="kind"/>
    <owner column="person"/>
    <reference column="number" by="kind" none="0">
      <case is="vitals" table="vitals" target="id"/>
      <case starts="LBF" allocate="maximum" table="field" target="form"/>
    </reference>
  </record>
  <record table="field" rewritten="yes">
    <key column="form" allocate="natural"/>
    <key column="name" allocate="natural"/>
    <identity column="form"/><identity column="name"/>
    <owner column="form" table="form" target="number"/>
  </record>
  <record table="sheet">
    <key column="id"/>
    <local column="number" allocate="maximum" table="line" target="sheet"/>
    <identity column="at"/>
    <owner column="person"/>
  </record>
  <record table="line" rewritten="yes">
    <key column="sheet" allocate="natural"/>
    <key column="name" allocate="natural"/>
    <identity column="sheet"/><identity column="name"/>
    <owner column="sheet" table="sheet" target="number"/>
  </record>
</mapping>
)";

struct Forms : Clinics {
    explicit Forms(const std::string& before = {})
        : Clinics(std::string(kSchema) + before, kMapping, {{}, {}}) {}
};

// What the clinic shows of each person: every field of a form, and the pulse of one of vitals.
constexpr const char* kShown =
    "SELECT p.name || ' ' || f.at || ' ' || v.name || '=' || v.value FROM form f JOIN person p ON "
    "p.id = f.person JOIN field v ON v.form = f.number WHERE f.kind LIKE 'LBF%' AND f.deleted = 0 "
    "UNION ALL SELECT p.name || ' pulse ' || v.pulse FROM form f JOIN person p ON p.id = f.person "
    "JOIN vitals v ON v.id = f.number AND v.person = p.id WHERE f.kind = 'vitals'";

void person(Clinic& clinic, const std::string& name) {
    clinic.sql("INSERT INTO person SELECT coalesce(max(id), 0) + 1, '" + name +
               "', '1980' FROM person");
}

std::string key_of(const std::string& name) {
    return "(SELECT id FROM person WHERE name = '" + name + "')";
}

std::string number_of(const std::string& at) {
    return "(SELECT number FROM form WHERE at = '" + at + "')";
}

std::string field(const std::string& number, const std::string& name, const std::string& value) {
    return "INSERT OR REPLACE INTO field VALUES (" + number + ", '" + name + "', '" + value + "')";
}

void file_form(Clinic& clinic, const std::string& name, const std::string& at,
               const std::string& number) {
    clinic.sql("INSERT INTO form (person, kind, number, at) VALUES (" + key_of(name) +
               ", 'LBFneuro', " + number + ", '" + at + "')");
}

// The clinic program at work: the next free number, the fields, then the form.
void fill(Clinic& clinic, const std::string& name, const std::string& at,
          const std::map<std::string, std::string>& fields) {
    const auto number = clinic.value("SELECT coalesce(max(form), 0) + 1 FROM field");
    for (const auto& [field_name, value] : fields) {
        clinic.sql(field(number, field_name, value));
    }
    file_form(clinic, name, at, number);
}

// The pulse and the form that files it.
void measure(Clinic& clinic, const std::string& name, const std::string& pulse) {
    clinic.sql("INSERT INTO vitals (person, pulse) VALUES (" + key_of(name) + ", " + pulse + ")");
    clinic.sql("INSERT INTO form (person, kind, number, at) SELECT " + key_of(name) +
               ", 'vitals', max(id), 'vitals of " + pulse + "' FROM vitals");
}

}  // namespace

TEST_CASE("numbers: forms of two persons under one number stay apart at both sites",
          "[scenarios][numbers]") {
    Forms clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    person(a, "Ann");
    person(b, "Bo");
    fill(a, "Ann", "Monday", {{"gait", "steady"}, {"pain", "none"}});
    fill(b, "Bo", "Tuesday", {{"gait", "unsure"}, {"tremor", "left"}});
    measure(a, "Ann", "61");
    measure(b, "Bo", "99");
    REQUIRE(a.value("SELECT number FROM form WHERE at = 'Monday'") ==
            b.value("SELECT number FROM form WHERE at = 'Tuesday'"));
    const Lines all = {"Ann Monday gait=steady", "Ann Monday pain=none",   "Ann pulse 61",
                       "Bo Tuesday gait=unsure", "Bo Tuesday tremor=left", "Bo pulse 99"};
    clinics.meet();
    for (auto* clinic : {&a, &b}) {
        CHECK(clinic->lines(kShown) == all);
        CHECK(clinic->number("SELECT count(*) FROM field") == 4);
        CHECK(clinic->number("SELECT count(DISTINCT number) FROM form WHERE kind LIKE 'LBF%'") ==
              2);
    }
    // Each keeps its own number, and the program goes on behind both.
    CHECK(a.value("SELECT number FROM form WHERE at = 'Monday'") == "1");
    CHECK(b.value("SELECT number FROM form WHERE at = 'Tuesday'") == "1");
    clinics.require_settled();

    fill(a, "Bo", "Wednesday", {{"gait", "steady"}});
    fill(b, "Ann", "Thursday", {{"gait", "slow"}});
    clinics.meet();
    for (auto* clinic : {&a, &b}) {
        auto more = all;
        more.insert(more.end(), {"Bo Wednesday gait=steady", "Ann Thursday gait=slow"});
        std::sort(more.begin(), more.end());
        CHECK(clinic->lines(kShown) == more);
    }
    clinics.require_settled();
}

TEST_CASE("numbers: a field and an edit go to the form that they were made in",
          "[scenarios][numbers]") {
    Forms clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    person(a, "Ann");
    person(b, "Bo");
    fill(a, "Ann", "Monday", {{"gait", "steady"}});
    fill(b, "Bo", "Tuesday", {{"gait", "unsure"}});
    clinics.meet();
    b.sql(field(number_of("Monday"), "pain", "none"));
    a.sql(field(number_of("Tuesday"), "gait", "better"));
    clinics.meet();
    for (auto* clinic : {&a, &b}) {
        CHECK(clinic->lines(kShown) ==
              Lines{"Ann Monday gait=steady", "Ann Monday pain=none", "Bo Tuesday gait=better"});
    }
    clinics.require_settled();

    a.sql("UPDATE form SET deleted = 1 WHERE at = 'Monday'");
    clinics.meet();
    CHECK(b.lines(kShown) == Lines{"Bo Tuesday gait=better"});
    CHECK(b.number("SELECT count(*) FROM field") == 3);
    clinics.require_settled();
}

TEST_CASE("numbers: fields that both sites add to one form are one field each",
          "[scenarios][numbers]") {
    Forms clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    person(b, "Bo");
    fill(b, "Bo", "Tuesday", {{"tremor", "left"}});
    person(a, "Ann");
    fill(a, "Ann", "Monday", {{"gait", "steady"}});
    clinics.meet();
    REQUIRE(a.value("SELECT " + number_of("Monday")) != b.value("SELECT " + number_of("Monday")));
    for (auto* clinic : {&a, &b}) {
        clinic->sql(field(number_of("Monday"), "smoker", "no"));
    }
    a.sql(field(number_of("Monday"), "pain", "none"));
    b.sql(field(number_of("Monday"), "pain", "severe"));
    clinics.meet();
    for (auto* clinic : {&a, &b}) {
        CHECK(clinic->number("SELECT count(*) FROM field") == 4);
        const auto conflicts = clinic->conflicts();
        REQUIRE(conflicts.size() == 1);
        CHECK(conflicts.front().values.size() == 2);
        CHECK(clinic->sync().counts.pending == 0);
    }
    CHECK(a.lines(kShown) == b.lines(kShown));
    const auto conflict = a.conflicts().front();
    a.resolve(conflict, with(conflict, "value", "severe"));
    clinics.meet();
    CHECK(b.value("SELECT value FROM field WHERE name = 'pain'") == "severe");
    clinics.require_settled();
}

TEST_CASE("numbers: a field that was removed comes back as any deleted row does",
          "[scenarios][numbers]") {
    Forms clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    person(a, "Ann");
    fill(a, "Ann", "Monday", {{"gait", "steady"}, {"pain", "none"}});
    clinics.meet();
    a.sql("DELETE FROM field WHERE name = 'pain'");
    clinics.meet();
    for (auto* clinic : {&a, &b}) {
        CHECK(clinic->lines(kShown) == Lines{"Ann Monday gait=steady", "Ann Monday pain=none"});
    }
    // Emptied and filled again it is the same field.
    a.sql("DELETE FROM field WHERE name = 'pain'");
    a.sql(field(number_of("Monday"), "pain", "some"));
    clinics.meet();
    CHECK(b.lines(kShown) == Lines{"Ann Monday gait=steady", "Ann Monday pain=some"});
    clinics.require_settled();
}

TEST_CASE("numbers: the rows of a form may come before it and after it", "[scenarios][numbers]") {
    Forms clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    person(a, "Ann");
    person(b, "Bo");
    clinics.meet();
    // A sync while the clinic program is at work.
    a.sql(field("1", "gait", "steady"));
    clinics.meet();
    CHECK(b.number("SELECT count(*) FROM field") == 0);
    file_form(a, "Ann", "Monday", "1");
    clinics.meet();
    CHECK(b.lines(kShown) == Lines{"Ann Monday gait=steady"});
    clinics.require_settled();

    // A form without fields has no number that anybody would leave free for it.
    file_form(b, "Bo", "Tuesday", "2");
    clinics.meet();
    CHECK(a.number("SELECT count(*) FROM form") == 1);
    const auto report = a.sync();
    CHECK(report.counts.pending == 1);
    REQUIRE_FALSE(report.errors.empty());
    CHECK(report.errors.front().sentence.find("no row of field holds its number number yet") !=
          std::string::npos);
    b.sql(field("2", "gait", "unsure"));
    clinics.meet();
    for (auto* clinic : {&a, &b}) {
        CHECK(clinic->lines(kShown) == Lines{"Ann Monday gait=steady", "Bo Tuesday gait=unsure"});
    }
    clinics.require_settled();
}

TEST_CASE("numbers: a form of which no field can be written takes no number from another",
          "[scenarios][numbers]") {
    Forms clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    person(a, "Ann");
    person(b, "Bo");
    clinics.meet();
    a.sql("PRAGMA ignore_check_constraints = ON");
    fill(a, "Ann", "Monday", {{"gait", "x"}});
    clinics.meet();
    CHECK(b.number("SELECT count(*) FROM form") == 0);
    CHECK(b.sync().counts.pending == 2);
    // Its number is given to somebody else meanwhile.
    fill(b, "Bo", "Tuesday", {{"gait", "unsure"}});
    a.sql("UPDATE field SET value = 'steady'");
    clinics.meet();
    for (auto* clinic : {&a, &b}) {
        CHECK(clinic->lines(kShown) == Lines{"Ann Monday gait=steady", "Bo Tuesday gait=unsure"});
    }
    clinics.require_settled();
}

TEST_CASE("numbers: rows of no form are nobody's, and counted", "[scenarios][numbers]") {
    Forms clinics("INSERT INTO field VALUES (7, 'lost', 'before');");
    auto& a = clinics[0];
    auto& b = clinics[1];
    person(a, "Ann");
    fill(a, "Ann", "Monday", {{"gait", "steady"}});
    a.sql(field("99", "lost", "since"));
    // Not a form's but the number of somebody's pulse.
    measure(a, "Ann", "61");
    a.sql("UPDATE vitals SET id = 99");
    a.sql("UPDATE form SET number = 99 WHERE kind = 'vitals'");
    CHECK(says(a.sync(), "1 changed row belongs to no patient and stays here"));
    clinics.meet();
    CHECK(b.lines(kShown) == Lines{"Ann Monday gait=steady", "Ann pulse 61"});
    CHECK(b.lines("SELECT name || ' ' || value FROM field WHERE name = 'lost'") ==
          Lines{"lost before"});
    a.sql("DELETE FROM field WHERE value = 'since'");
    (void)a.sync();
    clinics.require_settled();
}

TEST_CASE("numbers: rows that two forms share are nobody's, and never another person's",
          "[scenarios][numbers]") {
    Forms clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    person(a, "Ann");
    person(a, "Bo");
    fill(a, "Ann", "Monday", {{"gait", "steady"}});
    clinics.meet();
    // The clinic program has lost count.
    file_form(a, "Bo", "Tuesday", "1");
    a.sql(field("1", "pain", "none"));
    a.sql(field("1", "gait", "slow"));
    CHECK(says(a.sync(), "1 changed row belongs to no patient and stays here"));
    clinics.meet();
    // What was Ann's stays hers; of what is new nobody knows.
    CHECK(b.lines(kShown) == Lines{"Ann Monday gait=slow"});
    CHECK(b.sync().counts.pending == 1);
    a.sql("UPDATE form SET number = 2 WHERE at = 'Tuesday'");
    a.sql(field("2", "gait", "unsure"));
    SyncRequest full;
    full.full = true;
    (void)a.sync(full);
    clinics.meet();
    for (auto* clinic : {&a, &b}) {
        CHECK(clinic->lines(kShown) ==
              Lines{"Ann Monday gait=slow", "Ann Monday pain=none", "Bo Tuesday gait=unsure"});
    }
    clinics.require_settled();
}

TEST_CASE("numbers: a deleted form comes back with its rows", "[scenarios][numbers]") {
    Forms clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    person(a, "Ann");
    person(b, "Bo");
    fill(a, "Ann", "Monday", {{"gait", "steady"}});
    clinics.meet();
    const Lines before = {"Ann Monday gait=steady"};
    SECTION("the form alone") { a.sql("DELETE FROM form"); }
    SECTION("with its rows") {
        a.sql("DELETE FROM form");
        a.sql("DELETE FROM field");
    }
    SECTION("and its number is another's by then") {
        a.sql("DELETE FROM form");
        a.sql("DELETE FROM field");
        fill(a, "Bo", "Tuesday", {{"gait", "unsure"}});
        clinics.meet();
        CHECK(b.lines(kShown) == Lines{"Ann Monday gait=steady", "Bo Tuesday gait=unsure"});
        a.sql("DELETE FROM form WHERE at = 'Tuesday'");
        b.sql("DELETE FROM form WHERE at = 'Tuesday'");
        clinics.meet();
        CHECK(a.lines(kShown) == b.lines(kShown));
        CHECK(a.lines(kShown) == Lines{"Ann Monday gait=steady", "Bo Tuesday gait=unsure"});
        return clinics.require_settled();
    }
    clinics.meet();
    for (auto* clinic : {&a, &b}) CHECK(clinic->lines(kShown) == before);
    clinics.require_settled();
}

TEST_CASE("numbers: copies of one database agree on their forms and go on apart",
          "[scenarios][numbers]") {
    Forms clinics(R"(
        INSERT INTO person VALUES (1, 'Ann', '1980'), (2, 'Bo', '1990');
        INSERT INTO form VALUES (1, 1, 'LBFneuro', 1, 'Monday', 0), (2, 2, 'LBFgut', 2, 'Friday', 0);
        INSERT INTO field VALUES (1, 'gait', 'steady'), (2, 'gait', 'unsure'), (2, 'pain', 'none');)");
    auto& a = clinics[0];
    auto& b = clinics[1];
    clinics.meet();
    CHECK(a.number("SELECT count(*) FROM field") == 3);
    clinics.require_settled();
    fill(a, "Ann", "Tuesday", {{"gait", "slow"}});
    fill(b, "Bo", "Wednesday", {{"gait", "fast"}});
    a.sql(field("2", "pain", "some"));
    clinics.meet();
    for (auto* clinic : {&a, &b}) {
        CHECK(clinic->lines(kShown) == Lines{"Ann Monday gait=steady", "Ann Tuesday gait=slow",
                                             "Bo Friday gait=unsure", "Bo Friday pain=some",
                                             "Bo Wednesday gait=fast"});
    }
    clinics.require_settled();
}

TEST_CASE("numbers: a row does not change between a number of its own and another's key",
          "[scenarios][numbers]") {
    Forms clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    person(a, "Ann");
    person(b, "Bo");
    fill(a, "Ann", "Monday", {{"gait", "steady"}});
    measure(a, "Ann", "61");
    measure(b, "Bo", "99");
    clinics.meet();
    a.sql("UPDATE form SET kind = 'LBFneuro', number = 5 WHERE at = 'vitals of 61'");
    clinics.meet();
    CHECK(b.value("SELECT kind FROM form WHERE at = 'vitals of 61'") == "vitals");
    const auto report = b.sync();
    CHECK(report.counts.pending == 1);
    REQUIRE_FALSE(report.errors.empty());
    CHECK(report.errors.front().sentence.find("its column number would mean something else") !=
          std::string::npos);
    CHECK(b.lines(kShown) == Lines{"Ann Monday gait=steady", "Ann pulse 61", "Bo pulse 99"});
}

TEST_CASE("numbers: rows that share a number of a row of one kind alone", "[scenarios][numbers]") {
    Forms clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    constexpr const char* kLines =
        "SELECT p.name || ' ' || s.at || ' ' || l.name || '=' || l.value FROM line l JOIN sheet s "
        "ON s.number = l.sheet JOIN person p ON p.id = s.person";
    for (auto [clinic, name] : {std::pair(&a, "Ann"), {&b, "Bo"}}) {
        person(*clinic, name);
        clinic->sql("INSERT INTO sheet VALUES (1, 1, 1, 'of " + std::string(name) + "')");
        clinic->sql("INSERT INTO line VALUES (1, 'item', '" + std::string(name) +
                    "'), (1, 'sum', 7)");
    }
    // A number may be kept for a sheet whose lines are not there yet.
    b.sql("INSERT INTO sheet VALUES (2, 1, 8, 'empty')");
    clinics.meet();
    for (auto* clinic : {&a, &b}) {
        CHECK(clinic->lines(kLines) == Lines{"Ann of Ann item=Ann", "Ann of Ann sum=7",
                                             "Bo of Bo item=Bo", "Bo of Bo sum=7"});
    }
    CHECK(b.value("SELECT number FROM sheet WHERE at = 'of Ann'") == "9");
}

TEST_CASE("numbers: rows with numbers of their own wait for a table that is missing",
          "[scenarios][numbers]") {
    Forms clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    person(a, "Ann");
    fill(a, "Ann", "Monday", {{"gait", "steady"}});
    measure(a, "Ann", "61");
    clinics.meet();
    const std::string table = GENERATE("field", "vitals");
    CAPTURE(table);
    const auto script = b.value("SELECT sql FROM sqlite_master WHERE name = '" + table + "'");
    b.sql("CREATE TABLE kept AS SELECT * FROM " + table);
    b.sql("DROP TABLE " + table);
    fill(a, "Ann", "Tuesday", {{"gait", "slow"}});
    measure(a, "Ann", "62");
    clinics.meet();
    CHECK(b.number("SELECT count(*) FROM form") == 2);
    CHECK(b.sync().errors.size() == 1);
    b.sql(script);
    b.sql("INSERT INTO " + table + " SELECT * FROM kept");
    b.sql("DROP TABLE kept");
    SyncRequest confirmed;
    confirmed.confirmed = {"triggers-missing"};
    (void)b.sync(confirmed);
    clinics.meet();
    CHECK(b.lines(kShown) ==
          Lines{"Ann Monday gait=steady", "Ann Tuesday gait=slow", "Ann pulse 61", "Ann pulse 62"});
    clinics.require_settled();
}

TEST_CASE("numbers: forms go on at a site that has other names for them", "[scenarios][numbers]") {
    std::string mapping = kMapping;
    for (const auto& [from, to] : std::map<std::string, std::string>{
             {"<record table=\"form\">",
              "<record table=\"form\"><renamed column=\"no\" as=\"number\"/>"},
             {"<record table=\"field\" rewritten=\"yes\">",
              "<record table=\"answer\" as=\"field\" rewritten=\"yes\"><renamed "
              "column=\"form_no\" as=\"form\"/>"},
             {"<record table=\"sheet\">",
              "<record table=\"page\" as=\"sheet\"><renamed column=\"no\" as=\"number\"/>"},
             {"<record table=\"line\" rewritten=\"yes\">",
              "<record table=\"line\" rewritten=\"yes\"><renamed column=\"page_no\" "
              "as=\"sheet\"/>"}}) {
        mapping.replace(mapping.find(from), from.size(), to);
    }
    constexpr const char* kRenamed = R"(
        ALTER TABLE form RENAME COLUMN number TO no;
        ALTER TABLE field RENAME COLUMN form TO form_no;
        ALTER TABLE field RENAME TO answer;
        ALTER TABLE sheet RENAME COLUMN number TO no;
        ALTER TABLE sheet RENAME TO page;
        ALTER TABLE line RENAME COLUMN sheet TO page_no;)";
    Clinics clinics(kSchema, kMapping, {{}, {kRenamed, {}, mapping}});
    auto& a = clinics[0];
    auto& b = clinics[1];
    person(a, "Ann");
    person(b, "Bo");
    fill(a, "Ann", "Monday", {{"gait", "steady"}, {"pain", "none"}});
    a.sql("INSERT INTO sheet VALUES (1, 1, 1, 'of Ann')");
    a.sql("INSERT INTO line VALUES (1, 'sum', '7')");
    for (const char* written :
         {"INSERT INTO answer VALUES (1, 'gait', 'unsure')",
          "INSERT INTO form (person, kind, no, at) VALUES (1, 'LBFneuro', 1, 'Tuesday')",
          "INSERT INTO page VALUES (1, 1, 1, 'of Bo')",
          "INSERT INTO line VALUES (1, 'sum', '9')"}) {
        b.sql(written);
    }
    clinics.meet();
    const auto shown = [&] {
        return b.lines(
            "SELECT p.name || ' ' || f.at || ' ' || v.name || '=' || v.value FROM form f JOIN "
            "person p ON p.id = f.person JOIN answer v ON v.form_no = f.no UNION ALL SELECT p.name "
            "|| ' sum ' || l.value FROM page s JOIN person p ON p.id = s.person JOIN line l ON "
            "l.page_no = s.no");
    };
    const Lines all = {"Ann Monday gait=steady", "Ann Monday pain=none", "Ann sum 7",
                       "Bo Tuesday gait=unsure", "Bo sum 9"};
    CHECK(shown() == all);
    CHECK(a.lines(kShown) ==
          Lines{"Ann Monday gait=steady", "Ann Monday pain=none", "Bo Tuesday gait=unsure"});
    CHECK(a.value("SELECT l.value FROM sheet s JOIN line l ON l.sheet = s.number WHERE s.at = "
                  "'of Bo'") == "9");
    // A form without fields waits at the other site.
    b.sql("INSERT INTO form (person, kind, no, at) VALUES (1, 'LBFneuro', 8, 'Friday')");
    clinics.meet();
    CHECK(a.number("SELECT count(*) FROM form") == 2);
    b.sql("INSERT INTO answer VALUES (8, 'gait', 'better')");
    b.sql("UPDATE answer SET value = 'some' WHERE name = 'pain'");
    clinics.meet();
    CHECK(a.lines(kShown) == Lines{"Ann Monday gait=steady", "Ann Monday pain=some",
                                   "Bo Friday gait=better", "Bo Tuesday gait=unsure"});
    clinics.require_quiet();

    b.sql("ALTER TABLE answer RENAME TO replies");
    const auto report = b.sync();
    REQUIRE_FALSE(report.errors.empty());
    CHECK(report.errors.front().sentence.find("no longer has the table answer") !=
          std::string::npos);
}
