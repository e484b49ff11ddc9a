// Several rows that are one record: an order and what it is more exactly, under the same number.
#include <algorithm>

#include "tests/support/catch.h"
#include "tests/support/clinic.h"

using namespace cfs;
using namespace cfs::test;

namespace {

using Lines = std::vector<std::string>;

constexpr const char* kSchema = R"(
    CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, born TEXT);
    CREATE TABLE unit (id INTEGER PRIMARY KEY, code TEXT UNIQUE);
    INSERT INTO unit VALUES (1, 'mg'), (2, 'ml');
    CREATE TABLE orders (order_id INTEGER PRIMARY KEY, pid INTEGER NOT NULL, what TEXT NOT NULL,
        stopped TEXT, version INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE drug_order (order_id INTEGER PRIMARY KEY REFERENCES orders (order_id),
        dose TEXT NOT NULL, unit INTEGER REFERENCES unit (id), route TEXT DEFAULT 'oral',
        version INTEGER NOT NULL DEFAULT 0, cache TEXT DEFAULT 'none');
    CREATE TABLE test_order (order_id INTEGER PRIMARY KEY REFERENCES orders (order_id),
        specimen TEXT);
    CREATE TABLE dispense (id INTEGER PRIMARY KEY, pid INTEGER NOT NULL, at TEXT,
        drug_order_id INTEGER REFERENCES drug_order (order_id));
    INSERT INTO person VALUES (1, 'Ann', '1980');
    INSERT INTO orders (order_id, pid, what) VALUES (1, 1, 'iron'), (2, 1, 'blood');
    INSERT INTO drug_order (order_id, dose, unit) VALUES (1, '1', 1);
    INSERT INTO test_order VALUES (2, 'serum');
    INSERT INTO dispense VALUES (1, 1, 'Monday', 1);)";

constexpr const char* kMapping = R"(
<mapping xmlns="urn:cloud-folder-sync:mapping" format="1" name="parts" family="parts" version="1">
  <patient table="person">
    <key column="id"/>
    <identity column="name"/><identity column="born"/>
  </patient>
  <record table="orders">
    <key column="order_id"/>
    <identity column="what"/>
    <owner column="pid"/>
    <volatile column="version" write="increment"/>
    <part table="drug_order" key="order_id">
      <lookup column="unit" table="unit" target="id"><by column="code"/></lookup>
      <volatile column="version" write="increment"/>
      <skip column="cache"/>
      <safety column="dose"/>
    </part>
    <part table="test_order" key="order_id"/>
  </record>
  <record table="dispense">
    <key column="id"/>
    <identity column="at"/>
    <owner column="pid"/>
    <reference column="drug_order_id" table="drug_order" target="order_id"/>
  </record>
</mapping>
)";

struct Orders : Clinics {
    Orders() : Clinics(kSchema, kMapping, {{}, {}}) { meet(); }
    Clinic& a = (*this)[0];
    Clinic& b = (*this)[1];
};

constexpr const char* kDrugs =
    "SELECT what || ' ' || dose || ' ' || coalesce(code, '-') || ' ' || coalesce(route, '-') || "
    "' ' || coalesce(stopped, 'goes on') FROM orders JOIN drug_order USING (order_id) LEFT JOIN "
    "unit ON unit.id = unit";
constexpr const char* kTests =
    "SELECT what || ' ' || coalesce(specimen, '-') FROM orders JOIN test_order USING (order_id)";
constexpr const char* kWhole =
    "SELECT dose || ' ' || coalesce(stopped, 'goes on') FROM orders JOIN drug_order USING "
    "(order_id) WHERE what = 'iron'";

std::string dosed(const std::string& dose) {
    return "UPDATE drug_order SET dose = '" + dose + "' WHERE order_id = 1";
}

std::string stopped(const std::string& day) {
    return "UPDATE orders SET stopped = '" + day + "' WHERE order_id = 1";
}

