// What the catalogue tells, names that need care, our own tables.
#include <algorithm>

#include "core/database/shadow_tables.h"
#include "tests/servers/system.h"
#include "tests/support/catch.h"

using namespace cfs;

namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

TEST_CASE("servers: describes columns, types and keys") {
    CFS_FOR_EACH_SYSTEM(bench);
    bench.run("CREATE TABLE t (b VARCHAR(20) NOT NULL, id INTEGER, twice " +
              bench.system->generated_column() + ", PRIMARY KEY (id, b))");
    const auto info = bench.info();
    REQUIRE(info.name == "t");
    REQUIRE(info.primary_key == std::vector<std::string>{"id", "b"});
    // A generated column can't be written and needs not: its expression makes it everywhere.
    REQUIRE(info.columns.size() == 2);
    REQUIRE(info.columns[0].name == "b");
    REQUIRE(info.columns[1].name == "id");
    REQUIRE(info.computed == std::vector<std::string>{"twice"});
    REQUIRE(info.find("b")->not_null);
    REQUIRE_FALSE(info.find("b")->type.empty());
    REQUIRE(info.find("B") == nullptr);
    REQUIRE_FALSE(bench.backend->describe(*bench.session, "u").has_value());
    REQUIRE(contains(bench.backend->tables(*bench.session), "t"));
}

TEST_CASE("servers: a column of the primary key may be computed") {
    CFS_FOR_EACH_SYSTEM(bench);
    if (bench.system->name() != "PostgreSQL") return;  // no other allows it
    bench.run("CREATE TABLE t (id INTEGER, twice " + bench.system->generated_column() +
              ", PRIMARY KEY (twice, id))");
    REQUIRE(bench.info().primary_key == std::vector<std::string>{"twice", "id"});
    REQUIRE(bench.info().computed == std::vector<std::string>{"twice"});
}

TEST_CASE("servers: a view is no table") {
    CFS_FOR_EACH_SYSTEM(bench);
    bench.run("CREATE TABLE t (id INTEGER PRIMARY KEY)");
    bench.run("CREATE VIEW seen AS SELECT id FROM t");
    REQUIRE(bench.backend->tables(*bench.session) == std::vector<std::string>{"t"});
}

TEST_CASE("servers: names with spaces, quotation marks and reserved words") {
    CFS_FOR_EACH_SYSTEM(bench);
    const auto& backend = *bench.backend;
    for (const auto& statement : backend.create_tables()) bench.run(statement);
    for (const std::string name :
         {"select",  "Group By", "a\"b", "a`b",  "a'b", "a''b", "a:b", ":p0", "a'b:c", "a:b'c",
          "a:b'c:d", "a\\b",     "a\\",  "a'\\", "a.b", "a;b",  "--",  "/*",  "Ærø",   "%"}) {
        CAPTURE(name);
        const auto quoted = backend.quote(name);
        bench.run("CREATE TABLE " + quoted + " (" + quoted + " INTEGER PRIMARY KEY, " +
                  backend.quote(name + "_v") + " VARCHAR(20))");
        const auto info = bench.info(name);
        REQUIRE(info.primary_key == std::vector<std::string>{name});
        const auto mapping = test::mapped(name, {name});
        for (const auto& statement : backend.create_triggers(mapping, info)) bench.run(statement);
        REQUIRE(bench.backend->has_triggers(*bench.session, mapping, info));
        bench.run("INSERT INTO " + quoted + " (" + quoted + ") VALUES (:p0)", {"7"});
        bench.run("UPDATE " + quoted + " SET " + backend.quote(name + "_v") + " = :p0 WHERE " +
                      quoted + " = :p1",
                  {"it's :p0", "7"});
        REQUIRE(bench.read(name, name + "_v") == text_value("it's :p0"));
        REQUIRE(bench.session->rows("SELECT tbl, local_key FROM cfs_journal") ==
                std::vector<SqlRow>{{name, "7"}, {name, "7"}});
        for (const auto& statement : backend.drop_triggers(mapping)) bench.run(statement);
        REQUIRE_FALSE(bench.backend->has_triggers(*bench.session, mapping, info));
        bench.run("DROP TABLE " + quoted);
        bench.run("DELETE FROM cfs_journal");
    }
}

