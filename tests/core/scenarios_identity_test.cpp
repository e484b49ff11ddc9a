// Rows that are known by what the clinic program or a state knows them by, and numbers of which
// each site has its own.
#include <random>

#include "core/database/native_identity.h"
#include "tests/support/catch.h"
#include "tests/support/clinic.h"

using namespace cfs;
using namespace cfs::test;

namespace {

using Lines = std::vector<std::string>;

constexpr const char* kSchema = R"(
    CREATE TABLE person (id INTEGER PRIMARY KEY, uuid TEXT, number TEXT, born TEXT, sex TEXT,
        name TEXT, phone TEXT);
    CREATE TABLE note (id INTEGER PRIMARY KEY, person INTEGER, uuid BLOB, text TEXT, remark TEXT);
    CREATE TABLE bill (id INTEGER PRIMARY KEY, person INTEGER, year TEXT, no INTEGER, code TEXT
        UNIQUE, amount TEXT, UNIQUE (year, no));)";

std::string mapping_of(const std::string& of_person, const std::string& of_note,
                       const std::string& of_bill) {
    return R"(<mapping xmlns="urn:cloud-folder-sync:mapping" format="1" name="m" family="f" version="1">
      <patient table="person"><key column="id"/>
        <identity column="name"/><identity column="born"/>)" +
           of_person + R"(</patient>
      <record table="note"><key column="id"/><identity column="text"/><owner column="person"/>)" +
           of_note + R"(</record>
      <record table="bill"><key column="id"/><identity column="amount"/><owner column="person"/>)" +
           of_bill + R"(</record>
    </mapping>)";
}

const std::string kUuids = mapping_of(R"(<uuid column="uuid" form="text"/>)",
                                      R"(<uuid column="uuid" form="binary" fill="yes"/>)", "");
const std::string kNumbers =
    mapping_of("", "", R"(<unique column="no" clash="regenerate" within="year"/>
                          <unique column="code" clash="suffix"/>)");
const std::string kMatch = mapping_of(
    R"(<match><column name="number"/><agree column="born"/><agree column="sex"/></match>)", "", "");

struct Sites : Clinics {
    Sites(const std::string& mapping, const std::string& a, const std::string& b)
        : Clinics(kSchema, mapping, {{a, {}}, {b, {}}}) {}

    void require_settled() {
        for (std::size_t i = 0; i < size(); ++i) {
            CHECK((*this)[i].verify().differences.empty());
            CHECK((*this)[i].sync().counts.pending == 0);
        }
        CHECK((*this)[0].documents() == (*this)[1].documents());
        require_quiet();
    }
};

constexpr const char* kPersons = "SELECT name || ' ' || coalesce(phone, '-') FROM person";
constexpr const char* kNotes =
    "SELECT name || ' ' || text || ' ' || coalesce(remark, '-') FROM "
    "note n JOIN person p ON p.id = n.person";
constexpr const char* kBills =
    "SELECT name || ' ' || year || ' ' || no || ' ' || code || ' ' || "
    "amount FROM bill b JOIN person p ON p.id = b.person";

}  // namespace

TEST_CASE("uuids: independent databases know a row by the UUID that both hold",
          "[scenarios][identity]") {
    Sites sites(kUuids,
                "INSERT INTO person VALUES (1, '6ba7b810-9dad-11d1-80b4-00c04fd430c8', '', '1980', "
                "'F', 'Ann', '1'), (2, NULL, '', '1970', 'M', 'Bo', NULL);"
                "INSERT INTO note VALUES (1, 1, x'00112233445566778899aabbccddeeff', 'one', 'r');",
                "INSERT INTO person VALUES (7, '6BA7B8109DAD11D180B400C04FD430C8', '', '1980', "
                "'F', 'Ann', '1'), (1, NULL, '', '1960', 'M', 'Cy', NULL);"
                "INSERT INTO note VALUES (5, 7, x'00112233445566778899aabbccddeeff', 'one', 'r'), "
                "(1, 1, x'00112233445566778899aabbccddeef0', 'two', 'r');");
    sites.meet();
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(sites[i].lines(kPersons) == Lines{"Ann 1", "Bo -", "Cy -"});
        CHECK(sites[i].lines(kNotes) == Lines{"Ann one r", "Cy two r"});
    }
    sites[1].sql("UPDATE note SET remark = 'new' WHERE text = 'one'");
    sites.meet();
    CHECK(sites[0].lines(kNotes) == Lines{"Ann one new", "Cy two r"});
    CHECK(sites[0].value("SELECT id FROM note WHERE text = 'one'") == "1");
    CHECK(sites[1].value("SELECT id FROM note WHERE text = 'one'") == "5");
    sites.require_settled();
}

