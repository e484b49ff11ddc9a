// Trying a mapping tells of columns that do not travel exactly, on every database system.
#include "core/database/mapping_trial.h"

#include "core/database/mapping_file.h"
#include "core/model/error.h"
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

TEST_CASE("servers: a foreign key that travels as it is, and columns that stay empty, are told") {
    CFS_FOR_EACH_SYSTEM(bench);
    bench.run("CREATE TABLE doctor (id INTEGER PRIMARY KEY, login VARCHAR(20))");
    bench.run("CREATE TABLE town (code VARCHAR(5) PRIMARY KEY)");
    bench.run(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20), doctor INTEGER, town "
        "VARCHAR(5), state VARCHAR(5) NOT NULL, kind VARCHAR(5) NOT NULL DEFAULT 'a', size "
        "NUMERIC(5,2), FOREIGN KEY (doctor) REFERENCES doctor (id), FOREIGN KEY (town) REFERENCES "
        "town (code))");
    const auto faults_with = [&](const std::string& content) {
        auto mapping = std::string(kMapping);
        mapping.insert(mapping.find("</patient>"), content);
        return trial_of(bench, mapping).faults;
    };
    const auto faults = faults_with(
        "<skip column=\"state\"/><skip column=\"kind\"/><default column=\"size\" value=\"big\"/>");
    REQUIRE(faults.size() == 3);
    CHECK(faults[0].column == "doctor");
    CHECK(faults[0].what ==
          "refers to doctor in this database, but travels as it is: give it a <lookup>, or <skip> "
          "it");
    CHECK(faults[1].column == "state");
    CHECK(faults[1].what.starts_with("may not be empty and has no default"));
    CHECK(faults[2].column == "size");
    CHECK(faults[2].what.find("but its <default> is no number") != std::string::npos);
    CHECK(faults_with("<lookup column=\"doctor\" table=\"doctor\" target=\"id\"><by "
                      "column=\"login\"/></lookup><skip column=\"state\"/><default "
                      "column=\"state\" value=\"\"/><default column=\"size\" value=\"1.5\"/>")
              .empty());
}

TEST_CASE("servers: what is no number is neither increased nor counted") {
    CFS_FOR_EACH_SYSTEM(bench);
    bench.run(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20), version VARCHAR(20), day DATE, "
        "number INTEGER, share NUMERIC(5,2))");
    const auto refused = [&](const std::string& column, const std::string& content) {
        auto mapping = std::string(kMapping);
        mapping.insert(mapping.find("</patient>"), content);
        try {
            (void)trial_of(bench, mapping);
        } catch (const Error& error) {
            CHECK(error.code() == ErrorCode::mapping_column);
            CHECK(std::string(error.what()).find("the column " + column) != std::string::npos);
            return true;
        }
        return false;
    };
    for (const std::string column : {"version", "day", "number", "share"}) {
        CAPTURE(column);
        const bool no_number = column == "version" || column == "day";
        const auto begin = "column=\"" + column + "\" ";
        CHECK(refused(column, "<volatile " + begin + "write=\"increment\"/>") == no_number);
        CHECK(refused(column, "<unique " + begin + "clash=\"regenerate\"/>") == no_number);
    }
}
