// Mapped tables in another schema than the connection's own.
#include "core/database/clinic_database.h"
#include "core/database/mapping_file.h"
#include "core/database/mapping_trial.h"
#include "core/model/random.h"
#include "tests/servers/system.h"
#include "tests/support/catch.h"
#include "tests/support/test_clock.h"

using namespace cfs;

namespace {

using Names = std::vector<std::string>;
using Lines = std::vector<SqlRow>;

// As hard to write as a name can be.
constexpr const char* kElsewhere = "a \"second\" 'clinic`s'.b";
constexpr const char* kInXml = "a &quot;second&quot; 'clinic`s'.b";

// Tables of the same names are in both schemas, with other rows.
struct Clinic {
    explicit Clinic(test::Bench& used) : bench(used) {
        there = bench.backend->quote(kElsewhere) + ".";
        for (const auto& prefix : {std::string(), there}) {
            bench.run("CREATE TABLE " + prefix +
                      "patient (pid INTEGER PRIMARY KEY, name "
                      "VARCHAR(20), town INTEGER)");
            bench.run("CREATE TABLE " + prefix + "visit (id " + bench.system->automatic_key() +
                      ", pid INTEGER, reason VARCHAR(20))");
            bench.run("CREATE TABLE " + prefix + "town (id INTEGER PRIMARY KEY, name VARCHAR(20))");
            bench.run("CREATE TABLE " + prefix + "numbers (last INTEGER NOT NULL)");
        }
        bench.run("INSERT INTO patient VALUES (1, 'of another program', 1)");
        bench.run("INSERT INTO visit (pid, reason) VALUES (1, 'not ours')");
        bench.run("INSERT INTO town VALUES (1, 'Rome')");
        bench.run("INSERT INTO numbers VALUES (900)");
        bench.run("INSERT INTO " + there + "town VALUES (1, 'Ulm'), (2, 'Bern')");
        bench.run("INSERT INTO " + there + "numbers VALUES (41)");
    }

    std::string xml(const std::string& schema = kInXml) const {
        const auto in = " schema=\"" + schema + "\"";
        return R"(<mapping xmlns="urn:cloud-folder-sync:mapping" format="1" name="two" family="two"
            version="1">
          <patient table="patient")" +
               in + R"(><key column="pid" allocate="sequence" table="numbers" target="last")" + in +
               R"(/><identity column="name"/>
            <lookup column="town" table="town" target="id")" +
               in + R"(><by column="name"/></lookup></patient>
          <record table="visit")" +
               in + R"(><key column="id"/><identity column="reason"/><owner column="pid"/></record>
        </mapping>)";
    }

    [[nodiscard]] Mapping mapping() const { return mapping_from_xml(xml(), "two"); }

    [[nodiscard]] std::string value(const std::string& sql) const {
        return bench.session->value(sql).value_or("NULL");
    }

    test::Bench& bench;
    std::string there;
};

std::string sentence(const std::function<void()>& act) {
    try {
        act();
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::mapping_table);
        return error.what();
    }
    return "no error";
}

}  // namespace

TEST_CASE("servers: the rows of another schema's tables are read and written, no others") {
    CFS_FOR_EACH_SYSTEM(bench);
    if (!bench.system->make_schema(kElsewhere)) return;
    const Clinic clinic(bench);
    const auto mapping = clinic.mapping();
    check_mapping(mapping, *bench.backend, *bench.session);
    ClinicTables tables(*bench.backend, *bench.session, mapping, system_random());
    const auto& patients = mapping.patient_table();
    const auto& visits = *mapping.find("visit");
    const auto before = bench.session->rows("SELECT pid, name, town FROM patient");
    SqlTransaction transaction(*bench.session, bench.backend->begin_statement());
    REQUIRE(tables.count(patients) == 0);
    const auto& town = *patients.lookup("town");
    REQUIRE(tables.lookups().natural_key(town, "1") == "Ulm");
    REQUIRE(tables.lookups().target(town, "Bern") == "2");
    REQUIRE_FALSE(tables.lookups().target(town, "Rome"));
    const auto key = tables.insert(patients, {{"name", text_value("a")}}, "");
    REQUIRE(key == "42");
    // The one wanted is free in this schema.
    REQUIRE(tables.insert(patients, {{"name", text_value("b")}}, "1") == "1");
    tables.update(patients, key, {{"name", text_value("c")}, {"town", text_value("2")}});
    const auto visit =
        tables.insert(visits, {{"pid", text_value(key)}, {"reason", text_value("cough")}}, "");
    REQUIRE(tables.read(visits, visit)->text("reason") == "cough");
    REQUIRE(tables.exists(visits, visit));
    REQUIRE(tables.count(patients) == 2);
    std::size_t in_pages = 0;
    tables.for_each_page(patients, 10, [&](const auto& rows) { in_pages += rows.size(); });
    CHECK(in_pages == 2);
    REQUIRE(tables.read_where(patients, "name", {"of another program"}).empty());
    transaction.commit();
    CHECK(clinic.value("SELECT name FROM " + clinic.there + "patient WHERE pid = 42") == "c");
    CHECK(clinic.value("SELECT last FROM " + clinic.there + "numbers") == "42");
    CHECK(clinic.value("SELECT last FROM numbers") == "900");
    CHECK(bench.session->rows("SELECT pid, name, town FROM patient") == before);
    CHECK(clinic.value("SELECT COUNT(*) FROM visit") == "1");
}