TEST_CASE("uuids: a row under its parent's number is one with that of the parent elsewhere",
          "[scenarios][identity]") {
    const std::string mapping = R"(
        <mapping xmlns="urn:cloud-folder-sync:mapping" format="1" name="m" family="f" version="1">
          <patient table="person"><key column="id"/><uuid column="uuid" form="text"/>
            <identity column="name"/></patient>
          <record table="patient"><key column="id" allocate="parent"/><identity column="since"/>
            <owner column="id"/></record>
          <record table="visit"><key column="id"/><identity column="reason"/>
            <owner column="patient" table="patient" target="id"/></record>
        </mapping>)";
    const std::string schema = R"(
        CREATE TABLE person (id INTEGER PRIMARY KEY, uuid TEXT, name TEXT);
        CREATE TABLE patient (id INTEGER PRIMARY KEY REFERENCES person (id), since TEXT, remark TEXT);
        CREATE TABLE visit (id INTEGER PRIMARY KEY, patient INTEGER, reason TEXT);)";
    const auto ann = [](const std::string& id) {
        return "INSERT INTO person VALUES (" + id + ", '6ba7b810-9dad-11d1-80b4-00c04fd430c8', " +
               "'Ann'); INSERT INTO patient VALUES (" + id + ", '2020', 'old');";
    };
    Clinics sites(schema, mapping,
                  {{ann("1"), {}}, {ann("7") + "INSERT INTO visit VALUES (1, 7, 'cough');", {}}});
    sites.meet();
    sites[1].sql("UPDATE patient SET remark = 'new'");
    sites.meet();
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(sites[i].lines("SELECT id || ' ' || since || ' ' || remark FROM patient") ==
              Lines{(i == 0 ? "1" : "7") + std::string(" 2020 new")});
        CHECK(sites[i].lines("SELECT reason FROM visit v JOIN patient p ON p.id = v.patient") ==
              Lines{"cough"});
        CHECK(sites[i].conflicts().empty());
        CHECK(sites[i].sync().counts.pending == 0);
    }
}

TEST_CASE("uuids: a row made later, and one saved by deleting it, too", "[scenarios][identity]") {
    const std::string ann =
        "INSERT INTO person VALUES (1, '6ba7b810-9dad-11d1-80b4-00c04fd430c8', "
        "'', '1980', 'F', 'Ann', '1');";
    Sites sites(kUuids, ann, "");
    sites.meet();
    const std::string note = "VALUES (9, 1, x'00112233445566778899aabbccddeeff', 'imported', ";
    sites[0].sql("INSERT INTO note " + note + "'at A')");
    sites[1].sql("INSERT INTO note " + note + "'at A')");
    sites.meet();
    CHECK(sites[0].lines(kNotes) == Lines{"Ann imported at A"});
    CHECK(sites[1].lines(kNotes) == Lines{"Ann imported at A"});
    sites[0].sql("DELETE FROM note");
    sites[0].sql(
        "INSERT INTO note VALUES (20, 1, x'00112233445566778899aabbccddeeff', 'imported', "
        "'saved anew')");
    sites.meet();
    CHECK(sites[0].lines(kNotes) == Lines{"Ann imported saved anew"});
    CHECK(sites[1].lines(kNotes) == Lines{"Ann imported saved anew"});
    sites.require_settled();
}