void dose(Clinic& clinic, const std::string& dose) { clinic.sql(dosed(dose)); }
void stop(Clinic& clinic, const std::string& day) { clinic.sql(stopped(day)); }

void drug(Clinic& clinic, int key, const std::string& what, const std::string& amount) {
    const auto number = std::to_string(key);
    clinic.sql("INSERT INTO orders (order_id, pid, what) VALUES (" + number + ", 1, '" + what +
               "')");
    clinic.sql("INSERT INTO drug_order (order_id, dose) VALUES (" + number + ", '" + amount + "')");
}

// Both edit the same order with the folder cut off.
void apart(Orders& clinics) {
    clinics.edit_apart(dosed("2"), stopped("Friday"));
    clinics.meet();
}

}  // namespace

TEST_CASE("parts: an edit of one row travels with the record", "[scenarios][parts]") {
    Orders clinics;
    auto &a = clinics.a, &b = clinics.b;
    CHECK(b.number("SELECT count(*) FROM cfs_row WHERE tbl = 'drug_order'") == 0);
    dose(a, "2");
    stop(b, "Friday");
    (void)a.sync();
    clinics.cloud().deliver();
    clinics.meet();
    // The edit at B was made on what it showed then.
    REQUIRE(a.conflicts().size() == 1);

    Orders others;
    dose(others.a, "2");
    others.meet();
    CHECK(others.b.lines(kDrugs) == Lines{"iron 2 mg oral goes on"});
    stop(others.b, "Friday");
    others.meet();
    CHECK(others.a.lines(kDrugs) == Lines{"iron 2 mg oral Friday"});
    CHECK(others.a.number("SELECT version FROM orders WHERE order_id = 1") == 1);
    CHECK(others.a.number("SELECT version FROM drug_order") == 0);
    others.a.sql("UPDATE drug_order SET unit = 2, route = NULL");
    others.a.sql("UPDATE test_order SET specimen = NULL");
    others.meet();
    CHECK(others.b.lines(kDrugs) == Lines{"iron 2 ml - Friday"});
    CHECK(others.b.lines(kTests) == Lines{"blood -"});
    CHECK(others.b.number("SELECT version FROM drug_order") == 2);
    others.require_settled();
}

TEST_CASE("parts: the dose of one site and the stop of the other are one conflict",
          "[scenarios][parts]") {
    Orders clinics;
    auto &a = clinics.a, &b = clinics.b;
    const auto keep = GENERATE(as<std::string>(), "2", "1");
    apart(clinics);
    const std::string shown = a.value(kWhole);
    CHECK((shown == "2 goes on" || shown == "1 Friday"));
    CHECK(b.value(kWhole) == shown);
    for (auto* clinic : {&a, &b}) {
        const auto conflicts = clinic->conflicts();
        REQUIRE(conflicts.size() == 1);
        CHECK(conflicts[0].safety);
        REQUIRE(conflicts[0].values.size() == 2);
        CHECK(with(conflicts[0], "drug_order/dose", "2").fields.at("stopped").is_null());
        CHECK(with(conflicts[0], "drug_order/dose", "1").fields.at("stopped").bytes == "Friday");
    }
    clinics.require_equal();
    clinics.require_quiet();

    const auto conflict = b.conflicts()[0];
    b.resolve(conflict, with(conflict, "drug_order/dose", keep));
    clinics.meet();
    CHECK(a.value(kWhole) == (keep == "2" ? "2 goes on" : "1 Friday"));
    CHECK(b.value(kWhole) == a.value(kWhole));
    clinics.require_settled();
}

TEST_CASE("parts: undo puts the whole record back", "[scenarios][parts]") {
    Orders clinics;
    auto &a = clinics.a, &b = clinics.b;
    dose(a, "2");
    stop(a, "Friday");
    (void)a.sync();
    clinics.cloud().deliver();
    const auto run = b.sync().run;
    CHECK(b.value(kWhole) == "2 Friday");
    (void)b.undo(run);
    CHECK(b.value(kWhole) == "1 goes on");
    clinics.meet();
    CHECK(a.value(kWhole) == "1 goes on");
    clinics.require_settled();
}

