#include "core/rules/project.h"

#include "core/rules/merge.h"
#include "core/rules/shown.h"
#include "tests/support/build.h"
#include "tests/support/generate.h"

using namespace cfs;
using namespace cfs::test;

namespace {

Row visit(std::uint8_t of_patient, std::uint8_t by = 1, int minutes = 0) {
    return written("visit", version(by), at(minutes), {{"patient_id", ref(of_patient)}});
}

Row dose(std::uint8_t of_visit) {
    return written("dose", version(1), at(0), {{"visit_id", ref(of_visit)}, {"amount", text("5")}});
}

// Is `shown` what one version wrote? Asked of rows whose writers all know the same fields.
bool is_one_writers(const Row& row, const std::map<std::string, Value>& shown) {
    for (const auto& version : row.absorbed) {
        bool all = true;
        for (const auto& [column, field] : row.fields) {
            if (column == "touched") continue;
            bool wrote = false;
            for (const auto& held : field) {
                wrote = wrote || (held.version == version && held.value == shown.at(column));
            }
            all = all && wrote;
        }
        if (all) return true;
    }
    return false;
}

bool all_know_all(const Row& row) {
    std::set<VersionId> versions, everywhere;
    for (const auto& [column, field] : row.fields) {
        if (column == "touched") continue;
        for (const auto& held : field) versions.insert(held.version);
    }
    for (const auto& [column, field] : row.fields) {
        if (column != "touched" && field.size() != versions.size()) return false;
    }
    return true;
}

// Asked only of rows where it can be answered; returns how many these were.
unsigned check_whole_rows(const PatientDocument& document, const Mapping& mapping) {
    unsigned checked = 0;
    for (const auto& [id, row] : document.rows) {
        const auto* table = mapping.find(row.table);
        if (table->stamping != Stamping::row || !all_know_all(row)) continue;
        ++checked;
        REQUIRE(is_one_writers(row, shown_values(row, table)));
    }
    return checked;
}

// The rows that moved lie in their new owners' documents too: each is shown once in all.
void check_one_home(const PatientDocument& document, const Mapping& mapping) {
    const Owners owners(document.rows, mapping);
    std::map<PatientId, PatientDocument> moved;
    for (const auto& [id, row] : document.rows) {
        const auto owner = owners.of(id);
        if (owner && *owner != document.patient) moved[*owner].rows.emplace(id, row);
    }
    auto rows = project(document, mapping);
    for (auto& [patient, other] : moved) {
        other.patient = patient;
        for (const auto& [id, values] : project(other, mapping)) {
            REQUIRE(rows.emplace(id, values).second);
        }
    }
    REQUIRE(rows.size() == document.rows.size());
}

}  // namespace

TEST_CASE("project: a whole row is always one writer's, and shown under one patient") {
    unsigned checked = 0;
    for_each_triple(10'000, [&](History& history, const Triple& triple, Dice&) {
        const auto document = merge(merge(triple.a.document, triple.b.document), triple.c.document);
        checked += check_whole_rows(document, history.schema().mapping);
        check_one_home(document, history.schema().mapping);
    });
    REQUIRE(checked > 10'000);
}

TEST_CASE("project: a record belongs to the patient of the record that it hangs on") {
    const auto mapping = clinic();
    const PatientDocument document{patient(1), {{row_id(2), visit(1)}, {row_id(3), dose(2)}}};
    REQUIRE(Owners(document.rows, mapping).of(row_id(3)) == patient(1));
    REQUIRE(project(document, mapping).size() == 2);
}

TEST_CASE("project: a record that was moved away stays in the document but is not shown") {
    const auto mapping = clinic();
    const PatientDocument document{patient(1), {{row_id(2), visit(9)}, {row_id(3), dose(2)}}};
    REQUIRE(Owners(document.rows, mapping).of(row_id(3)) == patient(9));
    REQUIRE(project(document, mapping).empty());
}

TEST_CASE("project: a record that two sites moved to two patients is shown under the later one") {
    const auto mapping = clinic();
    PatientDocument document{patient(1), {{row_id(2), merge(visit(8, 2, 5), visit(9, 3, 4))}}};
    REQUIRE(Owners(document.rows, mapping).of(row_id(2)) == patient(8));
}

TEST_CASE("project: without an owner the smallest patient that holds the row shows it") {
    const auto mapping = clinic();
    const std::map<RowId, Row> rows{{row_id(3), dose(2)}};
    const Owners owners(rows, mapping);
    REQUIRE_FALSE(owners.of(row_id(3)));
    REQUIRE(owners.home(row_id(3), {patient(7), patient(4)}) == patient(4));
}

