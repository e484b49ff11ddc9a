#include "dialogs/review_text.h"

#include "tests/applet/facts.h"
#include "tests/support/catch.h"

using namespace cfs;
using namespace cfs::test;
using namespace std::chrono_literals;

namespace {

ConflictValue value(const std::string& site, const std::map<std::string, Value>& fields) {
    ConflictValue result;
    result.version.writer = 1;
    result.site = site;
    result.time = kNow - 24h;
    result.fields = fields;
    return result;
}

Conflict doses() {
    Conflict conflict;
    conflict.id = "dose";
    conflict.table = "medication";
    conflict.patient_label = "Castillo, Ana";
    conflict.record_label = "OMEP20";
    conflict.columns = {"dose"};
    conflict.values = {value("West", {{"dose", text_value("5")}, {"drug_code", text_value("A")}}),
                       value("East", {{"dose", text_value("9")}, {"drug_code", text_value("A")}})};
    return conflict;
}

Conflict named(const std::string& patient, const std::string& record, bool safety) {
    auto conflict = doses();
    conflict.id = conflict.patient_label = patient;
    conflict.id += conflict.record_label = record;
    conflict.safety = safety;
    return conflict;
}

std::string shown(const Value& value) { return value_text(&value, doses()).utf8_string(); }

}  // namespace

TEST_CASE("review: names of tables and columns become words") {
    REQUIRE(readable_name("blood_group") == "Blood group");
    REQUIRE(readable_name("dateOfBirth") == "Date of birth");
    REQUIRE(readable_name("PAT_BTYPE") == "PAT BTYPE");
    REQUIRE(readable_name("DOB") == "DOB");
    REQUIRE(readable_name("family_doctor_id") == "Family doctor");
    REQUIRE(readable_name("_id") == " id");
    REQUIRE(readable_name("").empty());
}

TEST_CASE("review: safety comes first, then patient by patient and record by record") {
    std::vector<std::string> order;
    for (const auto& conflict :
         in_review_order({named("B", "2", false), named("A", "2", false), named("B", "1", false),
                          named("C", "1", true), named("A", "1", false)})) {
        order.push_back(conflict.id);
    }
    REQUIRE(order == std::vector<std::string>{"C1", "A1", "A2", "B1", "B2"});
}

TEST_CASE("review: a conflict of safety says so in a word") {
    REQUIRE(conflict_row(named("A", "1", true))[0].Contains("Safety"));
    REQUIRE(conflict_row(named("A", "1", false))[0].empty());
    REQUIRE(conflict_row(doses()) ==
            TextTable::Row{"", "Castillo, Ana", "Medication: OMEP20", "Dose"});
}

TEST_CASE("review: a patient whom nothing tells has a number") {
    auto conflict = doses();
    conflict.patient_label.clear();
    conflict.patient = *PatientId::parse("357bd28e-0000-4000-8000-000000000000");
    REQUIRE(patient_text(conflict) == "Patient 357bd28e");
}

TEST_CASE("review: what differs comes first and is marked, the rest can be left out") {
    const auto all = compared_fields(doses(), false);
    REQUIRE(all.size() == 2);
    REQUIRE(all[0].name == "Dose");
    REQUIRE(all[0].differs);
    REQUIRE(all[0].values == std::vector<wxString>{"5", "9"});
    REQUIRE(all[1].name == "Drug code");
    REQUIRE_FALSE(all[1].differs);
    REQUIRE(compared_fields(doses(), true).size() == 1);
}

TEST_CASE("review: nothing, nothing typed and not known are three things") {
    REQUIRE(shown(null_value()) == "(empty)");
    REQUIRE(shown(text_value("")) == "(blank)");
    REQUIRE(value_text(nullptr, doses()) == "(not known there)");
}

TEST_CASE("review: what can't be read is told by its kind and size") {
    const auto binary = [](const std::string& bytes) {
        return shown({ValueKind::binary, false, bytes});
    };
    REQUIRE(binary("\x89PNG" + std::string(34 * 1024 - 4, 'x')) == "Image, 34 KB");
    REQUIRE(binary("\xff\xd8\xff") == "Image, 1 KB");
    REQUIRE(binary("%PDF-1.7") == "PDF document, 1 KB");
    REQUIRE(binary("\x01\x02") == "Other data, 1 KB");
    REQUIRE(binary("RIFF") == "Other data, 1 KB");
    REQUIRE(shown({ValueKind::text, false, "\xff\xfe"}) == "Other data, 1 KB");
    REQUIRE(shown({ValueKind::binary, true, std::string(64, 'a')}) ==
            "Image or file of more than 64 KB");
    REQUIRE(shown({ValueKind::text, true, std::string(64, 'a')}) == "Text of more than 64 KB");
}

TEST_CASE("review: a row that a value refers to is told by its label") {
    auto conflict = doses();
    const std::string id = "357bd28e-0000-4000-8000-000000000000";
    conflict.row_labels[id] = "Visit of Monday";
    const auto reference = text_value(id);
    REQUIRE(value_text(&reference, conflict) == "Visit of Monday");
}

TEST_CASE("review: a value says who wrote it and when") {
    REQUIRE(writer_text(value("West", {}), kNow) == "West, yesterday 10:42");
    auto found = value("found at enabling", {});
    found.version.writer = 0;
    REQUIRE(writer_text(found, kNow) == "Found when the database was enabled");
}
