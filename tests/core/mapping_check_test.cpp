// A mapping beside the tables of a database: what that lacks, and which name was meant.
#include <algorithm>

#include "core/database/mapping_file.h"
#include "core/database/mapping_node.h"
#include "core/database/nearest_name.h"
#include "core/database/sqlite_backend.h"
#include "core/model/error.h"
#include "tests/support/catch.h"
#include "tests/support/mapping_texts.h"

using namespace cfs;
using namespace cfs::test;

namespace {

std::string check_error(const std::string& xml, ErrorCode expected) {
    const auto backend = make_sqlite_backend(":memory:");
    const auto session = backend->connect();
    session->execute("CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT, birth_date TEXT, blank)");
    session->execute(
        "CREATE TABLE visit (id INTEGER PRIMARY KEY, p_id INTEGER, at TEXT, extra TEXT, number "
        "INTEGER)");
    session->execute("CREATE TABLE doctor (id INTEGER PRIMARY KEY, username TEXT)");
    try {
        check_mapping(mapping_from_xml(xml, "m.xml"), *backend, *session);
    } catch (const Error& error) {
        REQUIRE(error.code() == expected);
        return error.what();
    }
    return "no error";
}

}  // namespace

TEST_CASE("mapping: what the database lacks is told with the line that names it") {
    const auto line = [](const std::string& xml, const std::string& table,
                         const std::string& column) {
        return line_that_names(xml, table, column).value_or(0);
    };
    const std::string xml = R"(<mapping>
  <patient table="p">
    <key column="id"/>
    <lookup column="doctor_id" table="doctor" target="id">
      <by column="username"/>
    </lookup>
  </patient>
  <record table="visit">
    <key column="id"/>
    <group name="g"><column
        column="at"/></group>
  </record>
</mapping>)";
    CHECK(line(xml, "p", "id") == 3);
    CHECK(line(xml, "visit", "id") == 9);
    CHECK(line(xml, "doctor", "username") == 5);
    CHECK(line(xml, "doctor", "id") == 4);
    CHECK(line(xml, "visit", "at") == 10);
    CHECK(line(xml, "visit", "") == 8);
    CHECK(line(xml, "visit", "a column said otherwise") == 8);
    CHECK(line(xml, "nowhere", "id") == 0);
    CHECK(line("", "p", "id") == 0);
    const auto wrong = with("\n\n" + record("<label column=\"att\"/>", "visit"));
    const auto backend = make_sqlite_backend(":memory:");
    const auto session = backend->connect();
    session->execute("CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT)");
    session->execute("CREATE TABLE visit (id INTEGER PRIMARY KEY, p_id INTEGER, at TEXT)");
    try {
        check_mapping(mapping_from_xml(wrong, "m.xml"), *backend, *session, wrong);
        FAIL("no error");
    } catch (const Error& error) {
        const auto before = wrong.substr(0, wrong.find("<label column=\"att\"/>"));
        const auto number = std::count(before.begin(), before.end(), '\n') + 1;
        CHECK(error.what() == "Line " + std::to_string(number) +
                                  ": The mapping t needs the column att of the table visit, which "
                                  "the database :memory: does not have; did you mean at?");
    }
}

TEST_CASE("mapping: nothing is counted in a column of texts") {
    const auto column = [](const std::string& xml) {
        return check_error(with(record(xml, "visit")), ErrorCode::mapping_column);
    };
    CHECK(column("<volatile column=\"extra\" write=\"increment\"/>") ==
          "The mapping t adds one to the column extra of the table visit, which is no number in "
          "the database :memory: but TEXT. Say write=\"set\" or write=\"skip\" of it.");
    CHECK(column("<unique column=\"extra\" clash=\"regenerate\"/>") ==
          "The mapping t counts in the column extra of the table visit, which is no number in the "
          "database :memory: but TEXT. Say clash=\"suffix\" or clash=\"report\" of it.");
    CHECK(column("<volatile column=\"extra\" write=\"set\"/>") == "no error");
    CHECK(column("<unique column=\"extra\" clash=\"suffix\"/>") == "no error");
    CHECK(column("<volatile column=\"number\" write=\"increment\"/>") == "no error");
    CHECK(column("<unique column=\"number\" clash=\"regenerate\"/>") == "no error");
}

