// Tables without a key, on every database system: one row of them is found by all that it holds.
#include "core/database/clinic_tables.h"
#include "core/database/content_key.h"
#include "tests/servers/system.h"
#include "tests/support/catch.h"

using namespace cfs;

namespace {

Mapping keyless() {
    auto table = test::mapped("t", {"pid"});
    table.shared_key = true;
    table.allocation = KeyAllocation::natural;
    return {"keyless", "keyless", 1, {table}};
}

struct Clinic {
    explicit Clinic(test::Bench& used, const std::string& columns)
        : bench(used), mapping(keyless()) {
        bench.run("CREATE TABLE t (pid INTEGER" + columns + ")");
        tables = std::make_unique<ClinicTables>(*bench.backend, *bench.session, mapping,
                                                system_random());
    }

    [[nodiscard]] const TableMapping& table() const { return mapping.patient_table(); }

    [[nodiscard]] std::vector<RawRow> rows(const std::string& pid = "1") {
        return tables->read_where(table(), "pid", {pid});
    }

    std::string update(const std::string& key, const std::map<std::string, Value>& columns) {
        SqlTransaction transaction(*bench.session, bench.backend->begin_statement());
        auto now = tables->update(table(), key, columns);
        transaction.commit();
        return now;
    }

    std::string insert(const std::map<std::string, Value>& columns) {
        SqlTransaction transaction(*bench.session, bench.backend->begin_statement());
        auto key = tables->insert(table(), columns, "");
        transaction.commit();
        return key;
    }

    test::Bench& bench;
    Mapping mapping;
    std::unique_ptr<ClinicTables> tables;
};

}  // namespace

TEST_CASE("servers: a row without a key is found by a value of any kind of column") {
    CFS_FOR_EACH_SYSTEM(bench);
    for (const auto& item : bench.system->column_cases()) {
        INFO(item.type << ": " << item.literal);
        Clinic clinic(bench, ", mark INTEGER, v " + item.type);
        bench.run("INSERT INTO t VALUES (1, 1, " + item.literal + "), (1, 2, " + item.literal +
                  "), (2, 1, " + item.literal + ")");
        const auto rows = clinic.rows();
        REQUIRE(rows.size() == 2);
        const auto& first = rows.front().text("mark") == "1" ? rows.front() : rows.back();
        const auto key = clinic.update(first.key, {{"mark", text_value("3")}});
        CHECK(key != first.key);
        CHECK(clinic.tables->read(clinic.table(), key)->text("mark") == "3");
        CHECK_FALSE(clinic.tables->read(clinic.table(), first.key));
        CHECK(bench.session->value("SELECT COUNT(*) FROM t WHERE mark = 3") == "1");
        CHECK(bench.session->value("SELECT COUNT(*) FROM t WHERE mark = 1") == "1");
        bench.run("DROP TABLE t");
    }
}

TEST_CASE(
    "servers: of rows that hold the same one is written, and letters that look alike differ") {
    CFS_FOR_EACH_SYSTEM(bench);
    Clinic clinic(bench, ", v VARCHAR(20)");
    bench.run("INSERT INTO t VALUES (1, 'a'), (1, 'a'), (1, 'A'), (1, 'a '), (1, NULL), (1, '')");
    auto rows = clinic.rows();
    std::set<std::string> keys;
    for (const auto& row : rows) keys.insert(row.key);
    REQUIRE(keys.size() == 6);
    for (const auto& row : rows) {
        if (row.text("v") != "a") continue;
        (void)clinic.update(row.key, {{"v", text_value("b")}});
        break;
    }
    std::multiset<std::string> values;
    for (const auto& row : clinic.rows()) values.insert(row.text("v").value_or("NULL"));
    CHECK(values == std::multiset<std::string>{"", "A", "NULL", "a", "a ", "b"});
}

TEST_CASE("servers: a new row without a key is known by what the database made of it") {
    CFS_FOR_EACH_SYSTEM(bench);
    Clinic clinic(bench, ", v NUMERIC(8,2), w VARCHAR(20) DEFAULT 'given'");
    const std::map<std::string, Value> columns = {{"pid", text_value("1")},
                                                  {"v", text_value("1.50")}};
    const auto first = clinic.insert(columns), second = clinic.insert(columns);
    CHECK(second == next_equal(first));
    CHECK(clinic.tables->read(clinic.table(), second)->text("w") == "given");
    const auto moved = clinic.update(first, {{"pid", text_value("2")}});
    REQUIRE(clinic.rows("2").size() == 1);
    CHECK(clinic.rows("2").front().key == moved);
    CHECK(clinic.rows().size() == 1);
    REQUIRE_THROWS_AS(clinic.insert({{"pid", null_value()}}), RowRefused);
    bench.run("INSERT INTO t (pid) VALUES (NULL)");
    std::size_t pages = 0, read = 0;
    clinic.tables->for_each_page(clinic.table(), 1, [&](const std::vector<RawRow>& rows) {
        ++pages;
        read += rows.size();
    });
    CHECK(pages == 2);
    CHECK(read == 2);
}
