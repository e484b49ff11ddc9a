#include "core/database/catalogue.h"

#include "core/database/sqlite_backend.h"
#include "tests/support/catch.h"

using namespace cfs;

namespace {

class Database {
  public:
    explicit Database(std::initializer_list<const char*> statements) {
        for (const char* statement : statements) session_->execute(statement);
        catalogue = backend_->catalogue(*session_);
        look_at_rows(*session_, catalogue);
    }

    [[nodiscard]] const CatalogueTable& table(const std::string& name) const {
        const auto* found = catalogue.find(name);
        REQUIRE(found != nullptr);
        return *found;
    }

    [[nodiscard]] const CatalogueColumn& column(const std::string& table_name,
                                                const std::string& name) const {
        const auto* found = table(table_name).find(name);
        REQUIRE(found != nullptr);
        return *found;
    }

    [[nodiscard]] Overlap overlap(const std::string& from, const std::string& name,
                                  const std::string& to, const std::string& target) {
        return overlap_of(*session_, catalogue, table(from), column(from, name), table(to),
                          column(to, target));
    }

  private:
    std::unique_ptr<Backend> backend_ = make_sqlite_backend(":memory:");
    std::unique_ptr<SqlSession> session_ = backend_->connect();

  public:
    Catalogue catalogue;
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("catalogue: columns say what they are") {
    const Database database(
        {"CREATE TABLE t (id INTEGER PRIMARY KEY, big BIGINT NOT NULL, name VARCHAR(30) DEFAULT "
         "'x', born DATE, seen DATETIME, weight DECIMAL(5,2), photo BLOB, dead BOOLEAN, bare, "
         "twice INTEGER AS (big * 2))"});
    REQUIRE(database.column("t", "id").automatic);
    REQUIRE(database.column("t", "id").kind == ColumnKind::integer);
    REQUIRE(database.column("t", "big").not_null);
    REQUIRE_FALSE(database.column("t", "big").automatic);
    REQUIRE(database.column("t", "name").kind == ColumnKind::text);
    REQUIRE(database.column("t", "name").default_value == "'x'");
    REQUIRE(database.column("t", "born").kind == ColumnKind::time);
    REQUIRE(database.column("t", "seen").kind == ColumnKind::time);
    REQUIRE(database.column("t", "weight").kind == ColumnKind::number);
    REQUIRE(database.column("t", "photo").kind == ColumnKind::binary);
    REQUIRE(database.column("t", "dead").kind == ColumnKind::boolean);
    REQUIRE(database.column("t", "bare").kind == ColumnKind::other);
    REQUIRE(database.column("t", "twice").generated);
}

TEST_CASE("catalogue: a key of another type is not given by the database") {
    const Database database({"CREATE TABLE t (id BIGINT PRIMARY KEY)",
                             "CREATE TABLE two (a INTEGER, b INTEGER, PRIMARY KEY (b, a))"});
    REQUIRE_FALSE(database.column("t", "id").automatic);
    REQUIRE(database.table("two").primary_key == Names{"b", "a"});
    REQUIRE_FALSE(database.column("two", "a").automatic);
}

TEST_CASE("catalogue: unique keys are those that hold for all rows and name columns") {
    const Database database({"CREATE TABLE t (a TEXT UNIQUE, b TEXT, c TEXT, UNIQUE (b, c))",
                             "CREATE UNIQUE INDEX part ON t (c) WHERE b IS NULL",
                             "CREATE UNIQUE INDEX lowered ON t (lower(b))"});
    auto keys = database.table("t").unique_keys;
    std::sort(keys.begin(), keys.end());
    REQUIRE(keys == std::vector<Names>{{"a"}, {"b", "c"}});
    REQUIRE(database.table("t").is_unique("a"));
    REQUIRE_FALSE(database.table("t").is_unique("b"));
}

TEST_CASE("catalogue: foreign keys have the names of the table and columns they mean") {
    const Database database(
        {"CREATE TABLE Patient (Id INTEGER PRIMARY KEY)",
         "CREATE TABLE visit (a INTEGER REFERENCES patient, b INTEGER REFERENCES PATIENT (id), "
         "c INTEGER REFERENCES nowhere (id))"});
    const auto& keys = database.table("visit").foreign_keys;
    REQUIRE(keys.size() == 2);
    for (const auto& key : keys) {
        REQUIRE(key.table == "Patient");
        REQUIRE(key.targets == Names{"Id"});
    }
}

TEST_CASE("catalogue: our own tables and SQLite's are not in it") {
    const Database database({"CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)",
                             "CREATE TABLE cfs_row (id INTEGER)", "CREATE VIEW v AS SELECT 1"});
    REQUIRE(database.catalogue.tables.size() == 1);
}

TEST_CASE("catalogue: the rows are counted and looked at") {
    const Database database({"CREATE TABLE t (n INTEGER, s TEXT, b BLOB)",
                             "INSERT INTO t VALUES (0, '', x'00'), (5, 'a', NULL), (5, NULL, NULL)",
                             "CREATE TABLE empty (n INTEGER)"});
    REQUIRE(database.table("t").rows == 3);
    REQUIRE(database.table("t").looked == 3);
    const auto& n = database.column("t", "n").facts;
    REQUIRE((n.filled == 3 && n.distinct == 2 && n.zeros == 1 && n.empty == 0));
    REQUIRE(n.samples == Names{"0", "5"});
    const auto& s = database.column("t", "s").facts;
    REQUIRE((s.filled == 2 && s.distinct == 2 && s.zeros == 0 && s.empty == 1));
    const auto& b = database.column("t", "b").facts;
    REQUIRE((b.filled == 1 && b.samples.empty()));
    REQUIRE(database.table("empty").rows == 0);
}

TEST_CASE("catalogue: a table of many columns and rows is looked at in part") {
    std::string create = "CREATE TABLE t (c0 INTEGER", values = "SELECT value";
    for (int i = 1; i < 250; ++i) {
        create += ", c" + std::to_string(i) + " INTEGER";
        values += ", " + std::to_string(i);
    }
    const auto insert =
        "WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n "
        "LIMIT 1500) INSERT INTO t " +
        values + " FROM n";
    const Database database({(create + ")").c_str(), insert.c_str()});
    REQUIRE(database.table("t").rows == 1500);
    REQUIRE(database.table("t").looked == 1000);
    REQUIRE(database.column("t", "c0").facts.distinct == 1000);
    REQUIRE(database.column("t", "c249").facts.samples == Names{"249"});
}

TEST_CASE("catalogue: values are found in another table, of another type too") {
    Database database({"CREATE TABLE p (id INTEGER PRIMARY KEY)", "INSERT INTO p VALUES (1), (2)",
                       "CREATE TABLE r (n INTEGER, s VARCHAR(11))",
                       "INSERT INTO r VALUES (1, '2'), (2, '2'), (2, '9'), (0, ''), (NULL, '0')"});
    const auto n = database.overlap("r", "n", "p", "id");
    REQUIRE((n.looked == 2 && n.found == 2));
    const auto s = database.overlap("r", "s", "p", "id");
    REQUIRE((s.looked == 2 && s.found == 1));
}
