// One patient's sync inside a transaction: read, observe, merge, apply, keep. Patients that share a
// moved record go together.
#pragma once

#include <optional>
#include <set>
#include <vector>

#include "core/engine/patient_files.h"
#include "core/engine/patient_unit.h"
#include "core/engine/run_context.h"
#include "core/rules/plan.h"

namespace cfs {

struct PatientSyncResult {
    std::set<PatientId> patients;          // that were looked at: their turn is over
    bool undecided = false;                // look again at the next sync
    std::map<RowId, std::string> changes;  // what was not as the documents say, for people
};

class PatientSync {
  public:
    PatientSync(RunContext& run, PatientFiles& files) : run_(run), files_(files) {}

    // Inside the caller's transaction; what fails for one row is kept pending, what fails for the
    // patient is thrown. With `preview` nothing but our own temporary knowledge is written, and the
    // caller undoes the transaction.
    [[nodiscard]] PatientSyncResult run(PatientId patient, const Amendment& amend = {});

  private:
    [[nodiscard]] std::set<PatientId> needed_together(const PatientUnit& unit, const Plan& plan);
    [[nodiscard]] std::optional<PatientId> patient_to_come(RowId row, const TableMapping& table);
    void apply(PatientUnit& unit, const Plan& plan);
    void keep(PatientUnit& unit, const Plan& plan);
    void require_size(const PatientDocument& document, const std::string& xml);
    void keep_document(PatientUnit& unit, const Plan& plan, const PatientDocument& document);
    void report(PatientUnit& unit, const Plan& plan);
    [[nodiscard]] static std::map<RowId, std::string> changes_of(const PatientUnit& unit,
                                                                 const Plan& plan);

    RunContext& run_;
    PatientFiles& files_;
};

}  // namespace cfs
