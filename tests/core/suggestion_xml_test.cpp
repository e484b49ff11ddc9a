#include "core/suggestion/suggestion_xml.h"

#include "core/database/mapping_file.h"
#include "core/database/sqlite_backend.h"
#include "tests/support/catch.h"
#include "tests/support/suggested.h"

using namespace cfs;
using cfs::test::suggested;

namespace {

constexpr std::initializer_list<const char*> kClinic = {
    "CREATE TABLE photo (photo_id INTEGER PRIMARY KEY, image BLOB)",
    "CREATE TABLE doctor (doctor_id INTEGER PRIMARY KEY, username TEXT UNIQUE)",
    "CREATE TABLE patient (patient_id INTEGER PRIMARY KEY, family_name TEXT, given_name TEXT, "
    "birth_date DATE, photo_id INTEGER REFERENCES photo (photo_id), doctor_id INTEGER, blood_group "
    "TEXT, updated_at DATETIME, street TEXT, city TEXT)",
    "CREATE TABLE visit (visit_id INTEGER PRIMARY KEY, patient_id INTEGER NOT NULL DEFAULT 0, at "
    "DATE, lock INTEGER, previous_visit_id INTEGER)",
    "CREATE TABLE \"lab & <test>\" (\"id--\" INTEGER PRIMARY KEY, visit_id INTEGER, \"a\"\"b -- "
    "c-\" "
    "TEXT, deleted INTEGER)",
    "CREATE TABLE nursing (patient_id INTEGER, note TEXT)",
    "CREATE TABLE scan (id BLOB PRIMARY KEY, patient_id INTEGER, taken_on DATE)",
    "CREATE TABLE visit_log (id INTEGER PRIMARY KEY, patient_id INTEGER)",
    "CREATE TABLE settings (name TEXT PRIMARY KEY)",
    "CREATE TABLE enrolment (patient_id INTEGER PRIMARY KEY REFERENCES patient (patient_id), "
    "joined "
    "DATE)",
    "INSERT INTO patient VALUES (1, 'Zorrilla', 'Xaver', '1951-02-03', NULL, NULL, 'B+', NULL, "
    "'Elm', 'Oz')",
    "INSERT INTO visit VALUES (7, 1, '2020-11-05', 0, NULL)"};

void require_same(const TableMapping& read, const TableMapping& meant) {
    CAPTURE(meant.table);
    REQUIRE(read.table == meant.table);
    REQUIRE(read.key == meant.key);
    REQUIRE(read.allocation == meant.allocation);
    REQUIRE(read.shared_key == meant.shared_key);
    REQUIRE(read.identity == meant.identity);
    REQUIRE(read.skipped == meant.skipped);
    REQUIRE(read.safety == meant.safety);
    REQUIRE(read.stamping == meant.stamping);
    REQUIRE(read.owners.size() == meant.owners.size());
    REQUIRE(read.references.size() == meant.references.size());
    for (const auto& reference : meant.references) {
        const auto* found = read.reference(reference.column);
        REQUIRE(found != nullptr);
        REQUIRE(found->table == reference.table);
        REQUIRE(found->target == reference.target);
        REQUIRE(found->none == reference.none);
        REQUIRE(found->missing == reference.missing);
    }
    REQUIRE(read.groups.size() == meant.groups.size());
    for (std::size_t i = 0; i < meant.groups.size(); ++i) {
        REQUIRE(read.groups[i].columns == meant.groups[i].columns);
    }
    REQUIRE(read.lookups.size() == meant.lookups.size());
    REQUIRE(read.volatiles.size() == meant.volatiles.size());
}

}  // namespace

TEST_CASE("suggestion: what is written is a mapping and says what was meant") {
    const auto clinic = suggested(kClinic);
    const auto xml = suggestion_xml(clinic.suggestion, "my clinic & co", "clinic--.db");
    CAPTURE(xml);
    const auto read = mapping_from_xml(xml, "suggestion");
    const auto meant = mapping_of(clinic.suggestion, "my clinic & co");
    REQUIRE(read.name == "my clinic & co");
    REQUIRE(read.family == read.name);
    REQUIRE(read.tables.size() == meant.tables.size());
    REQUIRE(read.tables.size() == 6);
    for (const auto& table : meant.tables) {
        REQUIRE(read.find(table.table) != nullptr);
        require_same(*read.find(table.table), table);
    }
}

TEST_CASE("suggestion: the names in what is written are those of the database") {
    const auto backend = make_sqlite_backend(":memory:");
    const auto session = backend->connect();
    for (const char* statement : kClinic) session->execute(statement);
    const auto xml = suggestion_xml(suggested(kClinic).suggestion, "x", "y");
    REQUIRE_NOTHROW(check_mapping(mapping_from_xml(xml, "x"), *backend, *session));
}

TEST_CASE("suggestion: what is guessed has a reason, what is unsure a request") {
    const auto xml = suggestion_xml(suggested(kClinic).suggestion, "x", "y");
    CAPTURE(xml);
    const auto has = [&](const std::string& text) { return xml.find(text) != std::string::npos; };
    REQUIRE(has("its name says patient"));
    REQUIRE(has("a foreign key to photo"));
    REQUIRE(has("please check"));
    REQUIRE(has("scan seems to hold records"));
    REQUIRE(has("its key id is binary"));
    REQUIRE(has("<key column=\"patient_id\" shared=\"yes\"/>"));
    REQUIRE(has("the table has no key: a row is told by what it holds"));
    REQUIRE(has("visit_log: a log, by its name"));
    REQUIRE(has("settings"));
    REQUIRE(has("<key column=\"patient_id\" allocate=\"parent\"/>"));
}

