// Catalogue: what a database that has no mapping says of itself, and the mapping suggested from it.
#include <algorithm>

#include "core/database/mapping_file.h"
#include "core/database/mapping_trial.h"
#include "core/suggestion/suggest_for_database.h"
#include "tests/servers/system.h"
#include "tests/support/catch.h"

using namespace cfs;

namespace {

using Names = std::vector<std::string>;

void make_clinic(test::Bench& bench) {
    bench.run(
        "CREATE TABLE patient (id " + bench.system->automatic_key() +
        ", number VARCHAR(10) NOT NULL UNIQUE, family_name VARCHAR(40) DEFAULT 'x', birth_date "
        "DATE, weight DECIMAL(5,2))");
    bench.run("CREATE TABLE visit (id " + bench.system->automatic_key() +
              ", patient_id INTEGER NOT NULL, seen_on DATE, reason VARCHAR(40), "
              "FOREIGN KEY (patient_id) REFERENCES patient (id))");
    bench.run(
        "CREATE TABLE chart (patient VARCHAR(10) NOT NULL, day DATE NOT NULL, note VARCHAR(9), "
        "PRIMARY KEY (day, patient), UNIQUE (note, day))");
    bench.run("CREATE VIEW seen AS SELECT id FROM visit");
    bench.run(
        "INSERT INTO patient (id, number, birth_date, weight) VALUES (1, 'a', '2001-02-03', "
        "1.50)");
    bench.run("INSERT INTO patient (id, number) VALUES (2, 'b')");
    for (const char* row : {"1, ''", "1, 'x'", "2, '0'", "2, NULL"}) {
        bench.run(std::string("INSERT INTO visit (patient_id, reason) VALUES (") + row + ")");
    }
    bench.run("INSERT INTO chart VALUES ('1', '2001-02-03', NULL)");
    bench.run("INSERT INTO chart VALUES ('9', '2001-02-03', NULL)");
}

}  // namespace

TEST_CASE("servers: the catalogue of a clinic without a mapping") {
    CFS_FOR_EACH_SYSTEM(bench);
    make_clinic(bench);
    for (const auto& statement : bench.backend->create_tables()) bench.run(statement);
    const auto catalogue = bench.backend->catalogue(*bench.session);
    Names names;
    for (const auto& table : catalogue.tables) names.push_back(table.name);
    REQUIRE(names == Names{"chart", "patient", "visit"});

    const auto& patient = *catalogue.find("patient");
    REQUIRE(patient.primary_key == Names{"id"});
    REQUIRE(patient.unique_keys == std::vector<Names>{{"number"}});
    REQUIRE(patient.find("id")->automatic);
    REQUIRE(patient.find("id")->kind == ColumnKind::integer);
    REQUIRE_FALSE(patient.find("number")->automatic);
    REQUIRE(patient.find("number")->not_null);
    REQUIRE(patient.find("number")->kind == ColumnKind::text);
    REQUIRE(patient.find("family_name")->default_value.has_value());
    REQUIRE_FALSE(patient.find("birth_date")->default_value.has_value());
    REQUIRE(patient.find("birth_date")->kind == ColumnKind::time);
    REQUIRE(patient.find("weight")->kind == ColumnKind::number);

    const auto& chart = *catalogue.find("chart");
    REQUIRE(chart.primary_key == Names{"day", "patient"});
    REQUIRE(chart.unique_keys == std::vector<Names>{{"note", "day"}});

    const auto& visit = *catalogue.find("visit");
    REQUIRE(visit.foreign_keys.size() == 1);
    REQUIRE(visit.foreign_keys.front().columns == Names{"patient_id"});
    REQUIRE(visit.foreign_keys.front().table == "patient");
    REQUIRE(visit.foreign_keys.front().targets == Names{"id"});
}

TEST_CASE("servers: the catalogue looks at the rows") {
    CFS_FOR_EACH_SYSTEM(bench);
    make_clinic(bench);
    auto catalogue = bench.backend->catalogue(*bench.session);
    look_at_rows(*bench.session, catalogue);
    const auto& visit = *catalogue.find("visit");
    REQUIRE(visit.rows == 4);
    REQUIRE(visit.looked == 4);
    const auto& reason = visit.find("reason")->facts;
    REQUIRE((reason.filled == 3 && reason.distinct == 3 && reason.zeros == 1 && reason.empty == 1));
    REQUIRE(visit.find("seen_on")->facts.filled == 0);
    REQUIRE(visit.find("patient_id")->facts.samples == Names{"1", "2"});

    const auto overlap = [&](const char* table, const char* column) {
        const auto& from = *catalogue.find(table);
        const auto& patient = *catalogue.find("patient");
        return overlap_of(*bench.session, catalogue, from, *from.find(column), patient,
                          *patient.find("id"));
    };
    const auto whole = overlap("visit", "patient_id"), half = overlap("chart", "patient");
    REQUIRE((whole.looked == 2 && whole.found == 2));
    REQUIRE((half.looked == 2 && half.found == 1));
}

TEST_CASE("servers: a suggested mapping is one that the database has") {
    CFS_FOR_EACH_SYSTEM(bench);
    make_clinic(bench);
    bench.run(
        "CREATE TABLE weighing (id INTEGER PRIMARY KEY, patient_id INTEGER NOT NULL, grams "
        "INTEGER, updated_at " +
        bench.system->generated_column() + ", FOREIGN KEY (patient_id) REFERENCES patient (id))");
    const auto text = suggested_mapping_text(*bench.backend, *bench.session);
    const auto mapping = mapping_from_xml(text, "suggested");
    REQUIRE_NOTHROW(check_mapping(mapping, *bench.backend, *bench.session));
    REQUIRE(mapping.patient_table().table == "patient");
    REQUIRE(mapping.find("visit") != nullptr);
    // What the database computes can be skipped, and nothing else.
    REQUIRE(mapping.find("weighing")->skipped == std::set<std::string>{"updated_at"});
    auto named = mapping;
    for (auto& table : named.tables) {
        if (table.table == "weighing") table.labels.push_back("updated_at");
    }
    REQUIRE(test::code_of([&] { check_mapping(named, *bench.backend, *bench.session); }) ==
            ErrorCode::mapping_column);
    const auto trial = try_mapping(mapping, *bench.backend, *bench.session);
    for (const auto& table : trial.tables) {
        CAPTURE(table.table);
        REQUIRE(table.orphans == (table.table == "chart" ? 1 : 0));
    }
    for (const char* value : {"2001", "1.50"}) REQUIRE(text.find(value) == std::string::npos);
}
