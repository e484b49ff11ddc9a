// PostgreSQL's tables whose rows are seen in others too: those that inherit, and partitions.
#include "core/database/clinic_database.h"
#include "core/database/enabling.h"
#include "core/database/mapping_file.h"
#include "core/model/random.h"
#include "tests/servers/system.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_clock.h"

using namespace cfs;

namespace {

using Lines = std::vector<SqlRow>;

std::string mapping_of(const std::string& records) {
    return R"(<mapping xmlns="urn:cloud-folder-sync:mapping" format="1" name="m" family="m"
        version="1"><patient table="person"><key column="id"/><identity column="name"/></patient>)" +
           records + "</mapping>";
}

std::string record(const std::string& table) {
    return "<record table=\"" + table +
           "\"><key column=\"id\"/><identity column=\"text\"/><owner column=\"person\"/></record>";
}

class Clinic {
  public:
    Clinic(test::Bench& bench, const std::string& tables, const std::string& xml) : bench_(bench) {
        bench.run("CREATE TABLE person (id integer PRIMARY KEY, name text)");
        bench.run("INSERT INTO person VALUES (1, 'Ann')");
        for (std::size_t from = 0; from < tables.size();) {
            const auto end = std::min(tables.find(';', from), tables.size());
            bench.run(tables.substr(from, end - from));
            from = end + 1;
        }
        database = std::make_unique<ClinicDatabase>(bench.system->backend(), system_random());
        database->install(mapping_from_xml(xml, "m"), xml);
        const test::TemporaryFolder nothing_saved;
        result =
            give_identities(*database, SavedIdentities(nothing_saved / "none"), system_clock());
        database->finish_enabling();
        bench.run("DELETE FROM cfs_journal");
    }

    // What was noted since, and forgets it.
    Lines notes() {
        const auto select = "SELECT op, tbl, local_key, old_key FROM cfs_journal ORDER BY seq";
        auto lines = bench_.session->rows(select);
        bench_.run("DELETE FROM cfs_journal");
        return lines;
    }

    [[nodiscard]] const TableMapping& table(const std::string& name) const {
        return *database->mapping().find(name);
    }

    std::unique_ptr<ClinicDatabase> database;
    EnablingResult result;

  private:
    test::Bench& bench_;
};

constexpr const char* kInheriting =
    "CREATE TABLE note (id integer PRIMARY KEY, person integer, text text);"
    "CREATE TABLE letter (address text, PRIMARY KEY (id)) INHERITS (note);"
    "INSERT INTO note VALUES (1, 1, 'a note');"
    "INSERT INTO letter VALUES (1, 1, 'a letter', 'Ulm'), (2, 1, 'another', 'Bern')";

// Each year has its place; what is older has none.
constexpr const char* kPartitioned =
    "CREATE TABLE note (id integer, person integer, text text, year integer NOT NULL, "
    "PRIMARY KEY (id, year)) PARTITION BY LIST (year);"
    "CREATE TABLE note_25 (text text, id integer NOT NULL, person integer, year integer NOT NULL);"
    "ALTER TABLE note ATTACH PARTITION note_25 FOR VALUES IN (25);"
    "CREATE TABLE note_26 PARTITION OF note FOR VALUES IN (26);"
    "INSERT INTO note VALUES (1, 1, 'old', 25), (2, 1, 'new', 26)";

}  // namespace

