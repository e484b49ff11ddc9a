#include "core/database/database_look.h"

#include "core/database/shipped_mappings.h"
#include "core/database/sqlite_backend.h"
#include "tests/support/catch.h"

using namespace cfs;

namespace {

std::string mapping_of(const std::string& tables) {
    return "<mapping xmlns=\"urn:cloud-folder-sync:mapping\" format=\"1\" name=\"x\" family=\"f\" "
           "version=\"1\">" +
           tables + "</mapping>";
}

std::string patients(const std::string& table) {
    return "<patient table=\"" + table + "\"><key column=\"id\"/><identity column=\"name\"/>" +
           "</patient>";
}

std::string visits(const std::string& table, const std::string& part = {}) {
    return "<record table=\"" + table +
           "\"><key column=\"id\"/><identity column=\"id\"/><owner column=\"patient\"/>" + part +
           "</record>";
}

class Clinic {
  public:
    Clinic() {
        for (const char* statement :
             {"CREATE TABLE patient (id INTEGER PRIMARY KEY, name TEXT)",
              "CREATE TABLE visit (id INTEGER PRIMARY KEY, patient INTEGER)"}) {
            session_->execute(statement);
        }
    }
    void execute(const char* statement) { session_->execute(statement); }

    [[nodiscard]] DatabaseLook look(const std::map<std::string, std::string>& mappings) {
        return look_at_database(*backend_, *session_, mappings);
    }

  private:
    std::unique_ptr<Backend> backend_ = make_sqlite_backend(":memory:");
    std::unique_ptr<SqlSession> session_ = backend_->connect();
};

const std::string kRight = mapping_of(patients("patient") + visits("visit"));
const std::string kHalf = mapping_of(patients("patient") + visits("consultation"));
const std::string kOther = mapping_of(patients("person") + visits("encounter"));

}  // namespace

TEST_CASE("database look: the one mapping that fits is found, with how much of it is there") {
    const auto look = Clinic().look({{"a", kOther}, {"b", kHalf}, {"c", kRight}});
    REQUIRE(look.tables == 2);
    REQUIRE(look.only_fit() != nullptr);
    REQUIRE(look.only_fit()->mapping == "c");
    REQUIRE(look.only_fit()->found == 2);
    REQUIRE(look.only_fit()->tables == 2);
}

TEST_CASE("database look: the nearest comes first among those that do not fit, and says why") {
    const auto look = Clinic().look({{"a", kOther}, {"b", kHalf}});
    REQUIRE(look.only_fit() == nullptr);
    REQUIRE(look.mappings.front().mapping == "b");
    REQUIRE(look.mappings.front().found == 1);
    REQUIRE(look.mappings.front().obstacle.find("consultation") != std::string::npos);
    REQUIRE(look.mappings.back().found == 0);
}

TEST_CASE("database look: where two mappings fit none is taken for the right one") {
    const auto look = Clinic().look({{"a", kRight}, {"b", kRight}, {"c", kOther}});
    REQUIRE(look.only_fit() == nullptr);
    REQUIRE(look.mappings[0].fits());
    REQUIRE(look.mappings[1].fits());
}

TEST_CASE("database look: a missing column is no fit") {
    Clinic clinic;
    clinic.execute("ALTER TABLE visit RENAME COLUMN patient TO person");
    const auto look = clinic.look({{"a", kRight}});
    REQUIRE_FALSE(look.mappings.front().fits());
    REQUIRE(look.mappings.front().found == 2);
}

TEST_CASE("database look: an enabled database is known as such, and our tables count for nothing") {
    Clinic clinic;
    REQUIRE_FALSE(clinic.look({}).enabled);
    clinic.execute("CREATE TABLE cfs_meta (name TEXT)");
    REQUIRE(clinic.look({}).enabled);
    REQUIRE(clinic.look({}).tables == 2);
}

TEST_CASE("database look: the shipped mappings are tried on a database of none of them") {
    Clinic clinic;
    const auto look = clinic.look(shipped_mapping_texts());
    REQUIRE(look.mappings.size() == shipped_mapping_texts().size());
    REQUIRE(look.only_fit() == nullptr);
}

TEST_CASE("database look: a part of a record counts as a table of its own") {
    Clinic clinic;
    const auto mapping =
        mapping_of(patients("patient") + visits("visit", R"(<part table="scan" key="id"/>)"));
    const auto without = clinic.look({{"a", mapping}}).mappings.front();
    CHECK_FALSE(without.fits());
    CHECK(without.found == 2);
    CHECK(without.tables == 3);
    clinic.execute("CREATE TABLE scan (id INTEGER PRIMARY KEY)");
    const auto with = clinic.look({{"a", mapping}}).mappings.front();
    CHECK(with.fits());
    CHECK(with.found == 3);
}
