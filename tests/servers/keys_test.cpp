// Numbers that are given here, and rows found by what they hold, on every database system.
#include "core/database/clinic_tables.h"
#include "core/database/mapping_file.h"
#include "tests/servers/system.h"
#include "tests/support/catch.h"

using namespace cfs;

namespace {

constexpr const char* kMapping = R"(<mapping xmlns="urn:cloud-folder-sync:mapping" format="1"
    name="keys" family="keys" version="1">
  <patient table="patient">
    <key column="pid" allocate="sequence" table="numbers" target="last"/>
    <local column="id"/><local column="code" allocate="copy"/>
    <identity column="name"/>
    <uuid column="uuid" form="binary"/>
    <unique column="no" clash="regenerate" within="born"/>
    <unique column="label" clash="suffix"/>
    <lookup column="town" table="town" target="id" missing="create">
      <by column="name"/><copy column="size"/>
    </lookup>
  </patient>
  <record table="note">
    <key column="id" allocate="uuid"/><local column="number" allocate="maximum"/>
    <identity column="text"/><owner column="pid"/>
  </record>
</mapping>)";

struct Clinic {
    explicit Clinic(test::Bench& used) : bench(used), mapping(mapping_from_xml(kMapping, "keys")) {
        const auto automatic = bench.system->automatic_key();
        const auto bytes = bench.system->name() == "PostgreSQL" ? "BYTEA" : "VARBINARY(16)";
        bench.run("CREATE TABLE numbers (last INTEGER NOT NULL)");
        bench.run("CREATE TABLE town (id " + automatic + ", name VARCHAR(40), size NUMERIC(8,2))");
        bench.run("CREATE TABLE patient (id " + automatic +
                  ", pid INTEGER, code INTEGER, name VARCHAR(40), uuid " + bytes +
                  ", no INTEGER, born DATE, label VARCHAR(40), town INTEGER)");
        bench.run(
            "CREATE TABLE note (id VARCHAR(36) PRIMARY KEY, number INTEGER, text "
            "VARCHAR(40), pid INTEGER)");
        bench.run("INSERT INTO numbers VALUES (41)");
        check_mapping(mapping, *bench.backend, *bench.session);
        tables = std::make_unique<ClinicTables>(*bench.backend, *bench.session, mapping,
                                                system_random());
    }

    [[nodiscard]] const TableMapping& patient() const { return mapping.patient_table(); }

    std::string add(const std::string& name, std::map<std::string, Value> columns = {}) {
        columns.emplace("name", text_value(name));
        SqlTransaction transaction(*bench.session, bench.backend->begin_statement());
        auto key = tables->insert(patient(), columns, "");
        transaction.commit();
        return key;
    }

    test::Bench& bench;
    Mapping mapping;
    std::unique_ptr<ClinicTables> tables;
};

std::string value(test::Bench& bench, const std::string& sql) {
    return bench.session->value(sql).value_or("NULL");
}

}  // namespace

TEST_CASE("servers: a sequence is counted on, and is never behind the rows") {
    CFS_FOR_EACH_SYSTEM(bench);
    Clinic clinic(bench);
    CHECK(clinic.add("a") == "42");
    CHECK(clinic.add("b") == "43");
    CHECK(value(bench, "SELECT last FROM numbers") == "43");
    CHECK(value(bench, "SELECT COUNT(*) FROM patient WHERE code = pid") == "2");
    CHECK(value(bench, "SELECT COUNT(DISTINCT id) FROM patient") == "2");
    bench.run("UPDATE numbers SET last = 7");
    CHECK(clinic.add("c") == "44");
    CHECK(value(bench, "SELECT last FROM numbers") == "44");
    bench.run("DELETE FROM numbers");
    CHECK(test::code_of([&] { (void)clinic.add("d"); }) == ErrorCode::row_refused);
}