TEST_CASE("servers: rows are found by many keys") {
    CFS_FOR_EACH_SYSTEM(bench);
    bench.run("CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(200))");
    for (const auto& [id, text] : std::vector<std::pair<std::string, std::string>>{
             {"1", "a\"\\b"}, {"2", "Åsa"}, {"30", "tab\there"}, {"-4", "it's"}}) {
        bench.run("INSERT INTO t (id, v) VALUES (:p0, :p1)", {id, text});
    }
    const auto count = [&](const std::string& column, const std::vector<std::string>& values) {
        const auto condition = bench.backend->is_one_of(bench.column("t", column), values);
        return bench.session->number("SELECT COUNT(*) FROM t WHERE " + condition.sql,
                                     condition.parameters);
    };
    CHECK(count("id", {}) == 0);
    CHECK(count("id", {"1"}) == 1);
    CHECK(count("id", {"1", "30", "-4", "5", "99999999999"}) == 3);
    CHECK(count("v", {"a\"\\b", "Åsa", "tab\there", "it's", "'"}) == 4);
    std::vector<std::string> many;
    for (int i = 1; i <= 400; ++i) many.push_back(std::to_string(i));
    CHECK(count("id", many) == 3);
}

TEST_CASE("servers: an insert tells the key that the database gave") {
    CFS_FOR_EACH_SYSTEM(bench);
    bench.run("CREATE TABLE t (id " + bench.system->automatic_key() + ", v VARCHAR(20))");
    for (const auto& statement : bench.backend->create_tables()) bench.run(statement);
    const auto mapping = test::mapped("t", {"id"});
    for (const auto& statement : bench.backend->create_triggers(mapping, bench.info())) {
        bench.run(statement);
    }
    // Notes in the journal, where the database numbers too, are not taken for it.
    for (int i = 0; i < 5; ++i) bench.run("INSERT INTO t (v) VALUES ('a')");
    bench.run("DELETE FROM t");
    const auto key = bench.backend->insert(*bench.session, "INSERT INTO t (v) VALUES (:p0)",
                                           {"it's"}, *bench.info().find("id"));
    REQUIRE(key == bench.session->value("SELECT id FROM t WHERE v = :p0", {"it's"}));
    REQUIRE(key == "6");
}

TEST_CASE("servers: our tables are all listed, and all go") {
    CFS_FOR_EACH_SYSTEM(bench);
    bench.run("CREATE TABLE t (id INTEGER PRIMARY KEY)");
    for (const auto& statement : bench.backend->create_tables()) bench.run(statement);
    for (const auto& name : bench.backend->own_tables()) {
        CAPTURE(name);
        CHECK(name.starts_with("cfs_"));
        bench.run("DROP TABLE " + name);
    }
    REQUIRE(bench.backend->tables(*bench.session) == std::vector<std::string>{"t"});
}

TEST_CASE("servers: our tables compare byte by byte") {
    CFS_FOR_EACH_SYSTEM(bench);
    for (const auto& statement : bench.backend->create_tables()) bench.run(statement);
    const std::vector<std::string> keys = {"a",  "A", "a ",  "á", "a\u0301",
                                           "ａ", "1", "1.0", "",  " "};
    for (const auto& key : keys) {
        CAPTURE(key);
        bench.run("INSERT INTO cfs_key (tbl, local_key, row_id) VALUES (:p0, :p1, :p2)",
                  {"t", key, "id " + key + "|"});
        bench.run("INSERT INTO cfs_file (writer, state, path) VALUES (:p0, 'read', :p1)",
                  {"w", key});
        bench.run("INSERT INTO cfs_touched (patient) VALUES (:p0)", {key});
    }
    for (const auto& key : keys) {
        CAPTURE(key);
        CHECK(
            bench.session->rows("SELECT local_key FROM cfs_key WHERE tbl = :p0 AND local_key = :p1",
                                {"t", key}) == std::vector<SqlRow>{{key}});
    }
    REQUIRE_THROWS_AS(
        bench.run("INSERT INTO cfs_key (tbl, local_key, row_id) VALUES ('t', 'a', 'x')"),
        RowRefused);
    // In the order of their bytes.
    auto sorted = keys;
    std::sort(sorted.begin(), sorted.end());
    std::vector<std::string> found;
    bench.session->query("SELECT path FROM cfs_file ORDER BY path", {},
                         [&](const SqlRow& row) { found.push_back(row[0].value()); });
    REQUIRE(found == sorted);
}

