// Keys that clinic programs take from elsewhere than the database, and numbers beside the key.
#include "core/database/key_allocator.h"
#include "tests/support/catch.h"
#include "tests/support/clinic.h"

using namespace cfs;
using namespace cfs::test;

namespace {

using Lines = std::vector<std::string>;

constexpr const char* kSchema = R"(
    CREATE TABLE sequences (id INTEGER NOT NULL);
    INSERT INTO sequences VALUES (100);
    CREATE TABLE person (id INTEGER PRIMARY KEY, pid INTEGER UNIQUE, name TEXT, born TEXT);
    CREATE TABLE encounter (id INTEGER PRIMARY KEY, encounter INTEGER, pid INTEGER, reason TEXT,
        label TEXT NOT NULL);
    CREATE TABLE form (id TEXT PRIMARY KEY, encounter INTEGER, about INTEGER, text TEXT,
        number INTEGER);
    CREATE TABLE orders (order_id INTEGER PRIMARY KEY, pid INTEGER, what TEXT);
    CREATE TABLE drug_order (order_id INTEGER PRIMARY KEY REFERENCES orders (order_id), dose TEXT);
    CREATE TABLE history (id INTEGER PRIMARY KEY, pid INTEGER, at TEXT, smoker TEXT);)";

constexpr const char* kMapping = R"(
<mapping xmlns="urn:cloud-folder-sync:mapping" format="1" name="keys" family="keys" version="1">
  <patient table="person">
    <key column="pid" allocate="maximum"/>
    <local column="id"/>
    <identity column="name"/><identity column="born"/>
  </patient>
  <record table="encounter">
    <key column="encounter" allocate="sequence" table="sequences" target="id"/>
    <local column="id" allocate="automatic"/>
    <local column="label" allocate="copy"/>
    <identity column="reason"/>
    <owner column="pid"/>
  </record>
  <record table="form">
    <key column="id" allocate="uuid"/>
    <local column="number" allocate="maximum"/>
    <identity column="text"/>
    <owner column="encounter" table="encounter" target="encounter"/>
    <reference column="about" table="encounter" target="id"/>
  </record>
  <record table="orders">
    <key column="order_id"/>
    <identity column="what"/>
    <owner column="pid"/>
  </record>
  <record table="drug_order">
    <key column="order_id" allocate="parent"/>
    <identity column="dose"/>
    <owner column="order_id" table="orders" target="order_id"/>
  </record>
  <record table="history" insert-only="yes">
    <key column="id"/>
    <identity column="at"/>
    <owner column="pid"/>
  </record>
</mapping>
)";

struct Keyed : Clinics {
    Keyed() : Clinics(kSchema, kMapping, {{}, {}}) {}
};

// The clinic program at work: a number from the sequence.
void visit(Clinic& clinic, int pid, const std::string& reason) {
    clinic.sql("UPDATE sequences SET id = id + 1");
    clinic.sql("INSERT INTO encounter (encounter, pid, reason, label) SELECT id, " +
               std::to_string(pid) + ", '" + reason + "', id FROM sequences");
}

void person(Clinic& clinic, const std::string& name) {
    clinic.sql("INSERT INTO person (pid, name, born) SELECT coalesce(max(pid), 0) + 1, '" + name +
               "', '1980' FROM person");
}

constexpr const char* kVisits =
    "SELECT name || ' ' || reason FROM encounter JOIN person USING (pid)";
constexpr const char* kForms =
    "SELECT text || ' ' || e.reason || ' ' || coalesce(o.reason, '-') FROM form f JOIN encounter e "
    "USING (encounter) LEFT JOIN encounter o ON o.id = about";
constexpr const char* kDrugs =
    "SELECT name || ' ' || what || ' ' || dose FROM drug_order JOIN orders USING (order_id) JOIN "
    "person USING (pid)";

}  // namespace

TEST_CASE("keys: numbers from a sequence are taken from it here too", "[scenarios][keys]") {
    Keyed clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    person(a, "Ann");
    visit(a, 1, "at A");
    person(b, "Bo");
    visit(b, 1, "at B");
    visit(b, 1, "again");
    clinics.meet();
    for (auto* clinic : {&a, &b}) {
        CHECK(clinic->lines(kVisits) == Lines{"Ann at A", "Bo again", "Bo at B"});
        CHECK(clinic->number("SELECT count(DISTINCT encounter) FROM encounter") == 3);
        CHECK(clinic->number("SELECT id FROM sequences") == 103);
        CHECK(clinic->number("SELECT max(encounter) FROM encounter") == 103);
        CHECK(clinic->number("SELECT count(*) FROM encounter WHERE label = encounter") == 3);
        CHECK(clinic->number("SELECT count(DISTINCT id) FROM person") == 2);
    }
    visit(b, 1, "goes on");
    clinics.meet();
    CHECK(a.lines("SELECT id FROM sequences") == Lines{"104"});
    clinics.require_settled();
}