TEST_CASE("servers: a number that the clinic program took meanwhile is not given again") {
    CFS_FOR_EACH_SYSTEM(bench);
    if (!bench.system->locks_rows()) return;
    Clinic clinic(bench);
    std::string key;
    try {
        SqlTransaction transaction(*bench.session, bench.backend->begin_statement());
        REQUIRE(bench.session->number("SELECT COUNT(*) FROM patient") == 0);
        bench.system->program()->execute("UPDATE numbers SET last = last + 1");
        key = clinic.tables->insert(clinic.patient(), {{"name", text_value("a")}}, "");
        transaction.commit();
    } catch (const Error& error) {
        // What began before fails, and is done again.
        REQUIRE(error.code() == ErrorCode::database_locked);
        key = clinic.add("a");
    }
    CHECK(key == "43");
    CHECK(value(bench, "SELECT last FROM numbers") == "43");
}

TEST_CASE("servers: new UUIDs and numbers beside the key") {
    CFS_FOR_EACH_SYSTEM(bench);
    Clinic clinic(bench);
    const auto& note = *clinic.mapping.find("note");
    const auto first = clinic.tables->insert(note, {{"text", text_value("a")}}, "");
    CHECK(Uuid::parse(first));
    bench.run("UPDATE note SET id = '6BA7B8109DAD11D180B400C04FD430C8', number = 7");
    const auto second = clinic.tables->insert(note, {{"text", text_value("b")}}, "");
    CHECK(second.size() == 32);
    CHECK(second.find_first_not_of("0123456789ABCDEF") == std::string::npos);
    CHECK(value(bench, "SELECT number FROM note WHERE text = 'b'") == "8");
}

TEST_CASE("servers: rows are found by texts, numbers, dates and bytes that they hold") {
    CFS_FOR_EACH_SYSTEM(bench);
    Clinic clinic(bench);
    const Value uuid = test::binary_value(std::string("\x00\x11\xff", 3) + std::string(13, 'x'));
    const auto key = clinic.add("a", {{"uuid", uuid},
                                      {"no", text_value("5")},
                                      {"born", text_value("1980-02-03")},
                                      {"label", text_value("it's")}});
    (void)clinic.add("b");
    const auto found = [&](const std::map<std::string, Value>& values) {
        std::vector<std::string> keys;
        for (const auto& row : clinic.tables->read_equal(clinic.patient(), values)) {
            keys.push_back(row.key);
        }
        return keys;
    };
    const std::vector<std::string> only = {key};
    CHECK(found({{"uuid", uuid}}) == only);
    CHECK(found({{"no", text_value("5")}, {"born", text_value("1980-02-03")}}) == only);
    CHECK(found({{"label", text_value("it's")}}) == only);
    CHECK(found({{"no", text_value("6")}}).empty());
    CHECK(found({{"uuid", test::binary_value(std::string(16, 'x'))}}).empty());
}

TEST_CASE("servers: a number that is taken is exchanged for a free one") {
    CFS_FOR_EACH_SYSTEM(bench);
    Clinic clinic(bench);
    const auto row = [](const std::string& no, const std::string& born, const std::string& label) {
        return std::map<std::string, Value>{
            {"no", text_value(no)}, {"born", text_value(born)}, {"label", text_value(label)}};
    };
    const auto key = clinic.add("a", row("9", "1980-01-01", "x"));
    (void)clinic.add("b", row("30", "1990-01-01", "x-2"));
    const auto free = [&](std::size_t column, const std::map<std::string, Value>& columns,
                          const std::string& own = "") {
        const auto& unique = clinic.patient().uniques.at(column);
        const auto other = clinic.tables->without_clash(clinic.patient(), unique, columns, own);
        return other ? other->bytes : "as it is";
    };
    CHECK(free(0, row("9", "1980-01-01", "")) == "10");
    CHECK(free(0, row("9", "1990-01-01", "")) == "as it is");
    CHECK(free(0, {{"no", text_value("9")}}) == "31");
    CHECK(free(0, row("9", "1980-01-01", ""), key) == "as it is");
    CHECK(free(1, row("", "1980-01-01", "x")) == "x-3");
    CHECK(free(1, row("", "1980-01-01", "y")) == "as it is");
    CHECK(free(1, {{"label", null_value()}}) == "as it is");
}