TEST_CASE("suggestion: no value of a patient is in what is written") {
    const auto xml = suggestion_xml(suggested(kClinic).suggestion, "x", "y");
    for (const char* value : {"Zorrilla", "Xaver", "1951", "B+", "2020"}) {
        REQUIRE(xml.find(value) == std::string::npos);
    }
}

TEST_CASE("suggestion: names that no mapping can hold leave their table out") {
    const std::string long_name(200, 'n');
    const auto statement = "CREATE TABLE visit_2 (id INTEGER PRIMARY KEY, patient_id INTEGER, \"" +
                           long_name + "\" TEXT)";
    std::string many = "CREATE TABLE visit_3 (id INTEGER PRIMARY KEY, patient_id INTEGER";
    for (int i = 0; i < 1500; ++i) many += ", c" + std::to_string(i) + "_date DATE";
    const auto clinic =
        suggested({"CREATE TABLE patient (id INTEGER PRIMARY KEY, name TEXT, dob DATE)",
                   "CREATE TABLE visit (id INTEGER PRIMARY KEY, patient_id INTEGER, at DATE)",
                   "CREATE TABLE \"visit\x01\" (id INTEGER PRIMARY KEY, patient_id INTEGER)",
                   statement.c_str(), (many + ")").c_str(),
                   "CREATE TABLE \"visit\x0a-->\" (id INTEGER, patient_id INTEGER)"});
    const auto xml = suggestion_xml(clinic.suggestion, "x", "y");
    CAPTURE(xml);
    const auto mapping = mapping_from_xml(xml, "x");
    REQUIRE(mapping.tables.size() == 2);
    REQUIRE(clinic.suggestion.left_out.size() == 4);
}

TEST_CASE("suggestion: a clinic of very many tables") {
    const auto backend = make_sqlite_backend(":memory:");
    const auto session = backend->connect();
    session->execute("CREATE TABLE patient (id INTEGER PRIMARY KEY, name TEXT, dob DATE)");
    for (int i = 0; i < 300; ++i) {
        const auto n = std::to_string(i);
        session->execute("CREATE TABLE form_" + n +
                         " (id INTEGER PRIMARY KEY, patient_id INTEGER, "
                         "visit_id INTEGER, written_at DATE, a TEXT, b TEXT, c INTEGER)");
    }
    const auto catalogue = backend->catalogue(*session);
    const auto suggestion = suggest_mapping(catalogue, [](const Link&) { return Overlap{}; });
    REQUIRE(suggestion.tables.size() == 301);
    REQUIRE(mapping_from_xml(suggestion_xml(suggestion, "x", "y"), "x").tables.size() == 301);
}

TEST_CASE("suggestion: what is only possible is a comment, and can be taken as it stands") {
    auto xml = suggestion_xml(
        suggested(
            {"CREATE TABLE patient (id INTEGER PRIMARY KEY, name TEXT, dob DATE, sex TEXT, ssn "
             "TEXT "
             "UNIQUE)",
             "CREATE TABLE encounter (number BIGINT PRIMARY KEY, patient_id INTEGER REFERENCES "
             "patient (id), at DATE)",
             "CREATE TABLE orders (order_id BIGINT PRIMARY KEY, patient_id INTEGER REFERENCES "
             "patient (id), at DATE, scan TEXT)",
             "CREATE TABLE \"drug & co\" (order_id BIGINT PRIMARY KEY REFERENCES orders "
             "(order_id), drug TEXT)",
             "CREATE TABLE order_lines (id INTEGER PRIMARY KEY, order_id BIGINT REFERENCES orders "
             "(order_id), text TEXT)",
             "CREATE TABLE numbers (last INTEGER)", "INSERT INTO numbers VALUES (8)",
             "INSERT INTO patient VALUES (1, 'Zorrilla', '1951-02-03', 'M', '77')",
             "INSERT INTO orders VALUES (7, 1, '2020-11-05', '/srv/Zorrilla/1.pdf')"})
            .suggestion,
        "x", "y");
    CAPTURE(xml);
    CHECK(xml.find("Zorrilla") == std::string::npos);
    CHECK(xml.find("/srv") == std::string::npos);
    const auto before = mapping_from_xml(xml, "x");
    CHECK_FALSE(before.patient_table().match);
    CHECK(before.find("orders")->parts.empty());
    const auto take = [&](const std::string& element) {
        const auto at = xml.find("<!-- " + element + " ");
        REQUIRE(at != std::string::npos);
        const auto end = xml.find("please check -->", at);
        REQUIRE(end != std::string::npos);
        xml.replace(at, end + 16 - at, element);
    };
    take("<match><column name=\"ssn\"/><agree column=\"dob\"/><agree column=\"sex\"/></match>");
    CHECK(mapping_from_xml(xml, "x").patient_table().match);
    for (const char* key : {"<key column=\"number\" allocate=\"sequence\" table=\"numbers\" "
                            "target=\"last\"/>",
                            "<key column=\"id\" ordered=\"yes\"/>"}) {
        CHECK(xml.find(std::string("<!-- ") + key + " ") != std::string::npos);
    }
    // Its own element goes then.
    const auto record = xml.find("  <record table=\"drug &amp; co\">");
    REQUIRE(record != std::string::npos);
    xml.erase(record, xml.find("</record>", record) + 9 - record);
    take("<part table=\"drug &amp; co\" key=\"order_id\"/>");
    CHECK(mapping_from_xml(xml, "x").find("orders")->parts.size() == 1);
}
