#include "core/database/mapping_fit.h"

#include "core/database/mapping_file.h"
#include "tests/support/catch.h"

using namespace cfs;

namespace {

using Names = std::vector<std::string>;

constexpr const char* kMapping = R"(
<mapping xmlns="urn:cloud-folder-sync:mapping" format="1" name="t" family="f" version="1">
  <patient table="person"><key column="id"/><identity column="name"/>
    <reference column="photo" table="photo" target="id"/>
    <lookup column="doctor" table="staff" target="id" missing="null"><by column="login"/></lookup>
  </patient>
  <record table="photo"><key column="id"/><identity column="id"/>
    <owner through="person" column="photo"/></record>
  <record table="visit"><key column="id" allocate="sequence" table="numbers" target="last"/>
    <identity column="at"/><owner column="person"/><where column="state" is="1"/></record>
  <record table="test"><key column="id"/><local column="number"/><identity column="at"/>
    <owner column="visit" table="visit" target="id"/><volatile column="stamp" write="now"/></record>
  <record table="value"><key column="id"/><identity column="at"/>
    <owner column="test" table="test" target="number"/></record>
  <record table="note" ><key column="id"/><identity column="at"/><owner column="person"/>
    <reference column="visit" table="visit" target="id"/>
    <unique column="code" clash="suffix"/></record>
</mapping>)";

DescribedTables all() {
    const std::map<std::string, Names> columns = {
        {"person", {"id", "name", "photo", "doctor"}},
        {"photo", {"id"}},
        {"visit", {"id", "at", "person", "state"}},
        {"test", {"id", "number", "at", "visit", "stamp"}},
        {"value", {"id", "at", "test"}},
        {"note", {"id", "at", "person", "visit", "code"}},
        {"staff", {"id", "login"}},
        {"numbers", {"last"}}};
    DescribedTables described;
    for (const auto& [table, names] : columns) {
        auto& info = described[table];
        info.name = table;
        for (const auto& name : names) info.columns.push_back({name, "TEXT"});
    }
    return described;
}

DescribedTables without(const std::string& table, const std::string& column = {}) {
    auto described = all();
    if (column.empty()) {
        described.erase(table);
    } else {
        std::erase_if(described.at(table).columns,
                      [&](const ColumnInfo& item) { return item.name == column; });
    }
    return described;
}

MappingFit fit(const DescribedTables& described) {
    return fit_mapping(mapping_from_xml(kMapping, "of a test"), described);
}

Names waiting(const MappingFit& fit) {
    Names names;
    for (const auto& table : fit.waiting) names.push_back(table.table);
    return names;
}

}  // namespace

TEST_CASE("mapping fit: where all is there nothing waits and the mapping is whole") {
    const auto fitting = fit(all());
    CHECK(fitting.waiting.empty());
    CHECK(fitting.mapping.tables.size() == 6);
    for (const auto& [table, columns] : fitting.closed) CHECK(columns.empty());
}

TEST_CASE("mapping fit: what belongs to a patient by way of a missing table waits too") {
    CHECK(waiting(fit(without("visit"))) == Names{"visit", "test", "value"});
    CHECK(waiting(fit(without("test"))) == Names{"test", "value"});
    CHECK(waiting(fit(without("photo"))) == Names{"photo"});
    CHECK(waiting(fit(without("staff"))).empty());
}

TEST_CASE("mapping fit: a table waits for the columns that say which row, whose, and whether") {
    for (const auto* column : {"id", "person", "state"}) {
        CAPTURE(column);
        const auto fitting = fit(without("visit", column));
        CHECK(waiting(fitting) == Names{"visit", "test", "value"});
        CHECK(fitting.waiting[0].column == column);
        CHECK(fitting.waiting[1].because == "visit");
    }
    CHECK(waiting(fit(without("test", "number"))) == Names{"value"});
    CHECK(waiting(fit(without("person", "photo"))) == Names{"photo"});
    CHECK(waiting(fit(without("numbers", "last"))) == Names{"visit", "test", "value"});
    CHECK(waiting(fit(without("visit", "at"))).empty());
}

TEST_CASE("mapping fit: a column that means what is not there is left alone") {
    auto fitting = fit(without("visit"));
    CHECK(fitting.closed.at("note").at("visit") == MissingPolicy::hold);
    CHECK(fitting.mapping.find("note")->reference("visit") == nullptr);
    fitting = fit(without("staff", "login"));
    CHECK(fitting.closed.at("person").at("doctor") == MissingPolicy::null);
    CHECK(fitting.mapping.patient_table().lookups.empty());
}

TEST_CASE("mapping fit: what is said of a column that is gone is not said") {
    const auto test = *fit(without("test", "stamp")).mapping.find("test");
    CHECK(test.volatiles.empty());
    CHECK(test.locals.size() == 1);
    CHECK(fit(without("test", "number")).mapping.find("test")->locals.empty());
    CHECK(fit(without("note", "code")).mapping.find("note")->uniques.empty());
    CHECK(fit(without("note", "visit")).mapping.find("note")->reference("visit") == nullptr);
    CHECK(fit(without("note", "visit")).waiting.empty());
}

TEST_CASE("mapping fit: without the patients the mapping stays as it is, for nobody to use") {
    for (const auto& described : {without("person"), without("person", "id")}) {
        const auto fitting = fit(described);
        REQUIRE(fitting.waiting_patients() != nullptr);
        CHECK(fitting.mapping.tables.size() == 6);
        const auto sentence = sentence_of(*fitting.waiting_patients(), fitting, "clinic");
        CHECK(sentence.find("Nothing can be synced") != std::string::npos);
    }
    CHECK(fit(without("visit")).waiting_patients() == nullptr);
}

TEST_CASE("mapping fit: of a table that waits for another's column that column is told") {
    const auto told = [](const DescribedTables& described) {
        const auto fitting = fit(described);
        const auto sentence = sentence_of(fitting.waiting.at(0), fitting, "clinic");
        return sentence.substr(0, sentence.find(','));
    };
    CHECK(told(without("person", "photo")) ==
          "The table person in the database clinic no longer has the column photo");
    CHECK(told(without("test", "number")) ==
          "The table test in the database clinic no longer has the column number");
    CHECK(told(without("numbers", "last")) ==
          "The table numbers in the database clinic no longer has the column last");
    CHECK(told(without("numbers")) == "The database clinic no longer has the table numbers");
}

TEST_CASE("mapping fit: the sentence says what is missing and what waits") {
    auto fitting = fit(without("visit"));
    CHECK(
        sentence_of(fitting.waiting[0], fitting, "clinic") ==
        "The database clinic no longer has the table visit, which the mapping t needs. The "
        "records of visit and those that belong to records that wait (test, value) wait, here and "
        "in the sync folder; all others are synced. Put it back, or ask for a mapping that fits "
        "the clinic program as it is now.");
    fitting = fit(without("value", "test"));
    CHECK(sentence_of(fitting.waiting[0], fitting, "clinic") ==
          "The table value in the database clinic no longer has the column test, which the mapping "
          "t needs. The records of value wait, here and in the sync folder; all others are synced. "
          "Put it back, or ask for a mapping that fits the clinic program as it is now.");
}