TEST_CASE(
    "servers: a table and one that inherits from it are both mapped, each with its own rows") {
    CFS_FOR_EACH_SYSTEM(bench);
    if (bench.system->name() != "PostgreSQL") return;
    Clinic clinic(bench, kInheriting, mapping_of(record("note") + record("letter")));
    CHECK(clinic.result.rows == 4);
    auto& tables = clinic.database->tables();
    const auto& notes = clinic.table("note");
    const auto& letters = clinic.table("letter");
    CHECK(tables.count(notes) == 1);
    CHECK(tables.count(letters) == 2);
    std::size_t in_pages = 0;
    tables.for_each_page(notes, 10, [&](const auto& rows) { in_pages += rows.size(); });
    REQUIRE(in_pages == 1);
    CHECK(tables.read_where(notes, "person", {"1"}).size() == 1);
    CHECK(tables.read_keys(notes, {"1", "2"}).size() == 1);
    CHECK(tables.read_equal(notes, {{"person", text_value("1")}}).size() == 1);
    CHECK_FALSE(tables.exists(notes, "2"));

    SqlTransaction transaction(*bench.session, bench.backend->begin_statement());
    ClinicTables own(*bench.backend, *bench.session, clinic.database->mapping(), system_random());
    own.update(notes, "1", {{"text", text_value("an edited note")}});
    own.update(letters, "2", {{"text", text_value("an edited letter")}});
    // A number that the other table has is no free one: both are seen together.
    CHECK(own.insert(notes, {{"person", text_value("1")}}, "3") == "3");
    transaction.commit();
    CHECK(bench.session->rows("SELECT id::text, text FROM ONLY note ORDER BY id") ==
          Lines{{"1", "an edited note"}, {"3", std::nullopt}});
    CHECK(bench.session->rows("SELECT id::text, text FROM letter ORDER BY id") ==
          Lines{{"1", "a letter"}, {"2", "an edited letter"}});

    (void)clinic.notes();
    const auto program = bench.system->program();
    program->execute("INSERT INTO letter VALUES (7, 1, 'a third', 'Rome')");
    program->execute("UPDATE note SET text = 'all' WHERE id = 1");  // the letter's row, too
    CHECK(clinic.notes() == Lines{{"I", "letter", "7", std::nullopt},
                                  {"U", "note", "1", "1"},
                                  {"U", "letter", "1", "1"}});
}

TEST_CASE("servers: where only the table that others inherit from is mapped, their rows stay") {
    CFS_FOR_EACH_SYSTEM(bench);
    if (bench.system->name() != "PostgreSQL") return;
    Clinic clinic(bench, kInheriting, mapping_of(record("note")));
    CHECK(clinic.result.rows == 2);
    CHECK(clinic.database->tables().count(clinic.table("note")) == 1);
    const auto program = bench.system->program();
    program->execute("UPDATE note SET text = 'all'");
    program->execute("DELETE FROM letter");
    CHECK(clinic.notes() == Lines{{"U", "note", "1", "1"}});
}

TEST_CASE("servers: the rows of a partitioned table are those of its partitions") {
    CFS_FOR_EACH_SYSTEM(bench);
    if (bench.system->name() != "PostgreSQL") return;
    Clinic clinic(bench, kPartitioned, mapping_of(record("note")));
    CHECK(clinic.result.rows == 3);
    auto& tables = clinic.database->tables();
    const auto& notes = clinic.table("note");
    CHECK(tables.count(notes) == 2);
    CHECK(tables.read(notes, "1")->text("text") == "old");
    REQUIRE(clinic.database->journal().tables_without_triggers().empty());
    {
        SqlTransaction transaction(*bench.session, bench.backend->begin_statement());
        bench.run(bench.backend->begin_own_writes());
        ClinicTables own(*bench.backend, *bench.session, clinic.database->mapping(),
                         system_random());
        own.update(notes, "1", {{"text", text_value("edited")}});
        CHECK(own.insert(notes, {{"person", text_value("1")}, {"year", text_value("25")}}, "9") ==
              "9");
        bench.run(bench.backend->end_own_writes());
        transaction.commit();
    }
    CHECK(bench.session->value("SELECT text FROM note_25 WHERE id = 1") == "edited");
    CHECK(clinic.notes().empty());
    const auto program = bench.system->program();
    // A partition that is added later is noted, too.
    program->execute("CREATE TABLE note_27 PARTITION OF note FOR VALUES IN (27)");
    program->execute("INSERT INTO note VALUES (3, 1, 'later', 27), (4, 1, 'now', 26)");
    program->execute("UPDATE note_27 SET text = 'written into the partition'");
    program->execute("DELETE FROM note WHERE id IN (1, 4)");
    CHECK(clinic.notes() == Lines{{"I", "note", "3", std::nullopt},
                                  {"I", "note", "4", std::nullopt},
                                  {"U", "note", "3", "3"},
                                  {"D", "note", "1", std::nullopt},
                                  {"D", "note", "4", std::nullopt}});
    clinic.database->uninstall(system_clock());
    REQUIRE_NOTHROW(program->execute("UPDATE note SET year = 27"));
}