TEST_CASE("keys: a sequence that lags behind never gives a number twice", "[scenarios][keys]") {
    Keyed clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    person(a, "Ann");
    clinics.meet();
    b.sql("INSERT INTO encounter (encounter, pid, reason, label) VALUES (500, 1, 'import', '')");
    visit(a, 1, "at A");
    clinics.meet();
    CHECK(b.lines("SELECT encounter FROM encounter") == Lines{"500", "501"});
    CHECK(b.number("SELECT id FROM sequences") == 501);
    clinics.require_settled();
}

TEST_CASE("keys: without its sequence a row waits", "[scenarios][keys]") {
    Keyed clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    b.sql("DELETE FROM sequences");
    person(a, "Ann");
    visit(a, 1, "at A");
    clinics.meet();
    const auto report = b.sync();
    CHECK(report.counts.pending == 1);
    REQUIRE_FALSE(report.errors.empty());
    CHECK(report.errors.front().sentence.find(
              "the table sequences of numbers has 0 rows instead of one") != std::string::npos);
    b.sql("INSERT INTO sequences VALUES (0)");
    clinics.meet();
    CHECK(b.lines(kVisits) == Lines{"Ann at A"});
    clinics.require_settled();
}

TEST_CASE("keys: a row that shares its parent's key follows it", "[scenarios][keys]") {
    Keyed clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    person(a, "Ann");
    a.sql("INSERT INTO orders VALUES (1, 1, 'iron')");
    a.sql("INSERT INTO drug_order VALUES (1, '1 a day')");
    person(b, "Bo");
    b.sql("INSERT INTO orders VALUES (1, 1, 'zinc'), (2, 1, 'X-ray')");
    b.sql("INSERT INTO drug_order VALUES (1, '2 a day')");
    clinics.meet();
    for (auto* clinic : {&a, &b}) {
        CHECK(clinic->lines(kDrugs) == Lines{"Ann iron 1 a day", "Bo zinc 2 a day"});
        CHECK(clinic->number("SELECT count(*) FROM orders") == 3);
    }
    b.sql("UPDATE drug_order SET dose = '3 a day' WHERE dose = '1 a day'");
    clinics.meet();
    CHECK(a.lines(kDrugs) == Lines{"Ann iron 3 a day", "Bo zinc 2 a day"});

    // Deleted, its number given away, and back: under another number, and the dose with it.
    a.sql("DELETE FROM drug_order WHERE order_id = 1");
    a.sql("DELETE FROM orders WHERE order_id = 1");
    a.sql("INSERT INTO orders VALUES (1, 1, 'scan')");
    clinics.meet();
    for (auto* clinic : {&a, &b}) {
        CHECK(clinic->lines(kDrugs) == Lines{"Ann iron 3 a day", "Bo zinc 2 a day"});
        CHECK(clinic->number("SELECT count(*) FROM orders") == 4);
    }
    clinics.require_settled();
}

TEST_CASE("keys: new UUIDs, and references to a number beside the key", "[scenarios][keys]") {
    Keyed clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    person(a, "Ann");
    visit(a, 1, "one");
    visit(a, 1, "two");
    b.sql("INSERT INTO form VALUES ('6BA7B8109DAD11D180B400C04FD430C8', 0, NULL, 'orphan', 7)");
    a.sql(
        "INSERT INTO form SELECT '6ba7b810-9dad-11d1-80b4-00c04fd430c8', 101, id, 'f', 1 FROM "
        "encounter WHERE reason = 'two'");
    clinics.meet();
    CHECK(b.lines(kForms) == Lines{"f one two"});
    const auto key = b.value("SELECT id FROM form WHERE text = 'f'");
    CHECK(key.size() == 32);
    CHECK(key.find_first_not_of("0123456789ABCDEF") == std::string::npos);
    CHECK(b.value("SELECT number FROM form WHERE text = 'f'") == "8");
    b.sql(
        "UPDATE form SET about = (SELECT id FROM encounter WHERE reason = 'one') WHERE text = "
        "'f'");
    clinics.meet();
    CHECK(a.lines(kForms) == Lines{"f one one"});
    CHECK(a.conflicts().empty());
}

