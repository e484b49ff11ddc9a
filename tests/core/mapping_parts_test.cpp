// Mapping files: rows of other tables that are parts of a record.
#include "core/database/mapping_file.h"
#include "core/database/mapping_trial.h"
#include "core/database/sqlite_backend.h"
#include "core/model/error.h"
#include "tests/support/catch.h"

using namespace cfs;

namespace {

std::string with(const std::string& content) {
    return "<mapping xmlns=\"urn:cloud-folder-sync:mapping\" format=\"1\" name=\"t\" family=\"f\" "
           "version=\"3\">\n<patient table=\"p\"><key column=\"id\"/><identity column=\"name\"/>"
           "</patient>\n" +
           content + "</mapping>";
}

// An order on line 3, with `content` on line 4.
std::string order(const std::string& content, const std::string& attributes = "",
                  const std::string& key = "<key column=\"id\"/>") {
    return "<record table=\"orders\"" + attributes + ">" + key +
           "<identity column=\"at\"/><owner column=\"p_id\"/>\n" + content + "</record>\n";
}

std::string drug(const std::string& content) {
    return "<part table=\"drug\" key=\"order_id\">" + content + "</part>";
}

std::string dispense(const std::string& content) {
    return "<record table=\"dispense\"><key column=\"id\"/><identity column=\"at\"/>" + content +
           "</record>\n";
}

// The sentence without its beginning, for a fault in line `line`.
std::string fault(const std::string& content, int line) {
    try {
        (void)mapping_from_xml(with(content), "m.xml");
    } catch (const Error& error) {
        REQUIRE(error.code() == ErrorCode::mapping_invalid);
        const std::string sentence = error.what();
        const auto begin = "The mapping m.xml, line " + std::to_string(line) + ": ";
        CAPTURE(sentence, begin);
        REQUIRE(sentence.starts_with(begin));
        return sentence.substr(begin.size());
    }
    return "no error";
}

}  // namespace

TEST_CASE("mapping parts: a record says all of its parts' columns by the names of documents") {
    const auto mapping = mapping_from_xml(with(order(drug(R"(
            <lookup column="unit" table="concept" target="id" missing="create">
              <by column="uuid"/><copy column="name"/>
            </lookup>
            <reference column="earlier" table="orders" target="id"/>
            <reference column="about" by="kind"><case is="o" table="orders" target="id"/></reference>
            <volatile column="changed" write="now"/>
            <default column="route" value="oral"/>
            <skip column="cache"/>
            <safety column="dose"/>)") + "<part table=\"test\" key=\"id\" schema=\"lab\"/>",
                                                     " schema=\"clinic\"")),
                                          "m.xml");
    const auto& orders = *mapping.find("orders");
    REQUIRE(orders.parts.size() == 2);
    CHECK(orders.parts[0].full_name().text() == "clinic.drug");
    CHECK(orders.parts[1].full_name().text() == "lab.test");
    CHECK(orders.parts[0].part_of == "orders");
    CHECK(mapping.find("drug") == nullptr);
    CHECK(mapping.find_part("drug") == &orders.parts[0]);
    CHECK(mapping.find_part("orders") == nullptr);

    REQUIRE(orders.lookup("drug/unit") != nullptr);
    CHECK(orders.lookup("drug/unit")->by == std::vector<std::string>{"uuid"});
    CHECK(orders.volatile_column("drug/unit/name") != nullptr);
    CHECK(orders.reference("drug/earlier")->table == "orders");
    CHECK(orders.reference("drug/about")->by == "drug/kind");
    CHECK(orders.defaults.at("drug/route") == "oral");
    CHECK(orders.safety.contains("drug/dose"));
    CHECK(orders.travels("drug/dose"));
    CHECK(orders.travels("drug/order_id"));
    CHECK_FALSE(orders.travels("drug/cache"));
    CHECK_FALSE(orders.travels("drug/changed"));

    CHECK(presence_field(orders.parts[0]) == "drug/order_id");
    CHECK(orders.place_of("drug/dose") == std::pair{&orders.parts[0], std::string("dose")});
    CHECK(orders.place_of("test/id").first == &orders.parts[1]);
    CHECK(orders.place_of("dose") == std::pair{&orders, std::string("dose")});
    // All of it is one version.
    CHECK(orders.group_of("drug/dose") == orders.group_of("at"));
}

