// Tables and columns that this database calls otherwise than documents do.
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
using Columns = std::map<std::string, Value>;

// An order and its drug under the names of documents, or as the clinic program has renamed them.
std::string xml(bool renamed) {
    const std::string order =
        renamed
            ? "<record table=\"request\" as=\"orders\"><renamed column=\"request_id\" as=\"id\"/>"
              "<renamed column=\"seen\" as=\"changes\"/><renamed column=\"whose\" as=\"pid\"/>"
            : "<record table=\"orders\">";
    const std::string drug =
        renamed
            ? "<part table=\"drug\" as=\"drug order\" key=\"order_id\"><renamed column=\"number\" "
              "as=\"order_id\"/><renamed column=\"amount\" as=\"dose\"/></part>"
            : "<part table=\"drug order\" key=\"order_id\"/>";
    return "<mapping xmlns=\"urn:cloud-folder-sync:mapping\" format=\"1\" name=\"n\" family=\"n\" "
           "version=\"1\"><patient table=\"patient\"><key column=\"id\"/><identity "
           "column=\"name\"/>"
           "</patient>" +
           order +
           "<key column=\"id\"/><identity column=\"at\"/><owner column=\"pid\"/><volatile "
           "column=\"changes\" write=\"increment\"/><unique column=\"no\" clash=\"regenerate\"/>" +
           drug + "</record></mapping>";
}

Columns texts(const std::map<std::string, std::string>& columns) {
    Columns values;
    for (const auto& [name, text] : columns) values.emplace(name, text_value(text));
    return values;
}

void make_tables(test::Bench& bench) {
    bench.run("CREATE TABLE patient (id INTEGER PRIMARY KEY, name VARCHAR(20))");
    bench.run("CREATE TABLE orders (id " + bench.system->automatic_key() +
              ", pid INTEGER, at VARCHAR(20), changes INTEGER, no INTEGER)");
    bench.run("CREATE TABLE " + bench.backend->quote("drug order") +
              " (order_id INTEGER PRIMARY KEY, dose VARCHAR(20))");
    bench.run("INSERT INTO patient VALUES (1, 'a')");
    bench.run("INSERT INTO orders (pid, at, changes, no) VALUES (1, 'morning', 1, 7)");
    bench.run("INSERT INTO " + bench.backend->quote("drug order") + " VALUES (1, '5')");
}

void rename_all(SqlSession& program, const Backend& backend) {
    for (const auto& sql :
         {std::string("orders RENAME COLUMN id TO request_id"),
          std::string("orders RENAME COLUMN changes TO seen"),
          std::string("orders RENAME COLUMN pid TO whose"), std::string("orders RENAME TO request"),
          backend.quote("drug order") + " RENAME COLUMN order_id TO number",
          backend.quote("drug order") + " RENAME COLUMN dose TO amount",
          backend.quote("drug order") + " RENAME TO drug"}) {
        program.execute("ALTER TABLE " + sql);
    }
}

// By the names that the tables have at first.
void enable(const test::Bench& bench) {
    ClinicDatabase database(bench.system->backend(), system_random());
    database.install(mapping_from_xml(xml(false), "n"), xml(false));
    database.finish_enabling();
}

}  // namespace