TEST_CASE("mapping: tables and columns that the database does not have") {
    const auto table = [](const std::string& xml) {
        return check_error(with(xml), ErrorCode::mapping_table);
    };
    const auto column = [](const std::string& xml) {
        return check_error(with(xml), ErrorCode::mapping_column);
    };
    REQUIRE(table(record("", "visit")) == "no error");
    REQUIRE(table(record("", "vists")) ==
            "The mapping t needs the table vists, which the database "
            ":memory: does not have; did you mean visit?");
    REQUIRE(table(record("", "Visit")).ends_with("; did you mean visit?"));
    REQUIRE(table(record("", "prescriptions")).ends_with(" does not have."));
    REQUIRE(table(record("<lookup column=\"at\" table=\"docter\" target=\"id\"/>", "visit"))
                .ends_with("; did you mean doctor?"));
    REQUIRE(
        column(record("<safety column=\"AT\"/>", "visit")) ==
        "The mapping t needs the column AT of the table visit, which the database :memory: does "
        "not have; did you mean at?");
    for (const std::string part :
         {"<skip column=\"x9\"/>", "<uuid column=\"x9\" form=\"text\"/>",
          "<unique column=\"x9\" clash=\"suffix\"/>", "<default column=\"x9\" value=\"1\"/>",
          "<unique column=\"at\" clash=\"suffix\" within=\"x9\"/>", "<local column=\"x9\"/>",
          "<label column=\"x9\"/>",
          "<local column=\"extra\" allocate=\"sequence\" table=\"doctor\" target=\"x9\"/>",
          "<reference column=\"at\" by=\"x9\"><case is=\"\" table=\"p\" "
          "target=\"id\"/></reference>",
          "<lookup column=\"at\" table=\"doctor\" target=\"id\" missing=\"create\"><copy "
          "column=\"x9\"/></lookup>",
          "<volatile column=\"x9\" write=\"now\"/>",
          "<reference column=\"x9\" table=\"p\" target=\"id\"/>",
          "<reference column=\"at\" table=\"p\" target=\"x9\"/>",
          "<lookup column=\"x9\" table=\"doctor\" target=\"id\"/>",
          "<lookup column=\"at\" table=\"doctor\" target=\"x9\"/>",
          "<lookup column=\"at\" table=\"doctor\" target=\"id\"><by column=\"x9\"/></lookup>",
          "<identity column=\"x9\"/>", "<where column=\"x9\" null=\"no\"/>",
          "<owner column=\"x9\"/>"}) {
        CAPTURE(part);
        REQUIRE(column(record(part, "visit")).find("the column x9 of the table ") !=
                std::string::npos);
    }
    REQUIRE(check_error(patient("<group name=\"g\"><column name=\"birth_dat\"/>"
                                "<column name=\"blank\"/></group>"),
                        ErrorCode::mapping_column)
                .ends_with("; did you mean birth_date?"));
    REQUIRE(
        column(record("<reference column=\"at\" table=\"p\" target=\"blank\"/>", "visit")) ==
        "The mapping t needs the column blank of the table p as a key, but it has no type in the "
        "database :memory: or a binary one. Give it a type such as INTEGER or TEXT.");
}

TEST_CASE("mapping: the nearest name") {
    const std::vector<std::string> names = {"patient", "patient_data", "visit", "id", "Größe"};
    REQUIRE(nearest_name("PATIENT", names) == "patient");
    REQUIRE(nearest_name("patinet", names) == "patient");
    REQUIRE(nearest_name("patientdata", names) == "patient_data");
    REQUIRE(nearest_name("vist", names) == "visit");
    REQUIRE(nearest_name("ID", names) == "id");
    REQUIRE(nearest_name("Grösse", names) == "Größe");
    REQUIRE_FALSE(nearest_name("x", names).has_value());
    REQUIRE_FALSE(nearest_name("", names).has_value());
    REQUIRE_FALSE(nearest_name("medication", names).has_value());
    REQUIRE_FALSE(nearest_name(std::string(1000000, 'p'), names).has_value());
    REQUIRE_FALSE(nearest_name("patient", {}).has_value());
}