TEST_CASE("project: of several ways to the patient the first that leads there counts") {
    auto mapping = clinic();
    auto& table = mapping.tables[2];
    table.owners = {{"visit_id", ""}, {"patient_id", ""}};
    table.references.push_back({"patient_id", "patient", "id", {}, MissingPolicy::hold});
    auto row = written("dose", version(1), at(0), {{"visit_id", ref(2)}, {"patient_id", ref(8)}});
    REQUIRE(Owners({{row_id(3), row}}, mapping).of(row_id(3)) == patient(8));
    const std::map<RowId, Row> rows{{row_id(2), visit(9)}, {row_id(3), row}};
    REQUIRE(Owners(rows, mapping).of(row_id(3)) == patient(9));
}

TEST_CASE("project: a row without a reference of its own belongs to who refers to it") {
    auto mapping = clinic();
    TableMapping address;
    address.table = "address";
    address.owners = {{"address_id", "visit"}};
    mapping.tables.push_back(address);
    mapping.tables[1].references.push_back(
        {"address_id", "address", "id", {}, MissingPolicy::hold});
    auto one = visit(7), two = visit(8);
    for (auto* row : {&one, &two}) row->fields["address_id"] = {{version(1), at(0), ref(5)}};
    const std::map<RowId, Row> rows{
        {row_id(2), two}, {row_id(3), one}, {row_id(5), written("address", version(1), at(0), {})}};
    // Of several the greatest row, so that all sites choose alike.
    REQUIRE(Owners(rows, mapping).of(row_id(5)) == patient(7));
}

TEST_CASE("project: circles of owners end") {
    auto mapping = clinic();
    auto& table = mapping.tables[2];
    table.owners = {{"one", ""}, {"two", ""}, {"three", ""}};
    for (const auto& owner : table.owners) {
        table.references.push_back({owner.column, "dose", "id", {}, MissingPolicy::hold});
    }
    std::map<RowId, Row> rows;
    for (std::uint8_t i = 0; i < 100; ++i) {
        const auto next = [&](int step) {
            return ref(static_cast<std::uint8_t>((i + step) % 100));
        };
        rows.emplace(row_id(i), written("dose", version(1), at(0),
                                        {{"one", next(1)}, {"two", next(2)}, {"three", next(0)}}));
    }
    const Owners owners(rows, mapping);
    for (const auto& [id, row] : rows) REQUIRE_FALSE(owners.of(id));
}

TEST_CASE("project: ten thousand records take no longer than ten times a thousand") {
    auto mapping = clinic();
    TableMapping address;
    address.table = "address";
    address.owners = {{"address_id", "visit"}};
    mapping.tables.push_back(address);
    mapping.tables[1].references.push_back(
        {"address_id", "address", "id", {}, MissingPolicy::hold});
    Dice dice(1);
    PatientDocument document{patient(1), {}};
    for (int i = 0; i < 10'000; ++i) {
        const RowId target{dice.uuid()};
        auto row = visit(1);
        row.fields["address_id"] = {{version(1), at(0), text(target.text())}};
        document.rows.emplace(RowId{dice.uuid()}, row);
        document.rows.emplace(target,
                              written("address", version(1), at(0), {{"street", text("x")}}));
    }
    // Quadratic work would take minutes here.
    REQUIRE(project(document, mapping).size() == 20'000);
}

TEST_CASE("project: local keys and columns that change by themselves are left out") {
    auto mapping = clinic();
    mapping.tables[2].volatiles = {{"touched", VolatileWrite::now}};
    mapping.tables[2].skipped = {"cache"};
    const auto row = written(
        "dose", version(1), at(0),
        {{"id", text("17")}, {"touched", text("t")}, {"cache", text("c")}, {"amount", text("5")}});
    REQUIRE(project_row(row, mapping.tables[2]).columns == Values{{"amount", text("5")}});
}

TEST_CASE("project: rows of tables that this mapping doesn't know are left out") {
    const PatientDocument document{patient(1),
                                   {{row_id(2), written("genome", version(1), at(0), {})}}};
    REQUIRE(project(document, clinic()).empty());
}

TEST_CASE("shown: a field that the winner did not know keeps its latest value") {
    auto row = written("dose", version(1), at(0), {{"amount", text("5")}, {"route", text("oral")}});
    row = merge(row, written("dose", version(2), at(1), {{"amount", text("6")}}));
    const auto mapping = clinic();
    const auto shown = shown_values(row, mapping.find("dose"));
    REQUIRE(shown == Values{{"amount", text("6")}, {"route", text("oral")}});
    REQUIRE(*shown_value(row, mapping.find("dose"), "amount") == text("6"));
    REQUIRE(shown_value(row, mapping.find("dose"), "unit") == nullptr);
}