TEST_CASE("uuids: a row that comes without one gets one where the mapping says so",
          "[scenarios][identity]") {
    Sites sites(kUuids, "INSERT INTO person VALUES (1, NULL, '', '1980', 'F', 'Ann', '1');", "");
    sites[0].sql("INSERT INTO note VALUES (1, 1, NULL, 'one', 'r')");
    sites.meet();
    CHECK(sites[1].lines("SELECT typeof(uuid) || length(uuid) FROM note") == Lines{"blob16"});
    CHECK(sites[1].value("SELECT uuid FROM person") == "NULL");
    CHECK(sites[0].value("SELECT uuid FROM note") == "NULL");
    sites[1].sql("UPDATE note SET remark = 'edited'");
    sites.meet();
    CHECK(sites[0].lines(kNotes) == Lines{"Ann one edited"});
    sites.require_settled();
}

TEST_CASE("uuids: two rows of one database with one UUID are held, never joined",
          "[scenarios][identity]") {
    const bool before = GENERATE(true, false);
    const std::string twins =
        "INSERT INTO person SELECT 2, uuid, number, '1955', sex, 'Twin', phone FROM person;"
        "INSERT INTO note SELECT 2, 2, NULL, 'of the twin', '';"
        "INSERT INTO note SELECT 3, 1, uuid, 'twin note', '' FROM note WHERE id = 1;";
    const std::string ann =
        "INSERT INTO person VALUES (1, '6ba7b810-9dad-11d1-80b4-00c04fd430c8', '', '1980', 'F', "
        "'Ann', '1');"
        "INSERT INTO note VALUES (1, 1, x'00112233445566778899aabbccddeeff', 'one', 'r');";
    Sites sites(kUuids, before ? ann + twins : ann, "");
    auto& a = sites[0];
    auto& b = sites[1];
    if (!before) {
        sites.meet();
        a.close();
        run_script(a.database(), twins);
    }
    sites.meet();
    CHECK(b.lines(kPersons) == Lines{"Ann 1"});
    CHECK(b.lines(kNotes) == Lines{"Ann one r"});
    const auto report = a.sync();
    CHECK(report.counts.pending == 2);
    CHECK(report.errors.front().sentence.find("have the same UUID in column uuid") !=
          std::string::npos);
    sites.require_quiet();

    a.sql("UPDATE person SET uuid = '6ba7b810-9dad-11d1-80b4-00c04fd430c9' WHERE id = 2");
    a.sql("UPDATE note SET uuid = NULL WHERE id = 3");
    sites.meet();
    CHECK(b.lines(kPersons) == Lines{"Ann 1", "Twin 1"});
    CHECK(b.lines(kNotes) == Lines{"Ann one r", "Ann twin note ", "Twin of the twin "});
    sites.require_settled();
}