TEST_CASE("mapping parts: who refers to a part's key refers to the record") {
    const auto mapping = mapping_from_xml(
        with(order(drug("")) +
             dispense("<owner column=\"order_id\" table=\"drug\" target=\"order_id\"/>"
                      "<reference column=\"other\" table=\"drug\" target=\"order_id\"/>")),
        "m.xml");
    const auto& table = *mapping.find("dispense");
    for (const auto* column : {"order_id", "other"}) {
        CHECK(table.reference(column)->table == "orders");
        CHECK(table.reference(column)->target == "id");
    }
    CHECK(fault(order(drug("")) + dispense("<owner column=\"p_id\"/>\n<reference column=\"other\" "
                                           "table=\"drug\" target=\"dose\"/>"),
                6) ==
          "the table drug is a part of orders: others can refer to it by its key order_id alone.");
    CHECK(
        fault(order(drug("")) + dispense("\n<owner column=\"o\" table=\"drug\" target=\"dose\"/>"),
              6) ==
        "the table drug is a part of orders: others can refer to it by its key order_id alone.");
    CHECK(fault(order(drug("")) + dispense("\n<owner through=\"drug\" column=\"o\"/>"), 6) ==
          "the table drug is a part of orders: no owner leads through it.");
    CHECK(fault(order(drug("")) +
                    dispense("<owner column=\"p_id\"/>\n<reference column=\"o\" table=\"drugs\" "
                             "target=\"id\"/>"),
                6) == "the table drugs is not in this mapping; did you mean drug?");
}

TEST_CASE("mapping parts: what can't be one is told with its line") {
    const auto faults = [](const std::string& part) { return fault(order(part), 4); };
    CHECK(faults("<part table=\"drug\"/>") == "<part> needs the attribute key.");
    CHECK(faults("<part table=\"drug\" key=\"id\" kee=\"x\"/>") ==
          "<part> has no attribute kee; did you mean key?");
    CHECK(faults("<prat table=\"drug\" key=\"id\"/>") ==
          "there is no element <prat> in <record>; did you mean <part>?");
    CHECK(faults(drug("<saftey column=\"dose\"/>")) ==
          "there is no element <saftey> in <part>; did you mean <safety>?");
    CHECK(faults(drug("<owner column=\"order_id\"/>")).starts_with("there is no element <owner>"));
    CHECK(faults(drug("<skip column=\"order_id\"/>")) ==
          "the column order_id holds the key of the record: no <skip> can name it.");
    CHECK(faults(drug("<reference column=\"x\" by=\"order_id\"><case is=\"o\" table=\"orders\" "
                      "target=\"id\"/></reference>")) ==
          "the column order_id holds the key of the record: no <reference> can name it.");
    CHECK(faults(drug("<skip column=\"a\"/><safety column=\"a\"/>")) ==
          "the column a can't be <skip> and <safety> at once.");
    CHECK(faults(drug("<reference column=\"a\" table=\"orderz\" target=\"id\"/>")) ==
          "the table orderz is not in this mapping; did you mean orders?");
    CHECK(faults("<safety column=\"drug/dose\"/>" + drug("")) ==
          "the column drug/dose is one of the part drug: say it inside that <part>.");
    CHECK(faults(drug("") + drug("")) == "the table drug stands twice.");
    CHECK(faults("<part table=\"orders\" key=\"id\"/>") == "the table orders stands twice.");
    CHECK(faults("<part table=\"p\" key=\"id\"/>") == "the table p stands twice.");
    CHECK(faults("<lookup column=\"drug\" table=\"d\" target=\"id\"/>" + drug("")) ==
          "the part drug has the name of a column of the table orders beside which other values "
          "travel.");
    CHECK(fault("<record table=\"o\"><key column=\"id\"/><identity column=\"a\"/>"
                "<owner column=\"p_id\"/>" +
                    std::string("<part table=\"x\" key=\"id\"/></record>\n") + order(drug("")),
                0) == "no error");
}

TEST_CASE("mapping parts: a record that can't have any says why") {
    const auto faults = [](const std::string& attributes, const std::string& key) {
        return fault(order(drug(""), attributes, key), 4);
    };
    const std::string start = "the table orders can't have parts: ";
    const std::string key = "<key column=\"id\"/>";
    CHECK(faults(" stamping=\"field\"", key) ==
          start + "they are one record with it only with stamping=\"row\".");
    CHECK(faults(" insert-only=\"yes\"", key) == start + "it is insert-only.");
    CHECK(faults("", "<key column=\"p_id\" shared=\"yes\"/>") ==
          start + "its rows have no key of their own.");
    CHECK(faults("",
                 "<key column=\"a\" allocate=\"natural\"/><key column=\"b\" "
                 "allocate=\"natural\"/>") == start + "its key has several columns.");
    CHECK_THROWS_WITH(
        mapping_from_xml("<mapping xmlns=\"urn:cloud-folder-sync:mapping\" format=\"1\" "
                         "name=\"t\" family=\"f\" version=\"1\"><patient table=\"p\">"
                         "<key column=\"id\"/><identity column=\"name\"/>" +
                             drug("") + "</patient></mapping>",
                         "m.xml"),
        Catch::Contains("there is no element <part> in <patient>"));
}

