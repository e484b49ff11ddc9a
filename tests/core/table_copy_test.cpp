#include "core/database/table_copy.h"

#include <algorithm>

#include "core/database/sqlite_backend.h"
#include "tests/support/catch.h"

using namespace cfs;

namespace {

// Two empty tables with such a key.
class Tables {
  public:
    explicit Tables(const std::string& key) {
        for (const std::string table : {"source", "target"}) {
            session->execute("CREATE TABLE " + table +
                             " (a TEXT NOT NULL, b TEXT NOT NULL, v TEXT, PRIMARY KEY (" + key +
                             ")) WITHOUT ROWID");
        }
    }

    void add(const std::string& a, const std::string& b) const {
        session->execute("INSERT INTO source VALUES (:p0, :p1, :p2)", {a, b, a + "/" + b});
    }

    [[nodiscard]] std::vector<SqlRow> rows_in(const std::string& table) const {
        std::vector<SqlRow> rows;
        session->query("SELECT a, b, v FROM " + table + " ORDER BY a, b", {},
                       [&](const SqlRow& row) { rows.push_back(row); });
        return rows;
    }

    // How many rows each step copied.
    [[nodiscard]] std::vector<std::int64_t> copy(const std::vector<std::string>& key) const {
        TableCopy copy(*session, "source", "target", key);
        std::vector<std::int64_t> steps;
        std::int64_t before = 0;
        for (bool more = true; more;) {
            more = copy.copy_some();
            const auto now = session->number("SELECT COUNT(*) FROM target");
            steps.push_back(now - before);
            before = now;
        }
        REQUIRE_FALSE(copy.copy_some());
        return steps;
    }

    std::unique_ptr<Backend> backend = make_sqlite_backend(":memory:");
    std::unique_ptr<SqlSession> session = backend->connect();
};

}  // namespace

TEST_CASE("table copy: of a key of two columns a step copies few rows, too, and all arrive") {
    const Tables tables("a, b");
    for (int i = 0; i < 1700; ++i) tables.add("large", std::to_string(i));
    tables.add("alone", "1");
    tables.add("", "");
    for (int i = 0; i < 1000; ++i) tables.add("two steps", std::to_string(i));
    const auto steps = tables.copy({"a", "b"});
    REQUIRE(tables.rows_in("target") == tables.rows_in("source"));
    REQUIRE(*std::max_element(steps.begin(), steps.end()) == 500);
}

TEST_CASE("table copy: of a key of one column a step copies few rows, and all arrive") {
    const Tables tables("b");
    for (int i = 0; i < 1234; ++i) tables.add("x", std::to_string(i));
    const auto steps = tables.copy({"b"});
    REQUIRE(tables.rows_in("target") == tables.rows_in("source"));
    REQUIRE(steps == std::vector<std::int64_t>{500, 500, 234});
}

TEST_CASE("table copy: an empty table is copied") {
    for (const std::vector<std::string>& key : {std::vector<std::string>{"b"}, {"a", "b"}}) {
        const Tables tables(key.size() == 1 ? "b" : "a, b");
        REQUIRE(tables.copy(key) == std::vector<std::int64_t>{0});
    }
}
