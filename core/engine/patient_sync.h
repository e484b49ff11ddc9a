// One patient's sync: read, observe, merge; then, inside a transaction, apply and keep. Patients
// that share a moved record go together.
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

// What was read of a patient and what follows from it. It is void once another patient was synced
// that it has a row in common with.
struct PatientDecision {
    PatientUnit unit;
    Plan plan;
    std::set<RowId> rows;  // that it is about or that those refer to
};

class PatientSync {
  public:
    PatientSync(RunContext& run, PatientFiles& files) : run_(run), files_(files) {}

    // Reads, but for rows that are met for the first time: those are noted.
    [[nodiscard]] PatientDecision decide(PatientId patient, const Amendment& amend = {});
    // Inside the caller's transaction; what fails for one row is kept pending, what fails for the
    // patient is thrown. With `preview` nothing but our own temporary knowledge is written, and the
    // caller undoes the transaction.
    [[nodiscard]] PatientSyncResult carry_out(PatientDecision& decision);

  private:
    [[nodiscard]] std::set<RowId> rows_of(const PatientUnit& unit, const Plan& plan);
    [[nodiscard]] std::set<PatientId> needed_together(const PatientUnit& unit, const Plan& plan);
    [[nodiscard]] std::optional<PatientId> patient_to_come(RowId row, const TableMapping& table);
    void prepare_documents(PatientUnit& unit, const Plan& plan);
    void apply(PatientUnit& unit, const Plan& plan);
    void keep(PatientUnit& unit, const Plan& plan);
    void note_moved(const Plan& plan);
    void require_size(const PatientDocument& document, const std::string& xml);
    void keep_document(PatientUnit& unit, const Plan& plan, const PatientDocument& document);
    void report(PatientUnit& unit, const Plan& plan);
    [[nodiscard]] static std::map<RowId, std::string> changes_of(const PatientUnit& unit,
                                                                 const Plan& plan);

    RunContext& run_;
    PatientFiles& files_;
};

}  // namespace cfs