TEST_CASE("parts: undo leaves a record that got a new row as it is", "[scenarios][parts]") {
    Orders clinics;
    auto &a = clinics.a, &b = clinics.b;
    a.sql("INSERT INTO orders (order_id, pid, what) VALUES (3, 1, 'zinc')");
    clinics.meet();
    a.sql("INSERT INTO drug_order (order_id, dose) VALUES (3, '5')");
    a.sql("UPDATE orders SET stopped = 'Friday' WHERE order_id = 3");
    (void)a.sync();
    clinics.cloud().deliver();
    const auto report = b.undo(b.sync().run);
    CHECK(says(report, "got a row in drug_order as well, which no undo deletes"));
    clinics.meet();
    for (auto* clinic : {&a, &b}) {
        CHECK(clinic->lines(kDrugs) == Lines{"iron 1 mg oral goes on", "zinc 5 - oral Friday"});
    }
    clinics.require_settled();
}

TEST_CASE("parts: keys that two sites gave apart", "[scenarios][parts]") {
    Orders clinics;
    auto &a = clinics.a, &b = clinics.b;
    drug(a, 3, "zinc", "5");
    a.sql("UPDATE drug_order SET route = NULL WHERE order_id = 3");
    a.sql("INSERT INTO dispense VALUES (2, 1, 'Tuesday', 3)");
    drug(b, 3, "salt", "6");
    b.sql("INSERT INTO orders (order_id, pid, what) VALUES (4, 1, 'scan')");
    b.sql("INSERT INTO dispense VALUES (2, 1, 'Wednesday', 3)");
    clinics.meet();
    for (auto* clinic : {&a, &b}) {
        CHECK(clinic->lines(kDrugs) ==
              Lines{"iron 1 mg oral goes on", "salt 6 - oral goes on", "zinc 5 - - goes on"});
        CHECK(clinic->lines(kTests) == Lines{"blood serum"});
        CHECK(clinic->lines("SELECT at || ' ' || what FROM dispense JOIN orders ON order_id = "
                            "drug_order_id") ==
              Lines{"Monday iron", "Tuesday zinc", "Wednesday salt"});
        CHECK(clinic->number("SELECT count(*) FROM orders") == 5);
    }
    clinics.require_settled();
}

TEST_CASE("parts: a row that comes later is an edit of its record", "[scenarios][parts]") {
    Orders clinics;
    auto &a = clinics.a, &b = clinics.b;
    a.sql("INSERT INTO orders (order_id, pid, what) VALUES (3, 1, 'zinc')");
    clinics.meet();
    CHECK(b.lines(kDrugs) == Lines{"iron 1 mg oral goes on"});
    a.sql("INSERT INTO drug_order (order_id, dose, route) VALUES (3, '5', NULL)");
    // All of its columns are empty, and it is there nevertheless.
    a.sql("INSERT INTO test_order VALUES (3, NULL)");
    clinics.meet();
    CHECK(b.lines(kDrugs) == Lines{"iron 1 mg oral goes on", "zinc 5 - - goes on"});
    CHECK(b.lines(kTests) == Lines{"blood serum", "zinc -"});
    clinics.require_settled();
}

