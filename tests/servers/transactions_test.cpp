// Refused rows, locks, changes at the same time, lost connections.
#include <chrono>
#include <future>

#include "core/database/clinic_tables.h"
#include "tests/servers/system.h"
#include "tests/support/catch.h"

using namespace cfs;

namespace {

using std::chrono::steady_clock;

// The clinic program is promised that it waits no longer.
constexpr std::chrono::milliseconds kPromised{100};

Mapping mapping_of_t() {
    Mapping mapping;
    mapping.tables.push_back(test::mapped("t", {"id"}));
    return mapping;
}

}  // namespace

TEST_CASE("servers: a refused row says why, without values") {
    CFS_FOR_EACH_SYSTEM(bench);
    bench.run("CREATE TABLE parent (id INTEGER PRIMARY KEY)");
    bench.run(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(20) NOT NULL UNIQUE, n INTEGER CHECK (n "
        "< "
        "77), parent INTEGER, FOREIGN KEY (parent) REFERENCES parent (id))");
    for (const auto& statement : bench.system->refusing_trigger("t")) bench.run(statement);
    bench.run("INSERT INTO t (id, v) VALUES (1, 'secret')");
    for (const SqlParameters& row :
         std::vector<SqlParameters>{{"2", "secret", "1", std::nullopt},
                                    {"1", "other", "1", std::nullopt},
                                    {"2", std::nullopt, "1", std::nullopt},
                                    {"2", "a", "7777", std::nullopt},
                                    {"2", "a", "1", "7777"},
                                    {"2", "refused", "1", std::nullopt}}) {
        CAPTURE(row[1].text.value_or("NULL"), row[2].text.value_or("NULL"));
        try {
            bench.run("INSERT INTO t (id, v, n, parent) VALUES (:p0, :p1, :p2, :p3)", row);
            FAIL_CHECK("the row was taken");
        } catch (const RowRefused& refused) {
            const std::string said = refused.what();
            CAPTURE(said);
            CHECK_FALSE(said.empty());
            CHECK(said.find("secret") == std::string::npos);
            CHECK(said.find("7777") == std::string::npos);
            CHECK(said.find("INSERT") == std::string::npos);
        }
    }
    REQUIRE(bench.session->number("SELECT COUNT(*) FROM t") == 1);
}

TEST_CASE("servers: after a refused row the transaction goes on") {
    CFS_FOR_EACH_SYSTEM(bench);
    bench.run("CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(20))");
    SqlTransaction transaction(*bench.session, bench.backend->begin_statement());
    bench.run("INSERT INTO t VALUES (1, 'a')");
    for (int i = 0; i < 2; ++i) {
        SqlSavepoint patient(*bench.session, "cfs_patient_sync");
        bench.run("INSERT INTO t VALUES (:p0, 'b')", {std::to_string(10 + i)});
        REQUIRE_THROWS_AS(
            [&] {
                const SqlSavepoint row(*bench.session, "cfs_row_write");
                bench.run("INSERT INTO t VALUES (:p0, 'c')", {std::to_string(20 + i)});
                bench.run("INSERT INTO t VALUES (:p0, 'c')", {"1"});
            }(),
            RowRefused);
        bench.run("INSERT INTO t VALUES (:p0, 'd')", {std::to_string(30 + i)});
        if (i == 0) patient.release();
    }
    transaction.commit();
    std::string kept;
    bench.session->query("SELECT id FROM t ORDER BY id", {},
                         [&](const SqlRow& row) { kept += *row[0] + " "; });
    REQUIRE(kept == "1 10 30 ");
}

TEST_CASE("servers: a wrong statement is refused without a value in the sentence") {
    CFS_FOR_EACH_SYSTEM(bench);
    for (const std::string sql : {"SELECT nothing FROM nowhere WHERE v = :p0",
                                  "SELECT 'secret' WHERE AND :p0", "SELEC :p0"}) {
        try {
            bench.run(sql, {"secret"});
            FAIL_CHECK("nothing was thrown");
        } catch (const Error& error) {
            const std::string said = error.what();
            CAPTURE(said);
            CHECK(error.code() == ErrorCode::database_refused);
            CHECK(said.find("secret") == std::string::npos);
            CHECK(said.find(bench.backend->name()) != std::string::npos);
        }
    }
    REQUIRE(bench.session->number("SELECT 1") == 1);
}

TEST_CASE("servers: all reads of a transaction see one moment") {
    CFS_FOR_EACH_SYSTEM(bench);
    if (!bench.system->locks_rows()) return;  // nobody else writes meanwhile
    bench.run("CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(20))");
    bench.run("INSERT INTO t VALUES (1, 'a')");
    const auto program = bench.system->program();
    SqlTransaction transaction(*bench.session, bench.backend->begin_statement());
    CHECK(bench.session->value("SELECT v FROM t") == "a");
    program->execute("UPDATE t SET v = 'b'");
    program->execute("INSERT INTO t VALUES (2, 'b')");
    CHECK(bench.session->value("SELECT v FROM t") == "a");
    CHECK(bench.session->number("SELECT COUNT(*) FROM t") == 1);
    transaction.commit();
    CHECK(bench.session->number("SELECT COUNT(*) FROM t") == 2);
}

TEST_CASE("servers: a row that another holds is told at once, and nobody waits for us") {
    CFS_FOR_EACH_SYSTEM(bench);
    bench.run("CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(20))");
    bench.run("INSERT INTO t VALUES (1, 'a'), (2, 'a')");
    bench.session->set_patience({});
    const auto program = bench.system->program();
    program->execute("BEGIN");
    program->execute("UPDATE t SET v = 'theirs' WHERE id = 1");
    const auto start = steady_clock::now();
    const auto code = test::code_of([&] {
        SqlTransaction transaction(*bench.session, bench.backend->begin_statement());
        bench.run("UPDATE t SET v = 'ours' WHERE id = 1");
        transaction.commit();
    });
    CHECK(steady_clock::now() - start < kPromised);
    REQUIRE(code == ErrorCode::database_locked);
    program->execute("COMMIT");
    REQUIRE(bench.session->value("SELECT v FROM t WHERE id = 1") == "theirs");
    SqlTransaction transaction(*bench.session, bench.backend->begin_statement());
    bench.run("UPDATE t SET v = 'ours' WHERE id = 1");
    transaction.commit();
    REQUIRE(bench.session->value("SELECT v FROM t WHERE id = 1") == "ours");
}

TEST_CASE("servers: a deadlock never ends the clinic program's transaction") {
    CFS_FOR_EACH_SYSTEM(bench);
    if (!bench.system->locks_rows()) return;
    bench.run("CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(20))");
    bench.run("INSERT INTO t VALUES (1, 'a'), (2, 'a')");
    const auto program = bench.system->program();
    program->execute("BEGIN");
    program->execute("UPDATE t SET v = 'theirs' WHERE id = 1");
    std::future<void> waiting;
    {
        const SqlTransaction transaction(*bench.session, bench.backend->begin_statement());
        bench.run("UPDATE t SET v = 'ours' WHERE id = 2");
        waiting = std::async(std::launch::async,
                             [&] { program->execute("UPDATE t SET v = 'theirs' WHERE id = 2"); });
        CHECK(waiting.wait_for(std::chrono::milliseconds(50)) == std::future_status::timeout);
        CHECK(test::code_of([&] { bench.run("UPDATE t SET v = 'ours' WHERE id = 1"); }) ==
              ErrorCode::database_locked);
    }
    REQUIRE_NOTHROW(waiting.get());
    program->execute("COMMIT");
    REQUIRE(bench.session->number("SELECT COUNT(*) FROM t WHERE v = 'theirs'") == 2);
}

TEST_CASE("servers: what was committed between our read and our write is never overwritten") {
    CFS_FOR_EACH_SYSTEM(bench);
    bench.run("CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(20))");
    bench.run("INSERT INTO t VALUES (1, 'a')");
    bench.session->set_patience({});
    const auto mapping = mapping_of_t();
    ClinicTables tables(*bench.backend, *bench.session, mapping, system_random());
    const auto program = bench.system->program();
    bool theirs = false;
    try {
        SqlTransaction transaction(*bench.session, bench.backend->begin_statement());
        CHECK(tables.read(mapping.tables[0], "1")->text("v") == "a");
        try {
            program->execute("UPDATE t SET v = 'theirs' WHERE id = 1");
            theirs = true;
        } catch (const Error& error) {
            CHECK(error.code() == ErrorCode::database_locked);
        }
        tables.update(mapping.tables[0], "1", {{"v", text_value("ours")}});
        transaction.commit();
        CHECK_FALSE(theirs);
    } catch (const Error& error) {
        CHECK(theirs);
        CHECK(error.code() == ErrorCode::database_locked);
    }
    REQUIRE(bench.session->value("SELECT v FROM t") == (theirs ? "theirs" : "ours"));
}

TEST_CASE("servers: a row deleted between our read and our write stays deleted") {
    CFS_FOR_EACH_SYSTEM(bench);
    if (!bench.system->locks_rows()) return;
    bench.run("CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(20))");
    bench.run("INSERT INTO t VALUES (1, 'a')");
    const auto mapping = mapping_of_t();
    ClinicTables tables(*bench.backend, *bench.session, mapping, system_random());
    REQUIRE(test::code_of([&] {
                SqlTransaction transaction(*bench.session, bench.backend->begin_statement());
                (void)tables.read(mapping.tables[0], "1");
                bench.system->program()->execute("DELETE FROM t");
                tables.update(mapping.tables[0], "1", {{"v", text_value("ours")}});
                transaction.commit();
            }) == ErrorCode::database_locked);
    REQUIRE(bench.session->number("SELECT COUNT(*) FROM t") == 0);
}

TEST_CASE("servers: the clinic program waits for our transaction, and then gets through") {
    CFS_FOR_EACH_SYSTEM(bench);
    if (!bench.system->locks_rows()) return;
    bench.run("CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(20))");
    bench.run("INSERT INTO t VALUES (1, 'a'), (2, 'a')");
    const auto program = bench.system->program();
    SqlTransaction transaction(*bench.session, bench.backend->begin_statement());
    bench.run("UPDATE t SET v = 'ours' WHERE id = 1");
    // Other rows are not locked.
    program->execute("UPDATE t SET v = 'theirs' WHERE id = 2");
    program->execute("INSERT INTO t VALUES (3, 'theirs')");
    auto waiting = std::async(std::launch::async,
                              [&] { program->execute("UPDATE t SET v = 'theirs' WHERE id = 1"); });
    CHECK(waiting.wait_for(std::chrono::milliseconds(20)) == std::future_status::timeout);
    transaction.commit();
    REQUIRE_NOTHROW(waiting.get());
    REQUIRE(bench.session->value("SELECT v FROM t WHERE id = 1") == "theirs");
}

TEST_CASE("servers: a lost connection is an error with a sentence") {
    CFS_FOR_EACH_SYSTEM(bench);
    bench.run("CREATE TABLE t (id INTEGER PRIMARY KEY)");
    SECTION("between two statements") {
        if (!bench.system->cut(*bench.session)) return;
        for (int i = 0; i < 2; ++i) {
            REQUIRE(test::code_of([&] { bench.run("INSERT INTO t VALUES (1)"); }) ==
                    ErrorCode::database_lost);
        }
    }
    SECTION("inside a transaction, which is undone") {
        REQUIRE(test::code_of([&] {
                    SqlTransaction transaction(*bench.session, bench.backend->begin_statement());
                    bench.run("INSERT INTO t VALUES (1)");
                    if (!bench.system->cut(*bench.session)) {
                        throw Error(ErrorCode::database_lost, "There is no connection to cut.");
                    }
                    const SqlSavepoint savepoint(*bench.session, "cfs_row_write");
                    transaction.commit();
                }) == ErrorCode::database_lost);
    }
    const auto again = bench.backend->connect();
    REQUIRE(again->number("SELECT COUNT(*) FROM t") == 0);
}