TEST_CASE("servers: renamed tables and columns are read and written under their names here") {
    CFS_FOR_EACH_SYSTEM(bench);
    make_tables(bench);
    rename_all(*bench.session, *bench.backend);
    const auto mapping = mapping_from_xml(xml(true), "n");
    check_mapping(mapping, *bench.backend, *bench.session);
    ClinicTables tables(*bench.backend, *bench.session, mapping, system_random());
    const auto& orders = *mapping.find("orders");
    const auto row = tables.read(orders, "1");
    REQUIRE(row);
    CHECK(row->text("pid") == "1");
    CHECK(row->text("drug order/dose") == "5");
    CHECK_FALSE(row->columns.contains("whose"));
    SqlTransaction transaction(*bench.session, bench.backend->begin_statement());
    tables.update(orders, "1", texts({{"at", "noon"}, {"drug order/dose", "7.5"}}));
    const auto key = tables.insert(
        orders,
        texts({{"pid", "1"}, {"no", "8"}, {"drug order/order_id", "1"}, {"drug order/dose", "2"}}),
        "40");
    REQUIRE(key == "40");
    REQUIRE(tables.insert(orders, texts({{"pid", "1"}}), "40") != "40");
    CHECK(tables.read_where(orders, "pid", {"1"}).size() == 3);
    CHECK(tables.read_where(orders, "drug order/dose", {"2"}).size() == 1);
    CHECK(tables.read_equal(orders, texts({{"pid", "1"}, {"at", "noon"}})).size() == 1);
    CHECK(tables.without_clash(orders, orders.uniques.front(), texts({{"no", "7"}}), "")->bytes ==
          "9");
    std::size_t in_pages = 0;
    tables.for_each_page(orders, 2, [&](const auto& rows) { in_pages += rows.size(); });
    CHECK(in_pages == 3);
    transaction.commit();
    CHECK(bench.session->rows("SELECT seen, amount FROM request JOIN drug ON number = request_id "
                              "ORDER BY number") == Lines{{"2", "7.5"}, {std::nullopt, "2"}});
    const auto trial = try_mapping(mapping, *bench.backend, *bench.session);
    REQUIRE(trial.tables.size() == 3);
    CHECK(trial.tables[1].table == "orders");
    CHECK(trial.tables[1].rows == 3);
    CHECK(trial.tables[1].unknown.empty());
    CHECK(trial.tables[2].orphans == 0);
    CHECK(trial.unmapped.empty());
}

TEST_CASE("servers: an enabled database goes on when a table is renamed, its changes noted") {
    CFS_FOR_EACH_SYSTEM(bench);
    make_tables(bench);
    enable(bench);
    const auto program = bench.system->program();
    program->execute("ALTER TABLE orders RENAME TO request");
    program->execute("ALTER TABLE " + bench.backend->quote("drug order") + " RENAME TO drug");
    program->execute("UPDATE request SET at = 'noon'");
    auto renamed = xml(false);
    for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
             {"table=\"orders\"", "table=\"request\" as=\"orders\""},
             {"table=\"drug order\"", "table=\"drug\" as=\"drug order\""}}) {
        renamed.replace(renamed.find(from), from.size(), to);
    }
    ClinicDatabase database(bench.system->backend(), system_random());
    REQUIRE(database.fit().waits("orders"));
    database.change_names(mapping_from_xml(renamed, "n"), renamed);
    CHECK(database.fit().waiting.empty());
    CHECK(database.journal().tables_without_triggers().empty());
    program->execute("UPDATE drug SET dose = '6'");
    program->execute("DELETE FROM request");
    CHECK(bench.session->rows("SELECT tbl, op, local_key FROM cfs_journal ORDER BY seq") ==
          Lines{{"orders", "U", "1"}, {"orders", "U", "1"}, {"orders", "D", "1"}});
    ClinicDatabase later(bench.system->backend(), system_random());
    CHECK(later.whole_mapping().find("orders")->full_name().text() == "request");
    later.uninstall(system_clock());
    CHECK(bench.backend->drop_all_triggers(*bench.session).empty());
}

TEST_CASE("servers: changes of a renamed key's column are noted, or found missing") {
    CFS_FOR_EACH_SYSTEM(bench);
    make_tables(bench);
    enable(bench);
    const auto program = bench.system->program();
    rename_all(*program, *bench.backend);
    REQUIRE_NOTHROW(program->execute("UPDATE request SET at = 'noon'"));
    ClinicDatabase database(bench.system->backend(), system_random());
    database.change_names(mapping_from_xml(xml(true), "n"), xml(true));
    CHECK(database.fit().waiting.empty());
    // A trigger may follow its column or not: who does not is one that is missing.
    const bool followed = database.journal().tables_without_triggers().empty();
    CHECK(followed != database.journal().lacks_keys());
    database.install_triggers();
    REQUIRE(database.journal().tables_without_triggers().empty());
    bench.run("DELETE FROM cfs_journal");
    program->execute("UPDATE request SET request_id = 9");
    program->execute("UPDATE drug SET amount = '6'");
    CHECK(bench.session->rows("SELECT tbl, op, local_key, old_key FROM cfs_journal ORDER BY seq") ==
          Lines{{"orders", "U", "9", "1"}, {"orders", "U", "1", "1"}});
    database.uninstall(system_clock());
}