TEST_CASE("parts: a row that is deleted alone comes back with its record", "[scenarios][parts]") {
    Orders clinics;
    auto &a = clinics.a, &b = clinics.b;
    drug(a, 3, "zinc", "5");
    clinics.meet();
    a.sql("DELETE FROM drug_order WHERE order_id = 3");
    const auto report = a.sync();
    CHECK(report.counts.conflicts_new == 0);
    CHECK(report.counts.patients_exported == 0);
    CHECK(a.lines(kDrugs) == Lines{"iron 1 mg oral goes on", "zinc 5 - oral goes on"});
    clinics.meet();

    // What was edited meanwhile, here or there, is not lost either.
    a.sql("DELETE FROM drug_order WHERE order_id = 3");
    a.sql("UPDATE orders SET stopped = 'Friday' WHERE order_id = 3");
    clinics.meet();
    for (auto* clinic : {&a, &b}) {
        CHECK(clinic->lines(kDrugs) == Lines{"iron 1 mg oral goes on", "zinc 5 - oral Friday"});
    }
    b.sql("UPDATE drug_order SET dose = '6' WHERE order_id = 3");
    (void)b.sync();
    clinics.cloud().deliver();
    a.sql("DELETE FROM drug_order WHERE order_id = 3");
    clinics.meet();
    for (auto* clinic : {&a, &b}) {
        CHECK(clinic->lines(kDrugs) == Lines{"iron 1 mg oral goes on", "zinc 6 - oral Friday"});
    }
    clinics.require_settled();
}

TEST_CASE("parts: a record that is deleted comes back whole, under another number if need be",
          "[scenarios][parts]") {
    Orders clinics;
    auto& a = clinics.a;
    drug(a, 3, "zinc", "5");
    clinics.meet();
    const bool taken = GENERATE(false, true);
    a.sql("DELETE FROM drug_order WHERE order_id = 3");
    a.sql("DELETE FROM orders WHERE order_id = 3");
    if (taken) a.sql("INSERT INTO orders (order_id, pid, what) VALUES (3, 1, 'scan')");
    clinics.meet();
    CHECK(a.lines(kDrugs) == Lines{"iron 1 mg oral goes on", "zinc 5 - oral goes on"});
    CHECK(a.number("SELECT count(*) FROM orders") == (taken ? 4 : 3));
    clinics.require_settled();
}

TEST_CASE("parts: a row that only one version of the record has is never mixed with the other's",
          "[scenarios][parts]") {
    Orders clinics;
    auto &a = clinics.a, &b = clinics.b;
    a.sql("INSERT INTO orders (order_id, pid, what) VALUES (3, 1, 'zinc')");
    clinics.meet();
    clinics.cloud().cut_off(1);
    a.sql("INSERT INTO drug_order (order_id, dose) VALUES (3, '5')");
    (void)a.sync();
    clinics.clock().advance(std::chrono::seconds(5));
    b.sql("UPDATE orders SET stopped = 'Friday' WHERE order_id = 3");
    (void)b.sync();
    clinics.cloud().deliver();
    clinics.cloud().reconnect(1);
    clinics.cloud().deliver();
    clinics.meet();
    // The later version is shown; where the row is there already it can't be taken away.
    constexpr const char* kThird =
        "SELECT coalesce(stopped, 'goes on') || ' ' || coalesce(dose, 'no drug') FROM orders LEFT "
        "JOIN drug_order USING (order_id) WHERE what = 'zinc'";
    CHECK(b.value(kThird) == "Friday no drug");
    CHECK(a.value(kThird) == "goes on 5");
    const auto report = a.sync();
    CHECK(report.counts.pending == 1);
    REQUIRE_FALSE(report.errors.empty());
    CHECK(report.errors.front().sentence.find(
              "its row in drug_order would have to be deleted here") != std::string::npos);
    const auto conflicts = a.conflicts();
    REQUIRE(conflicts.size() == 1);
    SECTION("settled for the one with the row") {
        a.resolve(conflicts[0], with(conflicts[0], "drug_order/dose", "5"));
        clinics.meet();
        CHECK(b.value(kThird) == "goes on 5");
    }
    SECTION("settled for the one without, and the row deleted by a person") {
        a.resolve(conflicts[0], with(conflicts[0], "stopped", "Friday"));
        a.sql("DELETE FROM drug_order WHERE order_id = 3");
        clinics.meet();
        CHECK(b.value(kThird) == "Friday no drug");
    }
    CHECK(a.value(kThird) == b.value(kThird));
    clinics.require_settled();
}

