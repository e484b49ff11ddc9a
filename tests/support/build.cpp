#include "tests/support/build.h"

namespace cfs::test {

namespace {

TableMapping table(const std::string& name) {
    TableMapping table;
    table.table = name;
    table.key = {"id"};
    return table;
}

}  // namespace

PatientDocument found(PatientId patient, const Rows& rows, const Mapping& mapping) {
    PatientDocument document{patient, {}};
    for (const auto& [id, values] : rows) {
        document.rows.emplace(id, cfs::found(id, values, mapping));
    }
    return document;
}

Mapping clinic() {
    auto patient = table("patient");
    patient.patient = true;
    patient.stamping = Stamping::field;
    patient.identity = {"name", "birth"};
    patient.groups = {{"age", {"age", "age_unit"}}};
    patient.safety = {"allergy"};
    auto visit = table("visit");
    visit.owners = {{"patient_id", ""}};
    visit.references = {{"patient_id", "patient", "id", {}, MissingPolicy::hold}};
    auto dose = table("dose");
    dose.owners = {{"visit_id", ""}};
    dose.references = {{"visit_id", "visit", "id", {}, MissingPolicy::hold}};
    dose.volatiles = {{"touched", VolatileWrite::set}};
    return {"clinic", "clinic", 1, {patient, visit, dose}};
}

}  // namespace cfs::test
