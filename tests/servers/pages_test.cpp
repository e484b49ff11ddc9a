// Tables are read page by page, each row once, on every database system.
#include <set>

#include "core/database/clinic_tables.h"
#include "tests/servers/system.h"
#include "tests/support/catch.h"

using namespace cfs;

namespace {

// By number and by text the rows have another order: 9, 10 and "10", "9".
constexpr int kRows = 25;

std::set<std::string> read_by_pages(test::Bench& bench, TableMapping table, std::int64_t limit) {
    const Mapping mapping{"pages", "pages", 1, {std::move(table)}};
    ClinicTables tables(*bench.backend, *bench.session, mapping, system_random());
    std::set<std::string> marks;
    tables.for_each_page(mapping.patient_table(), limit, [&](const std::vector<RawRow>& rows) {
        for (const auto& row : rows) {
            CHECK(marks.insert(row.text("mark").value_or("")).second);
        }
    });
    return marks;
}

void fill(test::Bench& bench, const std::string& key) {
    for (int i = 1; i <= kRows; ++i) {
        const auto number = std::to_string(i);
        bench.run("INSERT INTO t (" + key + ", mark) VALUES (" + number +
                  (key.find(',') == std::string::npos ? "" : ", " + number) + ", 'm" + number +
                  "')");
    }
}

}  // namespace

TEST_CASE("servers: page by page each row is read once, whatever its key is") {
    CFS_FOR_EACH_SYSTEM(bench);
    const std::string key = GENERATE("id INTEGER PRIMARY KEY", "id VARCHAR(20) PRIMARY KEY",
                                     "id NUMERIC(20,2) PRIMARY KEY",
                                     "id INTEGER, part INTEGER, PRIMARY KEY (id, part)");
    const bool composite = key.find("part") != std::string::npos;
    bench.run("CREATE TABLE t (mark VARCHAR(20), " + key + ")");
    fill(bench, composite ? "id, part" : "id");
    std::vector<std::string> columns = {"id"};
    if (composite) columns.emplace_back("part");
    auto table = test::mapped("t", columns);
    if (composite) table.allocation = KeyAllocation::natural;
    const auto limit = GENERATE(1, 7, 9, 100);
    CAPTURE(key, limit);
    CHECK(read_by_pages(bench, std::move(table), limit).size() == kRows);
}

TEST_CASE("servers: page by page each row is read once where there is no key") {
    CFS_FOR_EACH_SYSTEM(bench);
    bench.run("CREATE TABLE t (id INTEGER, mark VARCHAR(20))");
    fill(bench, "id");
    auto table = test::mapped("t", {"id"});
    table.shared_key = true;
    table.allocation = KeyAllocation::natural;
    const auto limit = GENERATE(1, 7, 9, 100);
    CAPTURE(limit);
    CHECK(read_by_pages(bench, std::move(table), limit).size() == kRows);
}