TEST_CASE("servers: changes of another schema's tables are noted under the table's plain name") {
    CFS_FOR_EACH_SYSTEM(bench);
    if (!bench.system->make_schema(kElsewhere)) return;
    const Clinic clinic(bench);
    {
        ClinicDatabase database(bench.system->backend(), system_random());
        database.install(clinic.mapping(), clinic.xml());
        database.finish_enabling();
    }
    ClinicDatabase database(bench.system->backend(), system_random());
    REQUIRE(database.journal().tables_without_triggers().empty());
    const auto program = bench.system->program();
    program->execute("INSERT INTO " + clinic.there + "patient (pid, name) VALUES (7, 'a')");
    program->execute("UPDATE " + clinic.there + "patient SET name = 'b'");
    program->execute("INSERT INTO patient (pid, name) VALUES (8, 'not mapped')");
    program->execute("DELETE FROM visit");
    REQUIRE(bench.session->rows("SELECT tbl, op, local_key FROM cfs_journal ORDER BY seq") ==
            Lines{{"patient", "I", "7"}, {"patient", "U", "7"}});
    for (const auto& statement : bench.backend->drop_triggers(clinic.mapping().patient_table())) {
        bench.run(statement);
    }
    REQUIRE(database.journal().tables_without_triggers() == std::set<std::string>{"patient"});
    database.install_triggers();
    REQUIRE(database.journal().tables_without_triggers().empty());
    database.uninstall(system_clock());
    CHECK(bench.backend->drop_all_triggers(*bench.session).empty());
    REQUIRE_NOTHROW(program->execute("DELETE FROM " + clinic.there + "patient"));
}

TEST_CASE("servers: tables of one name in two schemas are both mapped, each under its own name") {
    CFS_FOR_EACH_SYSTEM(bench);
    if (!bench.system->make_schema(kElsewhere)) return;
    const Clinic clinic(bench);
    const auto xml =
        std::string(
            "<mapping xmlns=\"urn:cloud-folder-sync:mapping\" format=\"1\" "
            "name=\"two\" family=\"two\" version=\"1\"><patient table=\"patient\"><key "
            "column=\"pid\"/><identity column=\"name\"/></patient><record table=\"visit\"><key "
            "column=\"id\"/><identity column=\"reason\"/><owner column=\"pid\"/></record>"
            "<record table=\"visit\" as=\"earlier\" schema=\"") +
        kInXml +
        "\"><key column=\"id\"/><identity column=\"reason\"/><owner column=\"pid\"/>"
        "</record></mapping>";
    const auto mapping = mapping_from_xml(xml, "two");
    {
        ClinicDatabase database(bench.system->backend(), system_random());
        database.install(mapping, xml);
        database.finish_enabling();
    }
    ClinicDatabase database(bench.system->backend(), system_random());
    REQUIRE(database.journal().tables_without_triggers().empty());
    const auto program = bench.system->program();
    program->execute("INSERT INTO visit (pid, reason) VALUES (1, 'now')");
    program->execute("INSERT INTO " + clinic.there + "visit (pid, reason) VALUES (1, 'then')");
    program->execute("UPDATE " + clinic.there + "visit SET reason = 'long ago'");
    REQUIRE(bench.session->rows("SELECT tbl, op, local_key FROM cfs_journal ORDER BY seq") ==
            Lines{{"visit", "I", "2"}, {"earlier", "I", "1"}, {"earlier", "U", "1"}});
    const auto& earlier = *mapping.find("earlier");
    CHECK(database.tables().count(*mapping.find("visit")) == 2);
    CHECK(database.tables().read(earlier, "1")->text("reason") == "long ago");
    {
        auto transaction = database.begin();
        (void)database.tables().insert(earlier,
                                       {{"pid", text_value("1")}, {"reason", text_value("b")}}, "");
        database.tables().update(earlier, "1", {{"reason", text_value("a")}});
        transaction.commit();
    }
    CHECK(bench.session->rows("SELECT reason FROM " + clinic.there + "visit ORDER BY id") ==
          Lines{{"a"}, {"b"}});
    CHECK(clinic.value("SELECT COUNT(*) FROM visit") == "2");
    // Those of one are put back without the other's.
    for (const auto& statement : bench.backend->drop_triggers(earlier)) {
        bench.run(statement);
    }
    REQUIRE(database.journal().tables_without_triggers() == std::set<std::string>{"earlier"});
    database.install_triggers();
    REQUIRE(database.journal().tables_without_triggers().empty());
    const auto trial = try_mapping(mapping, *bench.backend, *bench.session);
    REQUIRE(trial.tables.size() == 3);
    CHECK(trial.tables[2].table == "earlier");
    CHECK(trial.tables[2].rows == 2);
    CHECK(trial.unmapped == Names{"numbers", "town"});
    database.uninstall(system_clock());
    CHECK(bench.backend->drop_all_triggers(*bench.session).empty());
}

