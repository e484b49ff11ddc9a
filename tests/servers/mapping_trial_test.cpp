// Trying a mapping tells of columns that do not travel exactly, on every database system.
#include "core/database/mapping_trial.h"

#include "core/database/mapping_file.h"
#include "tests/servers/system.h"
#include "tests/support/catch.h"

using namespace cfs;

namespace {

constexpr const char* kMapping = R"(
<mapping xmlns="urn:cloud-folder-sync:mapping" format="1" name="t" family="f" version="1">
  <patient table="t"><key column="id"/><identity column="name"/></patient>
</mapping>)";

TableTrial trial_of(test::Bench& bench, const std::string& mapping = kMapping) {
    bench.session->forget_statements();
    return try_mapping(mapping_from_xml(mapping, "of a test"), *bench.backend, *bench.session)
        .tables.at(0);
}

}  // namespace

TEST_CASE("servers: a column whose values do not travel exactly is told with its type") {
    CFS_FOR_EACH_SYSTEM(bench);
    for (const auto& [statements, what] : bench.system->unreadable_cases()) {
        bench.run("DROP TABLE IF EXISTS t");
        for (const auto& statement : statements) bench.run(statement);
        const auto trial = trial_of(bench);
        REQUIRE(trial.columns.size() == 1);
        CHECK(trial.columns[0].column == "v");
        CHECK(trial.columns[0].what == what);
        CHECK(trial.columns[0].rows == 1);
        CHECK(trial.has_trouble());
        // What stays here need not be read.
        auto mapping = std::string(kMapping);
        mapping.insert(mapping.find("</patient>"), "<skip column=\"v\"/>");
        CHECK(trial_of(bench, mapping).columns.empty());
    }
}

TEST_CASE("servers: of columns that travel exactly nothing is told") {
    CFS_FOR_EACH_SYSTEM(bench);
    for (const auto& [type, literal, value] : bench.system->column_cases()) {
        CAPTURE(type, literal);
        bench.run("DROP TABLE IF EXISTS t");
        bench.run("CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20), v " + type + ")");
        bench.run("INSERT INTO t VALUES (1, 'a', " + literal + ")");
        const auto trial = trial_of(bench);
        CHECK(trial.rows == 1);
        CHECK(trial.columns.empty());
    }
}

TEST_CASE("servers: values that do not travel exactly are counted on every page") {
    CFS_FOR_EACH_SYSTEM(bench);
    const auto statements = bench.system->unreadable_cases().front().statements;
    for (const auto& statement : statements) bench.run(statement);
    // The row that holds one is the last of three pages.
    for (int id = -250; id < 0; ++id) {
        bench.run("INSERT INTO t (id, name) VALUES (" + std::to_string(id) + ", 'c')");
    }
    CHECK(trial_of(bench).columns.at(0).rows == 1);
}