TEST_CASE("servers: the missing row of a list is made") {
    CFS_FOR_EACH_SYSTEM(bench);
    Clinic clinic(bench);
    const auto& lookup = *clinic.patient().lookup("town");
    bench.run("INSERT INTO town (name, size) VALUES ('Ulm', 12.50)");
    const auto ulm = value(bench, "SELECT id FROM town");
    const auto copies = clinic.tables->lookups().copies(lookup, ulm);
    REQUIRE(copies.contains("size"));
    CHECK_FALSE(clinic.tables->lookups().target(lookup, "Rom"));
    const auto rome = clinic.tables->lookups().create(lookup, "Rom", copies);
    REQUIRE(rome);
    CHECK(clinic.tables->lookups().target(lookup, "Rom") == rome);
    CHECK(value(bench, "SELECT COUNT(*) FROM town a JOIN town b ON a.size = b.size") == "4");
    CHECK_FALSE(clinic.tables->lookups().create(lookup, "Ulm", {}));
    CHECK(value(bench, "SELECT COUNT(*) FROM town") == "2");
}

TEST_CASE("servers: a natural key in a column that is padded with blanks travels without them") {
    CFS_FOR_EACH_SYSTEM(bench);
    Clinic clinic(bench);
    bench.run("DROP TABLE town");
    bench.run("CREATE TABLE town (id " + bench.system->automatic_key() +
              ", name CHAR(38), size NUMERIC(8,2))");
    bench.run("INSERT INTO town (name) VALUES ('Ulm')");
    const auto ulm = value(bench, "SELECT id FROM town");
    const auto& lookup = *clinic.patient().lookup("town");
    CHECK(clinic.tables->lookups().natural_key(lookup, ulm) == "Ulm");
    CHECK(clinic.tables->lookups().target(lookup, "Ulm") == ulm);
}

namespace {

constexpr const char* kForms = R"(<mapping xmlns="urn:cloud-folder-sync:mapping" format="1"
    name="forms" family="forms" version="1">
  <patient table="patient"><key column="id"/><identity column="name"/></patient>
  <record table="form">
    <key column="id"/><identity column="kind"/><owner column="patient"/>
    <reference column="number" by="kind">
      <case is="letter" table="form" target="id"/>
      <case starts="LBF" allocate="RULE" table="field" target="form"/>
    </reference>
  </record>
  <record table="field">
    <key column="form" allocate="natural"/><key column="name" allocate="natural"/>
    <identity column="form"/><identity column="name"/>
    <owner column="form" table="form" target="number"/>
  </record>
</mapping>)";

// Forms of which each field is a row, under a number that is given here.
struct FormClinic {
    FormClinic(test::Bench& used, const std::string& rule, bool renamed = false) : bench(used) {
        const auto automatic = bench.system->automatic_key();
        std::map<std::string, std::string> numbers = {
            {"MariaDB", "INTEGER NOT NULL AUTO_INCREMENT"}, {"PostgreSQL", "SERIAL"}};
        auto number = numbers[bench.system->name()];
        if (number.empty()) number = "INTEGER NOT NULL";
        bench.run("CREATE TABLE patient (id " + automatic + ", name VARCHAR(40))");
        bench.run("CREATE TABLE form (id " + automatic +
                  ", patient INTEGER, kind VARCHAR(40), number INTEGER)");
        bench.run("CREATE TABLE field (form " + number +
                  ", name VARCHAR(31) NOT NULL, at DATE NOT NULL, value VARCHAR(40), PRIMARY KEY "
                  "(form, name))");
        std::string xml = kForms;
        xml.replace(xml.find("RULE"), 4, rule);
        if (renamed) rename(xml);
        mapping = mapping_from_xml(xml, "forms");
        check_mapping(mapping, *bench.backend, *bench.session);
        tables = std::make_unique<ClinicTables>(*bench.backend, *bench.session, mapping,
                                                system_random());
    }