TEST_CASE("servers: our tables hold the longest names, keys and paths") {
    CFS_FOR_EACH_SYSTEM(bench);
    for (const auto& statement : bench.backend->create_tables()) bench.run(statement);
    const std::string name(64, 'n');
    std::string wide, path;
    for (int i = 0; i < 255; ++i) wide += "日";
    for (int i = 0; i < 2; ++i) path += "/" + std::string(254, 'p');
    bench.run("INSERT INTO cfs_row (row_id, tbl, local_key, patient) VALUES ('r', :p0, :p1, 'p')",
              {name, wide});
    bench.run("INSERT INTO cfs_key (tbl, local_key, row_id) VALUES (:p0, :p1, 'r')", {name, wide});
    bench.run("INSERT INTO cfs_file (writer, state, path) VALUES ('w', 'read', :p0)", {path});
    REQUIRE(bench.session->value("SELECT local_key FROM cfs_row WHERE tbl = :p0", {name}) == wide);
    REQUIRE(bench.session->value("SELECT row_id FROM cfs_key WHERE tbl = :p0 AND local_key = :p1",
                                 {name, wide}) == "r");
    REQUIRE(bench.session->value("SELECT path FROM cfs_file") == path);
}

TEST_CASE("servers: what is written into shadows is kept in the tables, row for row") {
    CFS_FOR_EACH_SYSTEM(bench);
    for (const auto& statement : bench.backend->create_tables()) bench.run(statement);
    const auto program = bench.system->program();
    constexpr int kRows = 1600;  // more than one statement copies, of each table
    const auto rows_in = [&](const std::string& columns, const std::string& table) {
        return program->rows("SELECT " + columns + " FROM " + table + " ORDER BY " + columns);
    };
    std::vector<SqlRow> rows, keys;
    {
        ShadowTables shadows(*bench.backend, *bench.session, kNamedTables);
        for (int i = 0; i < kRows; ++i) {
            // Neither in the order of the rows' names nor in that of their keys.
            const auto name = "r" + std::to_string(i * 37 % kRows), key = std::to_string(i);
            const std::string table = i % 3 == 0 ? "visit" : "patient";
            bench.run(
                "INSERT INTO cfs_row (row_id, tbl, local_key, patient) VALUES (:p0, :p1, :p2, 'p')",
                {name, table, key});
            bench.run("INSERT INTO cfs_key (tbl, local_key, row_id) VALUES (:p0, :p1, :p2)",
                      {table, key, name});
            rows.push_back({name, table, key});
            keys.push_back({table, key, name});
        }
        bench.run("INSERT INTO cfs_touched (patient) VALUES ('p')");
        REQUIRE(rows_in("row_id", "cfs_row").empty());
        shadows.keep(system_clock());
        // Ours again, and seen by all.
        REQUIRE(bench.session->number("SELECT COUNT(*) FROM cfs_row") == kRows);
        program->execute("DELETE FROM cfs_touched");
        REQUIRE(bench.session->number("SELECT COUNT(*) FROM cfs_touched") == 0);
    }
    std::sort(rows.begin(), rows.end());
    std::sort(keys.begin(), keys.end());
    REQUIRE(rows_in("row_id, tbl, local_key", "cfs_row") == rows);
    REQUIRE(rows_in("tbl, local_key, row_id", "cfs_key") == keys);
    REQUIRE(rows_in("row_id", "cfs_as_left").empty());
}

