#include "core/engine/labels.h"

#include "tests/support/build.h"
#include "tests/support/catch.h"

using namespace cfs;
using namespace cfs::test;

namespace {

Mapping with_labels(std::vector<std::string> labels) {
    auto mapping = clinic();
    mapping.tables.front().labels = std::move(labels);
    return mapping;
}

PatientDocument person(const Values& values) {
    return {patient(1), {{row_id(1), written("patient", version(2), at(5), values)}}};
}

}  // namespace

TEST_CASE("labels: a patient is told by the mapping's labels, in their order") {
    const auto document =
        person({{"phone", text("555-1")}, {"city", text("Harbourfield")}, {"name", text("Ada")}});
    REQUIRE(patient_label(document, with_labels({"name", "city"})) == "Ada, Harbourfield");
    REQUIRE(patient_label(document, with_labels({"city", "phone"})) == "Harbourfield, 555-1");
}

TEST_CASE("labels: without any the identity columns tell a row") {
    auto mapping = with_labels({});
    mapping.tables.front().identity = {"name"};
    REQUIRE(patient_label(person({{"name", text("Ada")}}), mapping) == "Ada");
    REQUIRE(row_label(person({{"name", text("Ada")}}).rows.at(row_id(1)), mapping) == "Ada");
}

TEST_CASE("labels: names that lie in another table come first, each once") {
    auto mapping = with_labels({"city"});
    auto name = mapping.tables.back();
    name.table = "person_name";
    name.patient_labels = {"given", "family"};
    mapping.tables.push_back(name);
    auto document = person({{"city", text("Harbourfield")}});
    document.rows.emplace(row_id(4), written("person_name", version(3), at(5),
                                             {{"given", text("Ada")}, {"family", text("King")}}));
    document.rows.emplace(row_id(5), written("person_name", version(4), at(5),
                                             {{"given", text("Ada")}, {"family", text("Byron")}}));
    REQUIRE(patient_label(document, mapping) == "Ada, King, Byron, Harbourfield");
}

TEST_CASE("labels: what can't be read in one line is left out or replaced") {
    const auto mapping = with_labels({"name", "photo", "city", "gone"});
    const auto document = person({{"name", text("A\nB\x1b[2J")},
                                  {"photo", {ValueKind::binary, false, "\xff\xd8"}},
                                  {"city", null_value()}});
    REQUIRE(patient_label(document, mapping) == "A?B?[2J");
    REQUIRE(patient_label(person({{"name", text(std::string(5000, 'x'))}}), mapping).size() < 100);
}

TEST_CASE("labels: a document without the patient's row tells nobody") {
    REQUIRE(patient_label({patient(1), {}}, clinic()).empty());
    const PatientDocument hostile{patient(1),
                                  {{row_id(1), written("no_table", version(2), at(5), {})}}};
    REQUIRE(patient_label(hostile, clinic()).empty());
}
