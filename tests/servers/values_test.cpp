// Values travel exactly, in both directions, in every database system.
#include "tests/servers/system.h"
#include "tests/support/catch.h"

using namespace cfs;

namespace {

// From one column of the type to a second one; fails unless both hold the same.
Value carried(test::Bench& bench, const std::string& type, const std::string& literal) {
    bench.run("DROP TABLE IF EXISTS a");
    bench.run("DROP TABLE IF EXISTS b");
    bench.run("CREATE TABLE a (v " + type + ")");
    bench.run("CREATE TABLE b (v " + type + ")");
    bench.run("INSERT INTO a VALUES (" + literal + ")");
    auto value = bench.read("a");
    // A statement that was prepared knows the type of the column that was.
    bench.session->forget_statements();
    bench.write("b", value);
    CAPTURE(type, literal, value.bytes, bench.read("b").bytes);
    CHECK(bench.read("b") == value);
    CHECK(bench.session->value("SELECT CASE WHEN " + bench.system->identical("a.v", "b.v") +
                               " THEN 'same' END FROM a, b") == "same");
    return value;
}

}  // namespace

TEST_CASE("servers: a value of any kind of column travels exactly") {
    CFS_FOR_EACH_SYSTEM(bench);
    for (const auto& [type, literal, value] : bench.system->column_cases()) {
        CAPTURE(type, literal);
        const auto found = carried(bench, type, literal);
        CAPTURE(found.bytes);
        CHECK(found == value);
        CHECK(carried(bench, type, "NULL") == null_value());
    }
}

TEST_CASE("servers: text travels exactly, also what means something to SQL or to us") {
    CFS_FOR_EACH_SYSTEM(bench);
    bench.run("CREATE TABLE a (id INTEGER PRIMARY KEY, v VARCHAR(200))");
    for (const std::string text : {"",
                                   " ",
                                   "trailing  ",
                                   "'",
                                   "''",
                                   "\\",
                                   "\\'",
                                   "\\\\",
                                   "\"",
                                   "`",
                                   ":p0",
                                   "':p0",
                                   "a:b:c",
                                   "@x := 1",
                                   "%s",
                                   "NULL",
                                   "null",
                                   "0",
                                   "\t",
                                   "line\nfeed\r\n",
                                   "-- no comment",
                                   "/* */",
                                   "Ærøskøbing",
                                   "日本語",
                                   "\U0001F9E0 \U0001F48A",
                                   "e\u0301",
                                   "\xE2\x80\xAE",
                                   "0000-00-00"}) {
        CAPTURE(text);
        bench.run("DELETE FROM a");
        const auto written =
            bench.backend->write_expression(text_value(text), bench.column("a", "v"), ":p1");
        bench.run("INSERT INTO a (id, v) VALUES (:p0, " + written.sql + ")",
                  {"1", written.parameter});
        CHECK(bench.read("a") == text_value(text));
        CHECK(bench.session->value("SELECT v FROM a WHERE v = :p0 AND id = :p1", {text, "1"}) ==
              text);
    }
}

TEST_CASE("servers: large text travels whole") {
    CFS_FOR_EACH_SYSTEM(bench);
    for (const auto& statement : bench.backend->create_tables()) bench.run(statement);
    std::string text;
    while (text.size() < (3U << 20))
        text += "a long record ' with \\ all \xC3\xA6 sorts of things\n";
    bench.run("INSERT INTO cfs_meta (name, value) VALUES (:p0, :p1)", {"long", text});
    REQUIRE(bench.session->value("SELECT value FROM cfs_meta WHERE name = :p0", {"long"}) == text);
    bench.run("UPDATE cfs_meta SET value = :p0", {std::nullopt});
    REQUIRE_FALSE(bench.session->value("SELECT value FROM cfs_meta"));
    REQUIRE(bench.session->rows("SELECT value FROM cfs_meta").size() == 1);
}

TEST_CASE("servers: one statement writes now a text, now NULL") {
    CFS_FOR_EACH_SYSTEM(bench);
    bench.run("CREATE TABLE a (v VARCHAR(200))");
    for (const auto& value : {null_value(), text_value("x"), null_value(), text_value("")}) {
        bench.write("a", value);
        CHECK(bench.read("a") == value);
    }
}

TEST_CASE("servers: statements may be run while rows of another, or the same, are visited") {
    CFS_FOR_EACH_SYSTEM(bench);
    bench.run("CREATE TABLE t (id INTEGER PRIMARY KEY)");
    bench.run("INSERT INTO t VALUES (1), (2), (3)");
    const std::string all = "SELECT id FROM t ORDER BY id";
    std::string seen;
    bench.session->query(all, {}, [&](const SqlRow& outer) {
        seen += *outer[0] + ":";
        bench.session->query(all, {}, [&](const SqlRow& inner) { seen += *inner[0]; });
    });
    REQUIRE(seen == "1:1232:1233:123");
}
