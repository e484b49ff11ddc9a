// Our triggers note each change of the clinic program's, and nothing else.
#include <set>

#include "core/model/digest.h"
#include "core/model/time.h"
#include "tests/servers/system.h"
#include "tests/support/catch.h"

using namespace cfs;

namespace {

using Notes = std::vector<std::string>;

void track(test::Bench& bench, const TableMapping& table) {
    for (const auto& statement : bench.backend->create_triggers(table, bench.info(table.table))) {
        bench.run(statement);
    }
}

// A table "t" of the clinic program's with our tables and triggers.
TableMapping tracked(test::Bench& bench, const std::string& columns,
                     const std::vector<std::string>& key) {
    bench.run("CREATE TABLE t (" + columns + ")");
    for (const auto& statement : bench.backend->create_tables()) bench.run(statement);
    auto table = test::mapped("t", key);
    track(bench, table);
    return table;
}

// What the journal notes, then forgets: "I 1", "U 2 <- 1".
Notes notes(test::Bench& bench) {
    Notes result;
    for (const auto& row : bench.session->rows(
             "SELECT op, local_key, old_key, tbl, at FROM cfs_journal ORDER BY seq")) {
        CHECK(row[3] == "t");
        CHECK(time_from_text(row[4].value_or("")).has_value());
        result.push_back(*row[0] + " " + row[1].value_or("NULL") +
                         (row[2] ? " <- " + *row[2] : ""));
    }
    bench.run("DELETE FROM cfs_journal");
    return result;
}

}  // namespace

TEST_CASE("servers: triggers note each change of the clinic program") {
    CFS_FOR_EACH_SYSTEM(bench);
    tracked(bench, "id INTEGER PRIMARY KEY, v VARCHAR(20)", {"id"});
    const auto program = bench.system->program();
    program->execute("INSERT INTO t VALUES (1, 'a'), (2, 'b')");
    REQUIRE(notes(bench) == Notes{"I 1", "I 2"});
    program->execute("UPDATE t SET v = 'c' WHERE id = 1");
    program->execute("UPDATE t SET id = 5 WHERE id = 2");
    REQUIRE(notes(bench) == Notes{"U 1 <- 1", "U 5 <- 2"});
    program->execute("DELETE FROM t");
    REQUIRE(notes(bench) == Notes{"D 1", "D 5"});
}

TEST_CASE("servers: a note tells when the change was made") {
    CFS_FOR_EACH_SYSTEM(bench);
    tracked(bench, "id INTEGER PRIMARY KEY", {"id"});
    const auto before = system_clock().now();
    bench.system->program()->execute("INSERT INTO t VALUES (1)");
    const auto at = time_from_text(bench.session->value("SELECT at FROM cfs_journal").value());
    const auto after = system_clock().now();
    REQUIRE(at.has_value());
    CHECK(*at >= before - std::chrono::milliseconds(1));
    CHECK(*at <= after + std::chrono::milliseconds(1));
    REQUIRE(bench.session->value("SELECT at FROM cfs_journal") == to_text(*at));
}

TEST_CASE("servers: the random bytes of each insert differ") {
    CFS_FOR_EACH_SYSTEM(bench);
    tracked(bench, "id INTEGER PRIMARY KEY", {"id"});
    const auto program = bench.system->program();
    program->execute("INSERT INTO t VALUES (1), (2), (3), (4), (5), (6), (7), (8)");
    program->execute("INSERT INTO t VALUES (11), (12), (13), (14), (15), (16), (17), (18)");
    std::set<std::string> seen;
    for (const auto& row : bench.session->rows("SELECT fresh FROM cfs_journal")) {
        const auto bytes = from_hex(row[0].value_or(""));
        REQUIRE(bytes.has_value());
        REQUIRE(bytes->size() == 16);
        seen.insert(*row[0]);
    }
    REQUIRE(seen.size() == 16);
    bench.run("DELETE FROM cfs_journal");
    program->execute("DELETE FROM t");
    REQUIRE_FALSE(bench.session->value("SELECT fresh FROM cfs_journal"));
}

TEST_CASE("servers: triggers are silent while we write, for others never") {
    CFS_FOR_EACH_SYSTEM(bench);
    tracked(bench, "id INTEGER PRIMARY KEY, v VARCHAR(20)", {"id"});
    const auto program = bench.system->program();
    {
        SqlTransaction transaction(*bench.session, bench.backend->begin_statement());
        bench.run(bench.backend->begin_own_writes());
        bench.run("INSERT INTO t VALUES (1, 'a')");
        bench.run("UPDATE t SET v = 'b' WHERE id = 1");
        if (bench.system->locks_rows()) program->execute("INSERT INTO t VALUES (7, 'theirs')");
        bench.run(bench.backend->end_own_writes());
        transaction.commit();
    }
    REQUIRE(notes(bench) == (bench.system->locks_rows() ? Notes{"I 7"} : Notes{}));
    bench.run("INSERT INTO t VALUES (2, 'a')");
    REQUIRE(notes(bench) == Notes{"I 2"});
}