TEST_CASE("servers: a table is not mapped twice, with and without its schema") {
    CFS_FOR_EACH_SYSTEM(bench);
    bench.run("CREATE TABLE patient (id INTEGER PRIMARY KEY, name VARCHAR(20), mother INTEGER)");
    const auto own = bench.backend->own_schema();
    if (own.empty()) return;  // there are no schemas
    const auto mapping = mapping_from_xml(
        "<mapping xmlns=\"urn:cloud-folder-sync:mapping\" format=\"1\" name=\"two\" family=\"two\" "
        "version=\"1\"><patient table=\"patient\"><key column=\"id\"/><identity column=\"name\"/>"
        "</patient><record table=\"patient\" as=\"again\" schema=\"" +
            own +
            "\"><key column=\"id\"/><identity column=\"name\"/><owner column=\"mother\"/></record>"
            "</mapping>",
        "two");
    CHECK(sentence([&] { check_mapping(mapping, *bench.backend, *bench.session); }) ==
          "The mapping two names the table " + own +
              ".patient twice, also as patient, in the "
              "database " +
              bench.backend->name() + ": its rows would be there twice. Name it once.");
}

TEST_CASE("servers: of a mapped schema the names must be right, letter for letter") {
    CFS_FOR_EACH_SYSTEM(bench);
    const auto checked = [&](const std::string& xml) {
        return sentence(
            [&] { check_mapping(mapping_from_xml(xml, "two"), *bench.backend, *bench.session); });
    };
    const auto mapping_of = [](const std::string& patient, const std::string& lookup) {
        return "<mapping xmlns=\"urn:cloud-folder-sync:mapping\" format=\"1\" name=\"two\" "
               "family=\"two\" version=\"1\"><patient " +
               patient +
               "><key column=\"id\"/><identity column=\"name\"/><lookup column=\"town\" " + lookup +
               " target=\"id\"/></patient></mapping>";
    };
    const auto database = ", which the database " + bench.backend->name() + " does not have";
    bench.run("CREATE TABLE patient (id INTEGER PRIMARY KEY, name VARCHAR(20), town INTEGER)");
    bench.run("CREATE TABLE town (id INTEGER PRIMARY KEY)");
    if (!bench.system->make_schema("archive")) {
        CHECK(checked(mapping_of("table=\"patient\" schema=\"main\"", "table=\"town\"")) ==
              "The mapping two needs the schema main of the table patient" + database +
                  ": it is a file without schemas. Leave the attribute schema out.");
        return;
    }
    bench.run(
        "CREATE TABLE archive.person (id INTEGER PRIMARY KEY, name VARCHAR(20), town INTEGER)");
    bench.run("CREATE TABLE archive.place (id INTEGER PRIMARY KEY)");
    const std::string person = "table=\"person\" schema=\"archive\"";
    CHECK(checked(mapping_of(person, "table=\"place\" schema=\"archive\"")) == "no error");
    CHECK(checked(mapping_of(person, "table=\"town\"")) == "no error");
    CHECK(checked(mapping_of("table=\"person\" schema=\"Archiv\"", "table=\"town\"")) ==
          "The mapping two needs the schema Archiv of the table person" + database +
              "; did you mean archive?");
    CHECK(checked(mapping_of("table=\"persons\" schema=\"archive\"", "table=\"town\"")) ==
          "The mapping two needs the table archive.persons" + database + "; did you mean person?");
    // Nor is a table of the connection's own schema one of the other.
    CHECK(checked(mapping_of("table=\"patient\" schema=\"archive\"", "table=\"town\""))
              .starts_with("The mapping two needs the table archive.patient, "));
    CHECK(checked(mapping_of(person, "table=\"place\""))
              .starts_with("The mapping two needs the table place, "));
}