TEST_CASE("numbers: each site keeps its own where both gave the same", "[scenarios][identity]") {
    Sites sites(kNumbers, "", "");
    auto& a = sites[0];
    auto& b = sites[1];
    a.sql("INSERT INTO person VALUES (1, NULL, '', '1980', 'F', 'Ann', '1')");
    b.sql("INSERT INTO person VALUES (1, NULL, '', '1970', 'M', 'Bo', '2')");
    a.sql("INSERT INTO bill VALUES (1, 1, '2026', 1, 'A1', '10'), (2, 1, '2025', 9, 'A2', '20')");
    b.sql("INSERT INTO bill VALUES (1, 1, '2026', 1, 'A1', '30'), (2, 1, '2024', 5, 'B2', '40')");
    (void)a.sync();
    sites.cloud().deliver();
    CHECK(says(b.sync(), "another row of table bill has the same no here"));
    sites.meet();
    CHECK(a.lines(kBills) ==
          Lines{"Ann 2025 9 A2 20", "Ann 2026 1 A1 10", "Bo 2024 5 B2 40", "Bo 2026 2 A1-2 30"});
    CHECK(b.lines(kBills) ==
          Lines{"Ann 2025 9 A2 20", "Ann 2026 2 A1-2 10", "Bo 2024 5 B2 40", "Bo 2026 1 A1 30"});
    for (std::size_t i = 0; i < 2; ++i) CHECK(sites[i].sync().counts.pending == 0);
    CHECK(a.conflicts().empty());
    CHECK(a.documents() == b.documents());
    sites.require_quiet();

    // Another edit of such a row leaves the numbers as each site has them.
    b.sql("UPDATE bill SET amount = '11' WHERE amount = '10'");
    sites.meet();
    CHECK(a.value("SELECT no || code FROM bill WHERE amount = '11'") == "1A1");
    CHECK(b.value("SELECT no || code FROM bill WHERE amount = '11'") == "2A1-2");
    sites.require_quiet();

    a.sql("UPDATE bill SET code = 'new' WHERE amount = '20'");
    b.sql("UPDATE bill SET code = 'new' WHERE amount = '30'");
    sites.meet();
    CHECK(a.value("SELECT code FROM bill WHERE amount = '30'") == "new-2");
    CHECK(b.value("SELECT code FROM bill WHERE amount = '20'") == "new-2");
    for (std::size_t i = 0; i < 2; ++i) CHECK(sites[i].sync().counts.pending == 0);
    sites.require_quiet();
}

TEST_CASE("match: the same person in two independent databases is one patient",
          "[scenarios][identity]") {
    Sites sites(kMatch,
                "INSERT INTO person VALUES (1, NULL, 'N1', '1980', 'F', 'Ann', '1'), (2, NULL, "
                "'N2', '1970', 'M', 'Bo', NULL);"
                "INSERT INTO note VALUES (1, 1, NULL, 'at A', NULL);",
                "INSERT INTO person VALUES (2, NULL, 'N1', '1980', 'F', 'Ann B.', '2'), (1, NULL, "
                "'N3', '1970', 'M', 'Cy', NULL);"
                "INSERT INTO note VALUES (1, 2, NULL, 'at B', NULL);");
    sites.meet();
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(sites[i].number("SELECT count(*) FROM person") == 3);
        CHECK(sites[i].lines("SELECT n.text FROM note n JOIN person p ON p.id = n.person WHERE "
                             "p.number = 'N1'") == Lines{"at A", "at B"});
    }
    CHECK(sites[0].conflicts().size() == 2);  // the names and the telephones
    sites.require_equal();
    sites.require_quiet();
}

TEST_CASE("match: a contradiction keeps two persons apart and is told", "[scenarios][identity]") {
    const std::string other = GENERATE("'1981', 'F'", "'1980', 'M'", "NULL, 'F'", "'1980', ''");
    Sites sites(kMatch, "INSERT INTO person VALUES (1, NULL, 'N1', '1980', 'F', 'Ann', NULL);",
                "INSERT INTO person VALUES (1, NULL, 'N1', " + other + ", 'Bea', NULL);");
    (void)sites[0].sync();
    sites.cloud().deliver();
    CHECK(says(sites[1].sync(), "has the same number as another patient; they are kept apart"));
    sites.cloud().deliver();
    sites.meet();
    for (std::size_t i = 0; i < 2; ++i) CHECK(sites[i].lines(kPersons) == Lines{"Ann -", "Bea -"});
    sites.require_settled();
}