TEST_CASE("servers: triggers speak again after own writes, also after some that were undone") {
    CFS_FOR_EACH_SYSTEM(bench);
    tracked(bench, "id INTEGER PRIMARY KEY, v VARCHAR(20)", {"id"});
    for (const bool kept : {false, true}) {
        SqlTransaction transaction(*bench.session, bench.backend->begin_statement());
        bench.run(bench.backend->begin_own_writes());
        bench.run("INSERT INTO t VALUES (1, 'a')");
        if (!kept) continue;
        bench.run(bench.backend->end_own_writes());
        transaction.commit();
    }
    bench.run("INSERT INTO t VALUES (2, 'a')");
    REQUIRE(notes(bench) == Notes{"I 2"});
}

TEST_CASE("servers: a change that is undone is not noted") {
    CFS_FOR_EACH_SYSTEM(bench);
    tracked(bench, "id INTEGER PRIMARY KEY", {"id"});
    const auto program = bench.system->program();
    program->execute("BEGIN");
    program->execute("INSERT INTO t VALUES (1)");
    program->execute("ROLLBACK");
    REQUIRE(notes(bench).empty());
}

TEST_CASE("servers: triggers note all parts of a key, as reading gives them") {
    CFS_FOR_EACH_SYSTEM(bench);
    const auto table = tracked(
        bench, "a INTEGER NOT NULL, b VARCHAR(20) NOT NULL, c DATE NOT NULL, PRIMARY KEY (a, b, c)",
        {"a", "b", "c"});
    const auto key = [](const std::string& b) { return join_key({"1", b, "2026-02-28"}); };
    bench.run("INSERT INTO t VALUES (1, 'x', '2026-02-28')");
    bench.run("UPDATE t SET b = 'y'");
    REQUIRE(notes(bench) == Notes{"I " + key("x"), "U " + key("y") + " <- " + key("x")});
    std::vector<std::string> read;
    for (const auto& column : table.key) read.push_back(bench.read("t", column).bytes);
    bench.run("DELETE FROM t");
    REQUIRE(notes(bench) == Notes{"D " + join_key(read)});
}

TEST_CASE("servers: missing and changed triggers are noticed") {
    CFS_FOR_EACH_SYSTEM(bench);
    const auto table = tracked(bench, "id INTEGER PRIMARY KEY, v VARCHAR(20)", {"id"});
    const auto present = [&] {
        return bench.backend->has_triggers(*bench.session, table, bench.info());
    };
    REQUIRE(present());
    SECTION("a rebuilt table") {
        bench.run("CREATE TABLE t2 (id INTEGER PRIMARY KEY, v VARCHAR(20))");
        bench.run("DROP TABLE t");
        bench.run("ALTER TABLE t2 RENAME TO t");
    }
    SECTION("the key is another column now") {
        REQUIRE_FALSE(
            bench.backend->has_triggers(*bench.session, test::mapped("t", {"v"}), bench.info()));
        return;
    }
    SECTION("all dropped") {
        for (const auto& statement : bench.backend->drop_triggers(table)) bench.run(statement);
    }
    REQUIRE_FALSE(present());
    for (const auto& statement : bench.backend->drop_triggers(table)) bench.run(statement);
    track(bench, table);
    REQUIRE(present());
    bench.run("INSERT INTO t VALUES (1, 'a')");
    REQUIRE(notes(bench) == Notes{"I 1"});
}

TEST_CASE("servers: all triggers of ours are found, whatever they are on") {
    CFS_FOR_EACH_SYSTEM(bench);
    tracked(bench, "id INTEGER PRIMARY KEY, v VARCHAR(20)", {"id"});
    const std::string wide(60, 'w');
    bench.run("CREATE TABLE " + wide + " (id INTEGER PRIMARY KEY)");
    track(bench, test::mapped(wide, {"id"}));
    bench.run("ALTER TABLE t RENAME TO renamed");
    for (const auto& statement : bench.system->refusing_trigger("renamed")) bench.run(statement);
    for (const auto& statement : bench.backend->drop_all_triggers(*bench.session)) {
        bench.run(statement);
    }
    bench.run("INSERT INTO renamed VALUES (1, 'a')");
    bench.run("INSERT INTO " + wide + " VALUES (1)");
    REQUIRE(notes(bench).empty());
    REQUIRE(bench.backend->drop_all_triggers(*bench.session).empty());
    // The clinic program's own stay.
    REQUIRE_THROWS_AS(bench.run("INSERT INTO renamed VALUES (2, 'refused')"), RowRefused);
}

TEST_CASE("servers: an added and a dropped column leave the triggers alone") {
    CFS_FOR_EACH_SYSTEM(bench);
    const auto table = tracked(bench, "id INTEGER PRIMARY KEY, v VARCHAR(20)", {"id"});
    bench.run("ALTER TABLE t ADD COLUMN w VARCHAR(20)");
    bench.run("ALTER TABLE t DROP COLUMN v");
    REQUIRE(bench.backend->has_triggers(*bench.session, table, bench.info()));
    bench.run("INSERT INTO t VALUES (1, 'a')");
    REQUIRE(notes(bench) == Notes{"I 1"});
}