TEST_CASE(
    "servers: a mapping that is tried tells the tables of the connection's own schema apart") {
    CFS_FOR_EACH_SYSTEM(bench);
    if (!bench.system->make_schema(kElsewhere)) return;
    const Clinic clinic(bench);
    bench.run("INSERT INTO " + clinic.there + "patient VALUES (1, 'a', 2)");
    bench.run("INSERT INTO " + clinic.there + "visit (pid, reason) VALUES (1, 'x'), (7, 'y')");
    const auto trial = try_mapping(clinic.mapping(), *bench.backend, *bench.session);
    REQUIRE(trial.tables.size() == 2);
    CHECK(trial.tables[0].rows == 1);
    CHECK(trial.tables[1].rows == 2);
    CHECK(trial.tables[1].orphans == 1);
    CHECK(trial.unmapped == Names{"numbers", "patient", "town", "visit"});
    const auto own = try_mapping(mapping_from_xml(clinic.xml(bench.backend->own_schema()), "two"),
                                 *bench.backend, *bench.session);
    CHECK(own.unmapped == Names{"numbers", "town"});
}

TEST_CASE("servers: a table that another enabled database has is refused, and left alone") {
    CFS_FOR_EACH_SYSTEM(bench);
    if (!bench.system->make_schema("other")) return;
    const std::string mine =
        "<mapping xmlns=\"urn:cloud-folder-sync:mapping\" format=\"1\" "
        "name=\"two\" family=\"two\" version=\"1\"><patient table=\"patient\" "
        "schema=\"other\"><key column=\"id\"/><identity column=\"name\"/>"
        "</patient></mapping>";
    const std::string theirs =
        "<mapping xmlns=\"urn:cloud-folder-sync:mapping\" format=\"1\" "
        "name=\"two\" family=\"two\" version=\"1\"><patient "
        "table=\"patient\"><key column=\"id\"/><identity column=\"name\"/>"
        "</patient></mapping>";
    const auto install = [&](ClinicDatabase& database, const std::string& xml) {
        return sentence([&] { database.install(mapping_from_xml(xml, "two"), xml); });
    };
    bench.run("CREATE TABLE other.patient (id INTEGER PRIMARY KEY, name VARCHAR(20))");
    bench.run("CREATE TABLE other.person (id INTEGER PRIMARY KEY, name VARCHAR(20))");
    const auto notes = [&] { return bench.session->number("SELECT COUNT(*) FROM cfs_journal"); };
    const auto program = bench.system->program();
    ClinicDatabase first(bench.system->backend(), system_random());
    ClinicDatabase second(bench.system->backend_in("other"), system_random());
    REQUIRE(install(first, mine) == "no error");
    first.finish_enabling();
    CHECK(install(second, theirs).starts_with("The table patient of the database "));
    // With a table of its own it is a site like any other, and each keeps its triggers.
    auto person = theirs;
    person.replace(person.find("\"patient\""), 9, "\"person\"");
    REQUIRE(install(second, person) == "no error");
    program->execute("INSERT INTO other.patient VALUES (1, 'a')");
    REQUIRE(notes() == 1);
    second.finish_enabling();
    second.uninstall(system_clock());
    program->execute("INSERT INTO other.patient VALUES (2, 'b')");
    REQUIRE(notes() == 2);
    // After one that was interrupted it may be done again, with or without the schema's name.
    REQUIRE(install(first, mine) == "no error");
    first.uninstall(system_clock());
    REQUIRE(install(second, theirs) == "no error");
    CHECK(install(first, mine).starts_with("The table other.patient of the database "));
}

TEST_CASE("servers: a foreign key of another schema's table that travels as it is is told") {
    CFS_FOR_EACH_SYSTEM(bench);
    if (!bench.system->make_schema(kElsewhere)) return;
    const Clinic clinic(bench);
    bench.run("CREATE TABLE stay (id INTEGER PRIMARY KEY, town INTEGER)");
    bench.run(
        "CREATE TABLE " + clinic.there +
        "stay (id INTEGER PRIMARY KEY, pid INTEGER, at VARCHAR(20), town INTEGER, FOREIGN KEY "
        "(town) REFERENCES " +
        clinic.there + "town (id))");
    auto xml = clinic.xml();
    xml.insert(xml.find("</mapping>"), "<record table=\"stay\" schema=\"" + std::string(kInXml) +
                                           "\"><key column=\"id\"/><identity column=\"at\"/>"
                                           "<owner column=\"pid\"/></record>");
    const auto trial = try_mapping(mapping_from_xml(xml, "two"), *bench.backend, *bench.session);
    const auto& stay = trial.tables.back();
    REQUIRE(stay.table == "stay");
    REQUIRE(stay.faults.size() == 1);
    CHECK(stay.faults.front().column == "town");
    CHECK(trial.tables.front().faults.empty());
}
