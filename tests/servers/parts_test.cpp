// Several rows that are one record, on every database system.
#include <algorithm>
#include <set>

#include "core/database/clinic_database.h"
#include "core/database/mapping_file.h"
#include "tests/servers/system.h"
#include "tests/support/catch.h"

using namespace cfs;

namespace {

using Notes = std::vector<std::string>;

constexpr const char* kMapping = R"(<mapping xmlns="urn:cloud-folder-sync:mapping" format="1"
    name="parts" family="parts" version="1">
  <patient table="patient"><key column="id"/><identity column="name"/></patient>
  <record table="orders">
    <key column="id"/><identity column="what"/><owner column="patient"/>
    <volatile column="version" write="increment"/>
    <part table="drug order" key="the order">
      <lookup column="unit" table="unit" target="id"><by column="code"/></lookup>
      <volatile column="version" write="increment"/>
      <skip column="cache"/>
    </part>
    <part table="test" key="id"/>
  </record>
</mapping>)";

struct Orders {
    explicit Orders(test::Bench& used) : bench(used), mapping(mapping_from_xml(kMapping, "parts")) {
        const auto automatic = bench.system->automatic_key();
        bench.run("CREATE TABLE patient (id " + automatic + ", name VARCHAR(40))");
        bench.run("CREATE TABLE unit (id " + automatic + ", code VARCHAR(40))");
        bench.run("CREATE TABLE orders (id " + automatic +
                  ", patient INTEGER, what VARCHAR(40), stopped DATE, version INTEGER DEFAULT 0)");
        bench.run("CREATE TABLE " + drugs() + " (" + key() +
                  " INTEGER PRIMARY KEY REFERENCES orders (id), dose VARCHAR(40) NOT NULL, unit "
                  "INTEGER, route VARCHAR(40) DEFAULT 'oral', version INTEGER DEFAULT 0, cache "
                  "VARCHAR(40))");
        bench.run("CREATE TABLE test (id INTEGER PRIMARY KEY, specimen VARCHAR(40))");
        bench.run("INSERT INTO unit (code) VALUES ('mg')");
        bench.run("INSERT INTO patient (name) VALUES ('Ann')");
        check_mapping(mapping, *bench.backend, *bench.session);
        tables = std::make_unique<ClinicTables>(*bench.backend, *bench.session, mapping,
                                                system_random());
    }

    [[nodiscard]] std::string drugs() const { return bench.backend->quote("drug order"); }
    [[nodiscard]] std::string key() const { return bench.backend->quote("the order"); }
    [[nodiscard]] const TableMapping& orders() const { return *mapping.find("orders"); }

    std::string add(std::map<std::string, Value> columns) {
        columns.insert({{"patient", text_value("1")}, {"what", text_value("iron")}});
        SqlTransaction transaction(*bench.session, bench.backend->begin_statement());
        auto added = tables->insert(orders(), columns, "");
        transaction.commit();
        return added;
    }

    void update(const std::string& order, const std::map<std::string, Value>& columns) {
        SqlTransaction transaction(*bench.session, bench.backend->begin_statement());
        const auto written = tables->update(orders(), order, columns);
        transaction.commit();
        CHECK(written == order);
    }

    [[nodiscard]] std::string text(const std::string& order, const std::string& column) {
        return tables->read(orders(), order)->text(column).value_or("NULL");
    }

    [[nodiscard]] std::string value(const std::string& sql) {
        return bench.session->value(sql).value_or("NULL");
    }

    test::Bench& bench;
    Mapping mapping;
    std::unique_ptr<ClinicTables> tables;
};

const std::map<std::string, Value> kDrug = {{"drug order/the order", text_value(kPresent)},
                                            {"drug order/dose", text_value("7.50")},
                                            {"drug order/unit", text_value("1")},
                                            {"drug order/route", null_value()},
                                            {"test/id", null_value()},
                                            {"test/specimen", null_value()}};

}  // namespace

TEST_CASE("servers: a record of several rows is written and read as one") {
    CFS_FOR_EACH_SYSTEM(bench);
    Orders clinic(bench);
    const auto drug = clinic.add(kDrug), none = clinic.add({});
    CHECK(clinic.value("SELECT COUNT(*) FROM " + clinic.drugs()) == "1");
    CHECK(clinic.value("SELECT COUNT(*) FROM test") == "0");
    CHECK(clinic.text(drug, "drug order/the order") == kPresent);
    CHECK(clinic.text(drug, "drug order/dose") == "7.50");
    CHECK(clinic.text(drug, "drug order/route") == "NULL");
    CHECK(clinic.text(drug, "test/id") == "NULL");
    CHECK(clinic.text(none, "drug order/the order") == "NULL");
    CHECK_FALSE(clinic.tables->read(clinic.orders(), drug)->columns.contains("drug order/cache"));

    const auto read = [&](const std::string& column, const std::string& value) {
        Notes keys;
        for (const auto& row : clinic.tables->read_where(clinic.orders(), column, {value})) {
            keys.push_back(row.key + " " + row.text("drug order/dose").value_or("-"));
        }
        return keys;
    };
    CHECK(read("drug order/unit", "1") == Notes{drug + " 7.50"});
    CHECK(read("what", "iron") == Notes{drug + " 7.50", none + " -"});
    Notes paged;
    clinic.tables->for_each_page(clinic.orders(), 1, [&](const std::vector<RawRow>& rows) {
        paged.push_back(rows.front().text("drug order/dose").value_or("-"));
    });
    CHECK(paged == Notes{"7.50", "-"});

    // Each row is written only where something of it changes, the record's own stamp always.
    clinic.update(drug, {{"stopped", text_value("2026-11-25")}});
    CHECK(clinic.text(drug, "stopped") == "2026-11-25");
    CHECK(clinic.value("SELECT version FROM orders WHERE id = " + drug) == "1");
    CHECK(clinic.value("SELECT version FROM " + clinic.drugs()) == "0");
    clinic.update(drug, {{"drug order/dose", text_value("5.00")}});
    CHECK(clinic.text(drug, "drug order/dose") == "5.00");
    CHECK(clinic.value("SELECT version FROM orders WHERE id = " + drug) == "2");
    CHECK(clinic.value("SELECT version FROM " + clinic.drugs()) == "1");

    clinic.update(none, kDrug);
    CHECK(clinic.text(none, "drug order/dose") == "7.50");
    CHECK(clinic.value("SELECT COUNT(*) FROM " + clinic.drugs()) == "2");
    CHECK(test::code_of([&] {
              clinic.update(none, {{"drug order/the order", null_value()},
                                   {"drug order/dose", null_value()}});
          }) == ErrorCode::row_refused);
    CHECK(clinic.text(none, "drug order/dose") == "7.50");
}