TEST_CASE("servers: rows are found by a text that holds another row's key") {
    CFS_FOR_EACH_SYSTEM(bench);
    bench.run("CREATE TABLE patient (id INTEGER PRIMARY KEY, name VARCHAR(20))");
    bench.run("CREATE TABLE note (id INTEGER PRIMARY KEY, link VARCHAR(20))");
    bench.run("INSERT INTO patient VALUES (1, 'a'), (12, 'b')");
    bench.run("INSERT INTO note VALUES (1, 'of 1!'), (2, 'of 12!'), (3, 'of '), (4, 'Of 12!')");
    const std::string text =
        "<mapping xmlns=\"urn:cloud-folder-sync:mapping\" format=\"1\" name=\"n\" family=\"n\" "
        "version=\"1\"><patient table=\"patient\"><key column=\"id\"/><identity column=\"name\"/>"
        "</patient><record table=\"note\"><key column=\"id\"/><identity column=\"id\"/><owner "
        "column=\"link\"/><reference column=\"link\" table=\"patient\" target=\"id\" "
        "template=\"of {key}!\"/></record></mapping>";
    ClinicDatabase database(bench.system->backend(), system_random());
    database.install(mapping_from_xml(text, "n"), text);
    database.finish_enabling();
    const auto& notes = *database.mapping().find("note");
    const auto patient_of = [&](const TableMapping& table, const char* key) {
        return database.translator().patient_of(*database.tables().read(table, key));
    };
    const auto& patients = database.mapping().patient_table();
    CHECK(patient_of(notes, "1") == patient_of(patients, "1"));
    CHECK(patient_of(notes, "2") == patient_of(patients, "12"));
    CHECK_FALSE(patient_of(notes, "3"));
    CHECK_FALSE(patient_of(notes, "4"));
    database.uninstall(system_clock());
}

TEST_CASE("servers: of renamed columns the names must be right") {
    CFS_FOR_EACH_SYSTEM(bench);
    bench.run(
        "CREATE TABLE patient (id INTEGER PRIMARY KEY, name VARCHAR(20), surname VARCHAR(20))");
    const auto checked = [&](const std::string& content, const std::string& identity) {
        try {
            check_mapping(
                mapping_from_xml("<mapping xmlns=\"urn:cloud-folder-sync:mapping\" format=\"1\" "
                                 "name=\"n\" family=\"n\" version=\"1\"><patient "
                                 "table=\"patient\"><key column=\"id\"/><identity column=\"" +
                                     identity + "\"/>" + content + "</patient></mapping>",
                                 "n"),
                *bench.backend, *bench.session);
        } catch (const Error& error) {
            CHECK(error.code() == ErrorCode::mapping_column);
            return std::string(error.what());
        }
        return std::string("no error");
    };
    const auto database = bench.backend->name();
    const std::string renamed = "<renamed column=\"surname\" as=\"family\"/>";
    CHECK(checked(renamed, "family") == "no error");
    CHECK(checked(renamed, "surname") ==
          "The mapping n calls the column surname of the table patient family: it must say family "
          "of it everywhere else.");
    CHECK(checked("<renamed column=\"surname\" as=\"name\"/>", "name") ==
          "The mapping n calls the column surname of the table patient name, but the database " +
              database +
              " has a column of that name, too. Give that one another name with "
              "<renamed>.");
    CHECK(checked("<renamed column=\"surname\" as=\"name\"/><renamed column=\"name\" "
                  "as=\"surname\"/>",
                  "name") == "no error");
    CHECK(checked("<renamed column=\"last\" as=\"family\"/>", "name")
              .starts_with("The mapping n needs the column last of the table patient, "));
}