namespace {

class Orders {
  public:
    explicit Orders(const char* drug_table =
                        "CREATE TABLE drug (order_id INTEGER PRIMARY KEY, dose TEXT, unit INTEGER, "
                        "cache TEXT)") {
        for (const char* statement :
             {"CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT)",
              "CREATE TABLE orders (id INTEGER PRIMARY KEY, p_id INTEGER, at TEXT)",
              "CREATE TABLE unit (id INTEGER PRIMARY KEY, code TEXT)",
              "INSERT INTO p VALUES (1, 'x')", "INSERT INTO orders VALUES (1, 1, 'd'), (2, 1, 'e')",
              "INSERT INTO unit VALUES (7, 'mg')", drug_table}) {
            session->execute(statement);
        }
    }

    [[nodiscard]] MappingTrial trial(const std::string& part) {
        return try_mapping(mapping_from_xml(with(order(part)), "t"), *backend, *session);
    }
    [[nodiscard]] std::string trouble(const std::string& part) {
        try {
            (void)trial(part);
        } catch (const Error& error) {
            return error.what();
        }
        return "none";
    }

    std::unique_ptr<Backend> backend = make_sqlite_backend(":memory:");
    std::unique_ptr<SqlSession> session = backend->connect();
};

constexpr const char* kUnit =
    "<lookup column=\"unit\" table=\"unit\" target=\"id\"><by column=\"code\"/></lookup>"
    "<skip column=\"cache\"/>";

}  // namespace

TEST_CASE("mapping parts: a trial covers their tables and counts what is wrong there") {
    Orders clinic;
    clinic.session->execute(
        "INSERT INTO drug VALUES (1, '5', 7, ''), (2, '6', 8, ''), "
        "(9, '7', NULL, '')");
    const auto trial = clinic.trial(drug(kUnit));
    REQUIRE(trial.tables.size() == 3);
    CHECK(trial.unmapped == std::vector<std::string>{"unit"});
    const auto& orders = trial.tables[1];
    CHECK(orders.table == "orders");
    CHECK(orders.columns.empty());
    const auto& drugs = trial.tables[2];
    CHECK(drugs.table == "drug");
    CHECK(drugs.rows == 3);
    CHECK(drugs.orphans == 1);
    CHECK(drugs.mapped == std::vector<std::string>{"order_id", "unit", "cache"});
    CHECK(drugs.skipped == std::vector<std::string>{"cache"});
    CHECK(drugs.unknown == std::vector<std::string>{"dose"});
    REQUIRE(drugs.columns.size() == 1);
    CHECK(drugs.columns[0].column == "unit");
    CHECK(drugs.columns[0].rows == 1);
}

TEST_CASE("mapping parts: a foreign key that travels as it is, and a text that nothing counts") {
    Orders clinic(
        "CREATE TABLE drug (order_id INTEGER PRIMARY KEY REFERENCES orders (id), dose TEXT, unit "
        "INTEGER REFERENCES unit, cache TEXT NOT NULL)");
    const auto faults = clinic.trial(drug("<skip column=\"cache\"/>")).tables[2].faults;
    REQUIRE(faults.size() == 2);
    CHECK(faults[0].column == "unit");
    CHECK(faults[0].what.starts_with("refers to unit in this database, but travels as it is"));
    CHECK(faults[1].column == "cache");
    CHECK(clinic.trial(drug(std::string(kUnit) + "<default column=\"cache\" value=\"\"/>"))
              .tables[2]
              .faults.empty());
    CHECK(clinic.trouble(drug("<volatile column=\"cache\" write=\"increment\"/>"))
              .starts_with("The mapping t adds one to the column cache of the table drug, "));
}

TEST_CASE("mapping parts: the catalogue must have their tables, columns and keys") {
    Orders clinic;
    CHECK(clinic.trouble(drug(kUnit)) == "none");
    CHECK(
        clinic.trouble("<part table=\"drugs\" key=\"order_id\"/>")
            .find("needs the table drugs, which the database :memory: does not have; did you mean "
                  "drug?") != std::string::npos);
    CHECK(clinic.trouble(drug("<safety column=\"dos\"/>"))
              .find("needs the column dos of the table drug") != std::string::npos);
    CHECK(clinic.trouble("<part table=\"drug\" key=\"dose\"/>")
              .find("needs the column dose to be the primary key of the table drug") !=
          std::string::npos);
}