TEST_CASE("match: a number given to somebody else meanwhile waits for a person",
          "[scenarios][identity]") {
    Clinics sites(kSchema, kMatch,
                  {{"INSERT INTO person VALUES (1, NULL, 'N1', '1980', 'F', 'Ann', NULL);"
                    "INSERT INTO note VALUES (1, 1, NULL, 'of Ann', NULL);",
                    {}},
                   {"INSERT INTO person VALUES (1, NULL, 'N1', '1980', 'F', 'Bea', NULL);"
                    "INSERT INTO note VALUES (8, 1, NULL, 'of Bea', NULL);",
                    {}}});
    auto& a = sites[0];
    auto& b = sites[1];
    a.sql("UPDATE person SET number = 'N7'");
    (void)a.sync();
    sites.cloud().deliver();
    const auto report = b.sync();
    CHECK(report.counts.pending == 1);
    REQUIRE_FALSE(report.errors.empty());
    CHECK(report.errors.front().code == ErrorCode::identity_changed);
    sites.meet();
    CHECK(a.lines(kNotes) == Lines{"Ann of Ann -"});
    CHECK(b.lines(kNotes) == Lines{"Bea of Bea -"});

    SyncRequest confirmed;
    confirmed.confirmed = {"identity-changed"};
    (void)b.sync(confirmed);
    sites.cloud().deliver();
    sites.meet();
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(sites[i].number("SELECT count(*) FROM person") == 1);
        CHECK(sites[i].number("SELECT count(*) FROM note") == 2);
    }
}

TEST_CASE("match: a database that was disabled meanwhile asks nothing", "[scenarios][identity]") {
    const std::string ann = "INSERT INTO person VALUES (1, NULL, 'N1', '1980', 'F', 'Ann', NULL);";
    Sites sites(kMatch, ann, ann);
    auto& a = sites[0];
    auto& b = sites[1];
    sites.meet();
    a.disable();
    b.sql("UPDATE person SET born = '1981', number = 'N2'");
    (void)b.sync();
    sites.cloud().deliver();
    const bool edited = GENERATE(true, false);
    if (edited) a.sql("UPDATE person SET phone = 'new'");
    a.close();
    a.enable(sites.cloud().folder(0), sites.mapping());
    const auto report = a.sync();
    CHECK(report.errors.empty());
    sites.cloud().deliver();
    sites.meet();
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(sites[i].number("SELECT count(*) FROM person") == 1);
        CHECK(sites[i].conflicts().empty() == !edited);
    }
    sites.require_equal();
}

TEST_CASE("match: two persons are never one", "[scenarios][identity]") {
    const auto seed = static_cast<unsigned>(GENERATE(1, 2, 3, 4, 5, 6, 7, 8));
    CAPTURE(seed);
    std::mt19937 random(seed);
    const auto one_of = [&](const std::vector<std::string>& words) {
        return words[random() % words.size()];
    };
    struct Person {
        std::string number, born, sex, name;
    };
    std::vector<std::vector<Person>> people(2);
    std::vector<std::string> scripts(2);
    for (std::size_t site = 0; site < 2; ++site) {
        for (int i = 1; i <= 8; ++i) {
            Person person{one_of({"NULL", "''", "' '", "'N1'", "'N2'", "'N3'", "'n1'", "'N1 '"}),
                          one_of({"NULL", "''", "'1980'", "'1980'", "'1990'"}),
                          one_of({"'F'", "'F'", "'M'", "NULL"}),
                          std::string(site == 0 ? "A" : "B") + std::to_string(i)};
            scripts[site] += "INSERT INTO person VALUES (" + std::to_string(i) + ", NULL, " +
                             person.number + ", " + person.born + ", " + person.sex + ", '" +
                             person.name + "', NULL);";
            people[site].push_back(person);
        }
    }
    const auto is_filled = [](const std::string& word) {
        return word != "NULL" && word != "''" && word != "' '";
    };
    const auto bearers = [&](std::size_t site, const std::string& number) {
        return std::count_if(people[site].begin(), people[site].end(),
                             [&](const Person& person) { return person.number == number; });
    };
    std::set<std::pair<std::string, std::string>> same;
    for (const auto& a : people[0]) {
        for (const auto& b : people[1]) {
            const bool filled = is_filled(a.number) && is_filled(a.born) && is_filled(a.sex);
            const bool equal = a.number == b.number && a.born == b.born && a.sex == b.sex;
            if (filled && equal && bearers(0, a.number) == 1 && bearers(1, b.number) == 1) {
                same.emplace(a.name, b.name);
            }
        }
    }
    Sites sites(kMatch, scripts[0], scripts[1]);
    sites.meet();
    for (std::size_t i = 0; i < 2; ++i) {
        const auto names = sites[i].lines("SELECT name FROM person");
        CHECK(names.size() == 16 - same.size());
        for (const auto& site : people) {
            for (const auto& person : site) {
                const bool joined = std::any_of(same.begin(), same.end(), [&](const auto& pair) {
                    return pair.first == person.name || pair.second == person.name;
                });
                const auto shown = std::count(names.begin(), names.end(), person.name);
                CHECK((joined ? shown <= 1 : shown == 1));
            }
        }
    }
    CHECK(sites[0].conflicts().size() == same.size());  // the names
    sites.require_equal();
}

