#include "core/database/known_schema.h"

#include "core/database/mapping_file.h"
#include "tests/support/catch.h"

using namespace cfs;

namespace {

using What = SchemaChange::What;
using Changes = std::vector<SchemaChange>;

KnownTable table_of(const std::vector<std::string>& columns) {
    KnownTable table;
    for (const auto& column : columns) table.columns.push_back({column, "TEXT"});
    return table;
}

Changes learned(const KnownTable& before, const KnownTable& now) {
    KnownSchema known = {{"t", before}};
    return learn(known, {{"t", now}});
}

}  // namespace

TEST_CASE("known schema: what is the same is no change") {
    CHECK(learned(table_of({"a", "b"}), table_of({"a", "b"})).empty());
    CHECK(learned({}, {}).empty());
}

TEST_CASE("known schema: columns that are new, gone and back") {
    KnownSchema known = {{"t", table_of({"a", "b"})}};
    CHECK(learn(known, {{"t", table_of({"a", "c"})}}) ==
          Changes{{What::column_new, "t", "c"}, {What::column_gone, "t", "b"}});
    CHECK(learn(known, {{"t", table_of({"a", "c"})}}).empty());
    CHECK(learn(known, {{"t", table_of({"a", "b", "c"})}}) ==
          Changes{{What::column_back, "t", "b"}});
    CHECK(learn(known, {{"t", table_of({"a", "b", "c"})}}).empty());
}

TEST_CASE("known schema: a column in another place may be another one") {
    CHECK(learned(table_of({"a", "b", "c"}), table_of({"a", "c", "b"})).size() == 1);
    CHECK(learned(table_of({"a", "b", "c", "d"}), table_of({"b", "c", "d", "a"})) ==
          Changes{{What::column_made_anew, "t", "a"}});
    // Others in between move nothing.
    CHECK(learned(table_of({"a", "b"}), table_of({"x", "a", "y", "b"})) ==
          Changes{{What::column_new, "t", "x"}, {What::column_new, "t", "y"}});
}

TEST_CASE("known schema: types are told as they were and are") {
    auto now = table_of({"a"});
    now.columns[0].not_null = true;
    CHECK(learned(table_of({"a"}), now) ==
          Changes{{What::column_retyped, "t", "a", "TEXT", "TEXT NOT NULL"}});
    now.columns[0].type = "";
    CHECK(learned(table_of({"a"}), now) ==
          Changes{{What::column_retyped, "t", "a", "TEXT", "without a type NOT NULL"}});
}

TEST_CASE("known schema: of a table that is gone its columns are still known") {
    KnownTable gone;
    gone.gone = gone.waits = true;
    KnownSchema known = {{"t", table_of({"a"})}};
    CHECK(learn(known, {{"t", gone}}) == Changes{{What::table_gone, "t"}});
    CHECK(learn(known, {{"t", gone}}).empty());
    CHECK(learn(known, {{"t", table_of({"a", "b"})}}) ==
          Changes{{What::table_back, "t"}, {What::column_new, "t", "b"}});
}

TEST_CASE("known schema: a table that can be read again") {
    auto waits = table_of({"a"});
    waits.waits = true;
    CHECK(learned(table_of({"a"}), waits).empty());
    CHECK(learned(waits, table_of({"a"})) == Changes{{What::table_readable, "t"}});
}

TEST_CASE("known schema: it is written and read as it is, whatever the names") {
    KnownTable gone;
    gone.gone = gone.waits = true;
    gone.columns = {{"a b.\n\t", "", true, true}, {"", "gone"}, {"not null", "VARCHAR(20)"}};
    const KnownSchema schema = {{"gone", gone}, {"t t\n.", table_of({"a", "waits"})}, {"u", {}}};
    CHECK(known_schema_from_text(to_text(schema)) == schema);
    CHECK(known_schema_from_text("").empty());
    CHECK(known_schema_from_text("column 61.\nnonsense\ntable\n").empty());
    const PatientId patient{Uuid::parse("3ae0971c-584d-4b02-95f1-0e638fb9d427").value()};
    const Renewed renewed = {{{"t", "a b"}, {"t", ""}}, {"u"}, {patient}, true};
    CHECK(renewed_from_text(to_text(renewed)) == renewed);
    CHECK(renewed_from_text("") == Renewed{});
}

TEST_CASE("known schema: what a change asks of the rows") {
    Renewed renewed;
    renewed.patients.insert(PatientId{});
    add(renewed, {{What::column_new, "t", "a"}});
    CHECK(renewed == Renewed{{}, {}, {}, true});
    add(renewed, {{What::column_retyped, "t", "b"}, {What::table_back, "u"}});
    CHECK(renewed == Renewed{{{"t", "b"}}, {"u"}, {}, true});
    CHECK(renewed.concerns({PatientId{}}));
    renewed.patients.insert(PatientId{Uuid::parse("3ae0971c-584d-4b02-95f1-0e638fb9d427").value()});
    CHECK_FALSE(renewed.concerns({PatientId{}}));
}