    // The tables, and the columns that hold the number.
    void rename(std::string& xml) const {
        for (const char* change :
             {"form RENAME COLUMN number TO no", "form RENAME TO sheet",
              "field RENAME COLUMN form TO sheet_no", "field RENAME TO answer"}) {
            bench.run(std::string("ALTER TABLE ") + change);
        }
        for (const auto& [from, to] : std::map<std::string, std::string>{
                 {"<record table=\"form\">",
                  "<record table=\"sheet\" as=\"form\"><renamed column=\"no\" as=\"number\"/>"},
                 {"<record table=\"field\">",
                  "<record table=\"answer\" as=\"field\"><renamed column=\"sheet_no\" "
                  "as=\"form\"/>"}}) {
            xml.replace(xml.find(from), from.size(), to);
        }
    }

    // The number of a new form; undone, if that is wanted.
    std::string add(const std::string& kind, bool undone = false) {
        SqlTransaction transaction(*bench.session, bench.backend->begin_statement());
        const auto& forms = *mapping.find("form");
        const auto key = tables->insert(forms, {{"kind", text_value(kind)}}, "");
        auto number = tables->read(forms, key)->text("number").value_or("NULL");
        if (!undone) transaction.commit();
        return number;
    }

    void fill(const std::string& number, const std::string& name) {
        bench.run("INSERT INTO field (form, name, at) VALUES (" + number + ", '" + name +
                  "', '2026-11-26')");
    }

    test::Bench& bench;
    Mapping mapping;
    std::unique_ptr<ClinicTables> tables;
};

}  // namespace

TEST_CASE("servers: a number that rows share is the greatest and one more") {
    CFS_FOR_EACH_SYSTEM(bench);
    FormClinic clinic(bench, "maximum");
    CHECK(clinic.add("LBFa") == "1");
    clinic.fill("7", "x");
    CHECK(clinic.add("LBFa") == "8");
    CHECK(clinic.add("LBFb") == "9");
    CHECK(clinic.add("letter") == "NULL");
    CHECK(value(bench, "SELECT COUNT(*) FROM field") == "1");
}

TEST_CASE(
    "servers: a number that rows share is the database's own, whether they are there or not") {
    CFS_FOR_EACH_SYSTEM(bench);
    if (bench.system->name() == "SQLite") {
        CHECK(test::code_of([&] { FormClinic clinic(bench, "automatic"); }) ==
              ErrorCode::mapping_column);
        return;
    }
    FormClinic clinic(bench, "automatic");
    CHECK(clinic.add("LBFa") == "1");
    CHECK(clinic.add("letter") == "NULL");
    CHECK(clinic.add("LBFa", true) == "2");
    CHECK(clinic.add("LBFa") == "3");
    CHECK(value(bench, "SELECT COUNT(*) FROM field") == "0");
    // The clinic program goes on behind it.
    bench.run("INSERT INTO field (name, at) VALUES ('gait', '2026-11-26')");
    CHECK(value(bench, "SELECT form FROM field") == "4");
    // Neither a number of rows that nobody's form has, nor one of a form without rows; that of
    // another kind of row is another thing.
    for (const char* taken : {"5", "6"}) clinic.fill(taken, "lost");
    bench.run("INSERT INTO form (kind, number) VALUES ('LBFc', 7), ('letter', 8), ('LBFd', 9)");
    CHECK(clinic.add("LBFa") == "8");
    CHECK(clinic.add("LBFa") == "10");
}

TEST_CASE("servers: a number that rows share is counted under the names that the database has") {
    CFS_FOR_EACH_SYSTEM(bench);
    const bool gives_numbers = bench.system->name() != "SQLite";
    const auto [rule, next] = GENERATE(std::pair("maximum", "8"), std::pair("automatic", "1"));
    if (!gives_numbers && rule == std::string("automatic")) return;
    FormClinic clinic(bench, rule, true);
    if (rule == std::string("maximum")) {
        bench.run("INSERT INTO answer (sheet_no, name, at) VALUES (7, 'x', '2026-11-26')");
    }
    CHECK(clinic.add("LBFa") == next);
    CHECK(clinic.add("letter") == "NULL");
    CHECK(clinic.add("LBFa") == std::to_string(std::stoi(next) + 1));
}