TEST_CASE("postgresql: many keys are found by the index in a shadow that has grown") {
    const auto system = test::make_postgresql_system();
    if (!system) {
        WARN("left out: there is no PostgreSQL server; start the tests with run.py");
        return;
    }
    test::Bench bench(system);
    for (const auto& statement : bench.backend->create_tables()) bench.run(statement);
    const ShadowTables shadows(*bench.backend, *bench.session, kNamedTables);
    bench.run(
        "INSERT INTO cfs_key (tbl, local_key, row_id) "
        "SELECT 'visit', i::text, 'r' || i FROM generate_series(1, 60000) i");
    std::vector<std::string> keys;
    for (int i = 1; i <= 500; ++i) keys.push_back(std::to_string(i));
    bench.backend->gather_statistics(*bench.session, kNamedTables);
    const auto condition = about_keys(*bench.backend, "visit", keys);
    std::string plan;
    bench.session->query("EXPLAIN SELECT row_id FROM cfs_key WHERE " + condition.sql,
                         condition.parameters,
                         [&](const SqlRow& row) { plan += row[0].value_or("") + "\n"; });
    CAPTURE(plan);
    REQUIRE(plan.find("Index Cond: ((tbl = ") != std::string::npos);
    REQUIRE(plan.find("local_key = ANY", plan.find("Index Cond")) != std::string::npos);
    REQUIRE(plan.find("Filter") == std::string::npos);
}

TEST_CASE("servers: a shadow hides one of our tables, with the same rows") {
    CFS_FOR_EACH_SYSTEM(bench);
    for (const auto& statement : bench.backend->create_tables()) bench.run(statement);
    bench.run("CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(20))");
    const auto mapping = test::mapped("t", {"id"});
    for (const auto& statement : bench.backend->create_triggers(mapping, bench.info())) {
        bench.run(statement);
    }
    const auto program = bench.system->program();
    program->execute("INSERT INTO t (id) VALUES (1)");
    bench.run("INSERT INTO cfs_row (row_id, tbl, local_key, patient) VALUES ('r', 't', '1', 'p')");
    for (const std::string table : {"cfs_journal", "cfs_row", "cfs_touched"}) {
        bench.backend->shadow(*bench.session, table);
    }
    REQUIRE(bench.session->number("SELECT COUNT(*) FROM cfs_journal") == 1);
    // The clinic program works on; its note is not ours to see.
    program->execute("INSERT INTO t (id) VALUES (2)");
    REQUIRE(bench.session->number("SELECT COUNT(*) FROM cfs_journal") == 1);
    {
        SqlTransaction transaction(*bench.session, bench.backend->begin_statement());
        bench.run("DELETE FROM cfs_journal");
        bench.run("INSERT INTO cfs_touched (patient) VALUES ('p')");
        bench.run("UPDATE cfs_row SET local_key = NULL");
        transaction.commit();
    }
    REQUIRE_THROWS_AS(
        bench.run("INSERT INTO cfs_row (row_id, tbl, patient) VALUES ('r', 't', 'p')"), RowRefused);
    REQUIRE(program->number("SELECT COUNT(*) FROM cfs_journal") == 2);
    REQUIRE(program->number("SELECT COUNT(*) FROM cfs_touched") == 0);
    for (const std::string table : {"cfs_journal", "cfs_row", "cfs_touched"}) {
        bench.backend->unshadow(*bench.session, table);
    }
    REQUIRE(bench.session->number("SELECT COUNT(*) FROM cfs_journal") == 2);
    REQUIRE(bench.session->value("SELECT local_key FROM cfs_row") == "1");
    // Again, for the next preview; and without any.
    bench.backend->shadow(*bench.session, "cfs_journal");
    REQUIRE(bench.session->number("SELECT COUNT(*) FROM cfs_journal") == 2);
    bench.backend->unshadow(*bench.session, "cfs_journal");
    bench.backend->unshadow(*bench.session, "cfs_journal");
    REQUIRE(bench.session->number("SELECT COUNT(*) FROM cfs_journal") == 2);
}