TEST_CASE("keys: what a reference to a number beside the key means outlives the row",
          "[scenarios][keys]") {
    Keyed clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    person(a, "Ann");
    visit(a, 1, "one");
    visit(a, 1, "two");
    a.sql("INSERT INTO form SELECT 'x', 101, id, 'f', 1 FROM encounter WHERE reason = 'two'");
    clinics.meet();
    b.sql("DELETE FROM encounter WHERE reason = 'two'");
    (void)b.sync();
    clinics.cloud().deliver();
    clinics.meet();
    CHECK(b.lines(kForms) == Lines{"f one two"});
    CHECK(a.lines(kForms) == Lines{"f one two"});
    clinics.require_settled();
}

TEST_CASE("keys: the number beside the key of one row and the key of another are two things",
          "[scenarios][keys]") {
    Keyed clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    person(a, "Ann");
    a.sql("INSERT INTO encounter VALUES (5, 7, 1, 'key 7', ''), (7, 9, 1, 'number 7', '')");
    a.sql("INSERT INTO form VALUES ('x', 7, 5, 'f', 1)");
    clinics.meet();
    REQUIRE(b.lines(kForms) == Lines{"f key 7 key 7"});
    a.sql("UPDATE form SET about = 7");
    clinics.meet();
    CHECK(b.lines(kForms) == Lines{"f key 7 number 7"});
    clinics.require_settled();
}

TEST_CASE("keys: rows of an insert-only table are never updated", "[scenarios][keys]") {
    Keyed clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    const std::string all =
        "SELECT name || ' ' || at || ' ' || smoker FROM history JOIN person "
        "USING (pid)";
    person(a, "Ann");
    person(b, "Bo");
    a.sql("INSERT INTO history VALUES (1, 1, '2026', 'no')");
    clinics.meet();
    b.sql("INSERT INTO history SELECT 9, pid, '2027', 'yes' FROM person WHERE name = 'Ann'");
    clinics.meet();
    CHECK(a.lines(all) == Lines{"Ann 2026 no", "Ann 2027 yes"});
    clinics.require_settled();

    b.sql("UPDATE history SET smoker = 'cigars' WHERE at = '2026'");
    clinics.meet();
    CHECK(a.lines(all) == Lines{"Ann 2026 no", "Ann 2027 yes"});
    CHECK(a.sync().counts.pending == 0);
    clinics.require_quiet();
    a.sql("DELETE FROM history WHERE at = '2027'");
    a.sql("INSERT INTO history VALUES (7, 1, '2028', 'pipe')");
    clinics.meet();
    CHECK(a.lines(all) == Lines{"Ann 2026 no", "Ann 2027 yes", "Ann 2028 pipe"});
    CHECK(a.number("SELECT id FROM history WHERE at = '2027'") == 8);
    clinics.require_quiet();
}