TEST_CASE("servers: a partition can't be mapped beside the whole") {
    CFS_FOR_EACH_SYSTEM(bench);
    if (bench.system->name() != "PostgreSQL") return;
    const auto xml = mapping_of(record("note") + record("note_26"));
    try {
        Clinic clinic(bench, kPartitioned, xml);
        FAIL("both are mapped");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::mapping_table);
        CHECK(
            std::string(error.what()) ==
            "The mapping m names the table note_26, which is a partition of the table note in the "
            "database " +
                bench.backend->name() +
                ": its rows would be there twice. Name only one of the two.");
    }
    bench.run("DROP TABLE note");
    bench.run("DROP TABLE person");
    // A part alone is a table like any other.
    Clinic clinic(bench, kPartitioned, mapping_of(record("note_26")));
    CHECK(clinic.result.rows == 2);
    bench.system->program()->execute("UPDATE note SET text = 'both'");
    CHECK(clinic.notes() == Lines{{"U", "note_26", "2", "2"}});
}

TEST_CASE("servers: a partition can't be a part of a record beside the whole") {
    CFS_FOR_EACH_SYSTEM(bench);
    if (bench.system->name() != "PostgreSQL") return;
    bench.run("CREATE TABLE person (id integer PRIMARY KEY, name text)");
    bench.run("CREATE TABLE visit (id integer PRIMARY KEY, person integer, text text)");
    bench.run(
        "CREATE TABLE note (id integer PRIMARY KEY, person integer, text text) PARTITION BY RANGE "
        "(id)");
    bench.run("CREATE TABLE note_1 PARTITION OF note FOR VALUES FROM (1) TO (100)");
    const auto visit =
        R"(<record table="visit"><key column="id"/><identity column="text"/><owner column="person"/>
            <part table="note_1" key="id"/></record>)";
    const auto check = [&](const std::string& records) {
        check_mapping(mapping_from_xml(mapping_of(records), "m"), *bench.backend, *bench.session);
    };
    CHECK(test::code_of([&] { check(record("note") + visit); }) == ErrorCode::mapping_table);
    REQUIRE_NOTHROW(check(visit));
}

TEST_CASE("servers: a row that moves to another partition stays the same row") {
    CFS_FOR_EACH_SYSTEM(bench);
    if (bench.system->name() != "PostgreSQL") return;
    Clinic clinic(bench, kPartitioned, mapping_of(record("note")));
    const auto row = clinic.database->identities().row_of("note", "1");
    REQUIRE(row);
    const auto program = bench.system->program();
    program->execute("INSERT INTO note VALUES (5, 1, 'c', 25), (6, 1, 'd', 25)");
    (void)clinic.notes();
    program->execute("UPDATE note SET year = 51 - year");
    CHECK(clinic.notes() == Lines{{"U", "note", "1", "1"},
                                  {"U", "note", "5", "5"},
                                  {"U", "note", "6", "6"},
                                  {"U", "note", "2", "2"}});
    program->execute("UPDATE note SET year = 25, text = 'moved' WHERE id = 1");
    {
        SqlTransaction transaction(*bench.session, bench.backend->begin_statement());
        CHECK(clinic.database->journal().drain(100).entries == 1);
        transaction.commit();
    }
    CHECK(clinic.database->identities().row_of("note", "1") == row);
    // What is deleted and, in another transaction, inserted under its number is another row.
    (void)clinic.notes();
    program->execute("DELETE FROM note WHERE id = 5");
    program->execute("INSERT INTO note VALUES (5, 1, 'another', 26)");
    CHECK(clinic.notes() ==
          Lines{{"D", "note", "5", std::nullopt}, {"I", "note", "5", std::nullopt}});
    // Of two that are gone neither is taken for the other.
    program->execute("BEGIN");
    program->execute("DELETE FROM note WHERE id = 6");
    program->execute("DELETE FROM note WHERE id = 5");
    program->execute("INSERT INTO note VALUES (6, 1, 'again', 26)");
    program->execute("COMMIT");
    CHECK(clinic.notes() == Lines{{"D", "note", "6", std::nullopt},
                                  {"D", "note", "5", std::nullopt},
                                  {"I", "note", "6", std::nullopt}});
}