TEST_CASE("parts: a refused row holds back the whole record", "[scenarios][parts]") {
    Orders clinics;
    auto &a = clinics.a, &b = clinics.b;
    b.sql(
        "CREATE TRIGGER strict BEFORE UPDATE ON drug_order WHEN NEW.dose = '9' BEGIN SELECT "
        "RAISE(ABORT, 'no such dose'); END");
    a.sql("UPDATE orders SET stopped = 'Friday' WHERE order_id = 1");
    dose(a, "9");
    clinics.meet();
    CHECK(b.value(kWhole) == "1 goes on");
    CHECK(b.sync().counts.pending == 1);
    b.sql("DROP TRIGGER strict");
    clinics.meet();
    CHECK(b.value(kWhole) == "9 Friday");
    clinics.require_settled();
}

TEST_CASE("parts: a value that is not here holds back the whole record", "[scenarios][parts]") {
    Orders clinics;
    auto &a = clinics.a, &b = clinics.b;
    a.sql("INSERT INTO unit VALUES (3, 'drops')");
    a.sql("UPDATE drug_order SET unit = 3");
    stop(a, "Friday");
    clinics.meet();
    CHECK(b.value(kWhole) == "1 goes on");
    b.sql("INSERT INTO unit VALUES (7, 'drops')");
    clinics.meet();
    CHECK(b.lines(kDrugs) == Lines{"iron 1 drops oral Friday"});
    clinics.require_settled();
}

TEST_CASE("parts: while the table of one is missing its records wait", "[scenarios][parts]") {
    Orders clinics;
    auto &a = clinics.a, &b = clinics.b;
    b.sql("PRAGMA foreign_keys = OFF");
    b.sql("ALTER TABLE test_order RENAME TO former");
    stop(a, "Friday");
    a.sql("UPDATE person SET born = '1981'");
    (void)a.sync();
    clinics.cloud().deliver();
    const auto report = b.sync();
    CHECK(b.value("SELECT born FROM person") == "1981");
    CHECK(b.value(kWhole) == "1 goes on");
    CHECK(std::any_of(report.errors.begin(), report.errors.end(), [](const auto& error) {
        return error.sentence.find("no longer has the table test_order") != std::string::npos &&
               error.sentence.find("The records of orders") != std::string::npos;
    }));
    clinics.meet();
    b.sql("ALTER TABLE former RENAME TO test_order");
    SyncRequest request;
    request.confirmed = {"triggers-missing"};
    (void)b.sync(request);
    CHECK(b.value(kWhole) == "1 Friday");
    clinics.meet();
    clinics.require_settled();
}

TEST_CASE("parts: a new column of theirs travels", "[scenarios][parts]") {
    Orders clinics;
    auto &a = clinics.a, &b = clinics.b;
    a.sql("ALTER TABLE drug_order ADD COLUMN note TEXT DEFAULT 'none'");
    a.sql("UPDATE drug_order SET note = 'with food'");
    CHECK(says(a.sync(),
               "The table drug_order in the database " + a.database() + " has a new column note"));
    clinics.meet();
    stop(b, "Friday");
    clinics.meet();
    CHECK(a.lines("SELECT note FROM drug_order") == Lines{"with food"});
    b.sql("ALTER TABLE drug_order ADD COLUMN note TEXT DEFAULT 'none'");
    clinics.meet();
    CHECK(b.lines("SELECT note FROM drug_order") == Lines{"with food"});
    CHECK(b.value(kWhole) == "1 Friday");
    clinics.require_settled();
}

TEST_CASE("parts: enabled again, the same rows are the same records", "[scenarios][parts]") {
    Orders clinics;
    auto &a = clinics.a, &b = clinics.b;
    dose(a, "2");
    clinics.meet();
    b.disable();
    CHECK(b.number("SELECT count(*) FROM sqlite_master WHERE name LIKE 'cfs%'") == 0);
    stop(a, "Friday");
    (void)a.sync();
    clinics.cloud().deliver();
    b.enable(clinics.cloud().folder(1), clinics.mapping());
    clinics.meet();
    CHECK(b.value(kWhole) == "2 Friday");
    clinics.require_settled();
}