TEST_CASE("keys: a UUID takes the form of the others") {
    const auto uuid = *Uuid::parse("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
    CHECK(in_form_of(uuid, "") == "6ba7b810-9dad-11d1-80b4-00c04fd430c8");
    CHECK(in_form_of(uuid, "00000000-0000-4000-8000-0000000000AB") ==
          "6BA7B810-9DAD-11D1-80B4-00C04FD430C8");
    CHECK(in_form_of(uuid, "000000000000400080000000000000ab") ==
          "6ba7b8109dad11d180b400c04fd430c8");
}

TEST_CASE("keys: rows whose order means something are made in the order of their own site",
          "[scenarios][keys]") {
    Clinics clinics(
        R"(CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT);
           CREATE TABLE line (ix INTEGER PRIMARY KEY AUTOINCREMENT, pid INTEGER, text TEXT);
           INSERT INTO person VALUES (1, 'Ann');)",
        R"(<mapping xmlns="urn:cloud-folder-sync:mapping" format="1" name="m" family="f" version="1">
             <patient table="person"><key column="id"/><identity column="name"/></patient>
             <record table="line"><key column="ix" ordered="yes"/><identity column="text"/>
               <owner column="pid"/></record></mapping>)",
        {{}, {}});
    auto &a = clinics[0], &b = clinics[1];
    clinics.meet();
    for (int i = 1; i <= 12; ++i) {
        a.sql("INSERT INTO line (pid, text) VALUES (1, 'a" + std::to_string(i) + "')");
        if (i % 2 == 0) {
            b.sql("INSERT INTO line (pid, text) VALUES (1, 'b" + std::to_string(i) + "')");
        }
    }
    const auto texts = [](Clinic& clinic, const std::string& site) {
        return clinic.value(
            "SELECT group_concat(text) FROM (SELECT text FROM line WHERE text LIKE '" + site +
            "%' ORDER BY ix)");
    };
    const std::string of_a = "a1,a2,a3,a4,a5,a6,a7,a8,a9,a10,a11,a12", of_b = "b2,b4,b6,b8,b10,b12";
    clinics.meet();
    for (auto* clinic : {&a, &b}) {
        CHECK(texts(*clinic, "a") == of_a);
        CHECK(texts(*clinic, "b") == of_b);
    }
    CHECK(a.documents() == b.documents());
    clinics.require_quiet();

    // Each has numbers of its own by now, and edits a row of the other; that is no edit of the
    // order.
    b.sql("UPDATE line SET text = 'a03' WHERE text = 'a3'");
    clinics.meet();
    CHECK(a.value("SELECT count(*) FROM line WHERE text = 'a03'") == "1");
    CHECK(a.conflicts().empty());
    CHECK(a.documents() == b.documents());
    clinics.require_quiet();
}

TEST_CASE("keys: what two sites add under a key that says what it is is one row",
          "[scenarios][keys]") {
    Keyed clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    person(a, "Ann");
    person(b, "Bo");
    a.sql("INSERT INTO orders VALUES (1, 1, 'iron'), (2, 1, 'zinc')");
    clinics.meet();
    b.sql("INSERT INTO orders SELECT 9, pid, 'tea' FROM person WHERE name = 'Bo'");
    for (auto [clinic, dose] : {std::pair(&a, "1 a day"), {&b, "2 a day"}}) {
        clinic->sql("INSERT INTO drug_order SELECT order_id, '" + std::string(dose) +
                    "' FROM orders WHERE what = 'iron'");
        clinic->sql(
            "INSERT INTO drug_order SELECT order_id, 'none' FROM orders WHERE what = 'zinc'");
    }
    clinics.meet();
    for (auto* clinic : {&a, &b}) {
        REQUIRE(clinic->conflicts().size() == 1);
        CHECK(clinic->conflicts().front().values.size() == 2);
        CHECK(clinic->number("SELECT count(*) FROM drug_order") == 2);
        CHECK(clinic->sync().counts.pending == 0);
    }
    const auto conflict = b.conflicts().front();
    b.resolve(conflict, with(conflict, "dose", "1 a day"));
    clinics.meet();
    CHECK(a.lines(kDrugs) == Lines{"Ann iron 1 a day", "Ann zinc none"});
    clinics.require_settled();
}

TEST_CASE("keys: what two sites add under one line's number stays two records",
          "[scenarios][keys]") {
    Clinics clinics(
        R"(CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT);
           CREATE TABLE line (pid INTEGER, n INTEGER, text TEXT, PRIMARY KEY (pid, n));
           INSERT INTO person VALUES (1, 'Ann');)",
        R"(<mapping xmlns="urn:cloud-folder-sync:mapping" format="1" name="m" family="f" version="1">
             <patient table="person"><key column="id"/><identity column="name"/></patient>
             <record table="line"><key column="pid" allocate="natural"/>
               <key column="n" allocate="natural"/><identity column="text"/>
               <owner column="pid"/></record></mapping>)",
        {{}, {}});
    auto &a = clinics[0], &b = clinics[1];
    clinics.meet();
    a.sql("INSERT INTO line VALUES (1, 1, 'iron')");
    b.sql("INSERT INTO line VALUES (1, 1, 'zinc')");
    clinics.meet();
    CHECK(a.lines("SELECT text FROM line") == Lines{"iron"});
    CHECK(b.lines("SELECT text FROM line") == Lines{"zinc"});
    CHECK(a.conflicts().empty());
    CHECK(a.sync().counts.pending == 1);
    b.sql("UPDATE line SET n = 2");
    clinics.meet();
    for (auto* clinic : {&a, &b}) {
        CHECK(clinic->lines("SELECT n || ' ' || text FROM line") == Lines{"1 iron", "2 zinc"});
    }
    clinics.require_settled();
}