TEST_CASE("match: a patient is known by whole identifiers only") {
    const auto mapping = [&] {
        TableMapping table;
        table.table = "person";
        table.patient = true;
        table.match = Match{{"country", "number"}, {"born"}};
        return table;
    }();
    const auto id = [&](const std::vector<std::optional<std::string>>& values,
                        const std::string& family = "f") {
        RawRow row{&mapping, "1", {}};
        const Lines columns = {"country", "number", "born"};
        for (std::size_t i = 0; i < values.size(); ++i) {
            row.columns.emplace(columns[i], values[i] ? text_value(*values[i]) : null_value());
        }
        return matched_patient(row, family);
    };
    const auto known = id({"DE", "12", "1980"});
    REQUIRE(known);
    CHECK(id({"DE", "12", "1980"}) == known);
    CHECK(id({"DE", "12", "1980"}, "g") != known);
    CHECK(id({"DE1", "2", "1980"}) != known);
    CHECK(id({"DE", "121", "980"}) != known);
    CHECK(id({"DE", "12", "1981"}) != known);
    CHECK_FALSE(id({"DE", std::nullopt, "1980"}));
    CHECK_FALSE(id({"", "12", "1980"}));
    CHECK_FALSE(id({"DE", "  ", "1980"}));
    CHECK_FALSE(id({"DE", "12", std::nullopt}));
    CHECK_FALSE(id({"DE", "12"}));
}

TEST_CASE("uuids: what is one and what is none") {
    TableMapping table;
    table.table = "t";
    table.native_uuid = NativeUuid{"u", false, false};
    const auto id = [&](Value value) {
        return native_row(RawRow{&table, "1", {{"u", std::move(value)}}}, "f");
    };
    const auto known = id(text_value("6ba7b810-9dad-11d1-80b4-00c04fd430c8"));
    REQUIRE(known);
    CHECK(id(text_value("6BA7B8109DAD11D180B400C04FD430C8")) == known);
    CHECK(id(text_value("6ba7b810-9dad-11d1-80b4-00c04fd430c9")) != known);
    CHECK_FALSE(id(null_value()));
    CHECK_FALSE(id(text_value("")));
    CHECK_FALSE(id(text_value("00000000-0000-0000-0000-000000000000")));
    CHECK_FALSE(id(text_value("6ba7b810-9dad-11d1-80b4-00c04fd430cg")));
    CHECK_FALSE(id(text_value("12345")));
    table.native_uuid->binary = true;
    const std::string bytes =
        "\x6b\xa7\xb8\x10\x9d\xad\x11\xd1\x80\xb4" + std::string(1, '\0') + "\xc0\x4f\xd4\x30\xc8";
    CHECK(id({ValueKind::binary, false, bytes}) == known);
    CHECK_FALSE(id({ValueKind::binary, false, std::string(16, '\0')}));
    CHECK_FALSE(id({ValueKind::binary, false, bytes + "x"}));
}