TEST_CASE("servers: a change of a part is noted as one of its record") {
    CFS_FOR_EACH_SYSTEM(bench);
    Orders clinic(bench);
    ClinicDatabase database(bench.system->backend(), system_random());
    database.install(clinic.mapping, kMapping);
    database.finish_enabling();
    const auto notes = [&] {
        Notes result;
        for (const auto& row : bench.session->rows(
                 "SELECT tbl, op, local_key, old_key, fresh FROM cfs_journal ORDER BY seq")) {
            result.push_back(*row[0] + " " + *row[1] + " " + row[2].value_or("NULL") +
                             (row[3] == row[2] ? "" : " <- " + row[3].value_or("NULL")) +
                             (row[4] ? " fresh" : ""));
        }
        std::sort(result.begin(), result.end());
        bench.run("DELETE FROM cfs_journal");
        return result;
    };
    const auto program = bench.system->program();
    program->execute("INSERT INTO orders (patient, what) VALUES (1, 'a'), (1, 'b')");
    CHECK(notes() == Notes{"orders I 1 <- NULL fresh", "orders I 2 <- NULL fresh"});
    program->execute("INSERT INTO " + clinic.drugs() + " (" + clinic.key() +
                     ", dose) VALUES (1, '5')");
    CHECK(notes() == Notes{"orders U 1"});
    program->execute("UPDATE " + clinic.drugs() + " SET dose = '6'");
    CHECK(notes() == Notes{"orders U 1"});
    program->execute("UPDATE " + clinic.drugs() + " SET " + clinic.key() + " = 2");
    CHECK(notes() == Notes{"orders U 1", "orders U 2"});
    program->execute("DELETE FROM " + clinic.drugs());
    CHECK(notes() == Notes{"orders U 2"});

    {
        auto transaction = database.begin();
        ClinicDatabase::OwnWrites own(database);
        (void)database.tables().update(*database.mapping().find("orders"), "1", kDrug);
        own.end();
        transaction.commit();
    }
    CHECK(notes().empty());

    CHECK(database.journal().tables_without_triggers().empty());
    for (const auto& statement :
         bench.backend->drop_triggers(*database.mapping().find_part("drug order"))) {
        bench.run(statement);
    }
    CHECK(database.journal().tables_without_triggers() == std::set<std::string>{"drug order"});
    database.install_triggers();
    CHECK(database.journal().tables_without_triggers().empty());
    database.uninstall(system_clock());
    CHECK(bench.backend->drop_all_triggers(*bench.session).empty());
    REQUIRE_NOTHROW(program->execute("DELETE FROM " + clinic.drugs()));
}

TEST_CASE("servers: what was committed in another row of a record is never blended with ours") {
    CFS_FOR_EACH_SYSTEM(bench);
    Orders clinic(bench);
    bench.session->set_patience({});
    const auto order = clinic.add(kDrug);
    const bool ours_is_dose = GENERATE(true, false);
    const auto program = bench.system->program();
    bool theirs = false, ours = false;
    try {
        SqlTransaction transaction(*bench.session, bench.backend->begin_statement());
        CHECK(clinic.text(order, "drug order/dose") == "7.50");
        try {
            program->execute(ours_is_dose
                                 ? "UPDATE orders SET stopped = '2026-11-25' WHERE id = " + order
                                 : "UPDATE " + clinic.drugs() + " SET dose = '5.00'");
            theirs = true;
        } catch (const Error& error) {
            CHECK(error.code() == ErrorCode::database_locked);
        }
        const std::map<std::string, Value> dose = {{"drug order/dose", text_value("5.00")}};
        const std::map<std::string, Value> stop = {{"stopped", text_value("2026-11-25")}};
        (void)clinic.tables->update(clinic.orders(), order, ours_is_dose ? dose : stop);
        transaction.commit();
        ours = true;
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::database_locked);
    }
    CHECK(theirs != ours);
    const bool dosed = ours_is_dose == ours;
    CHECK(clinic.text(order, "drug order/dose") == (dosed ? "5.00" : "7.50"));
    CHECK(clinic.text(order, "stopped") == (dosed ? "NULL" : "2026-11-25"));
}
