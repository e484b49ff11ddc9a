// One patient's sync inside a transaction: read, observe, merge, apply, keep. Patients that share a
// moved record go together.
#pragma once

#include <functional>
#include <set>
#include <vector>

#include "core/engine/patient_files.h"
#include "core/engine/run_context.h"
#include "core/rules/plan.h"

namespace cfs {

struct PatientSyncResult {
    std::set<PatientId> patients;          // that were looked at: their turn is over
    bool undecided = false;                // look again at the next sync
    std::map<RowId, std::string> changes;  // what was not as the documents say, for people
};

// Changes a document before it is planned with (settle, undo); returns the rows it changed.
using Amendment = std::function<std::set<RowId>(PatientDocument& document)>;

class PatientSync {
  public:
    PatientSync(RunContext& run, PatientFiles& files) : run_(run), files_(files) {}

    // Inside the caller's transaction; what fails for one row is kept pending, what fails for the
    // patient is thrown. With `preview` nothing but our own temporary knowledge is written, and the
    // caller undoes the transaction.
    [[nodiscard]] PatientSyncResult run(PatientId patient, const Amendment& amend = {});

  private:
    struct Unit;
    void load(Unit& unit, PatientId patient);
    void load_rows(Unit& unit);
    void add_rows_by_owner(Unit& unit);
    void add_known_rows(Unit& unit);
    void add_row(Unit& unit, RawRow row);
    void translate(Unit& unit);
    void adopt_rewritten(Unit& unit);
    void adopt(Unit& unit, RowId fresh, RowId former);
    void hold_doubtful(Unit& unit);
    void set_context(Unit& unit);
    void retry_open_values(Unit& unit, const std::set<RowId>& pending);
    [[nodiscard]] std::set<PatientId> needed_together(const Unit& unit, const Plan& plan);
    void apply(Unit& unit, const Plan& plan);
    void write_rows(Unit& unit, const Plan& plan);
    void write_row(Unit& unit, const Plan& plan, RowId id, const RowWrite& write);
    void insert_row(Unit& unit, const Plan& plan, RowId id, const RowWrite& write,
                    std::map<std::string, Value> columns);
    void update_row(Unit& unit, const Plan& plan, RowId id, const RowWrite& write,
                    const std::map<std::string, Value>& columns);
    void write_later_references(Unit& unit, const Plan& plan);
    void follow_new_key(Unit& unit, RowId id, const TableMapping& table, const std::string& key);
    [[nodiscard]] bool means(const Unit& unit, const RawRow& row, const std::string& column,
                             RowId id);
    [[nodiscard]] bool refer_to(Unit& unit, const RawRow& row, const std::string& column,
                                const std::string& key);
    void fill_contents(Unit& unit, std::map<std::string, Value>& columns);
    void refuse(Unit& unit, const Plan& plan, RowId id, const std::string& table,
                const std::string& reason);
    void read_back(Unit& unit, const Plan& plan);
    void keep(Unit& unit, const Plan& plan);
    void keep_document(Unit& unit, const Plan& plan, const PatientDocument& document);
    void report(Unit& unit, const Plan& plan);
    [[nodiscard]] static std::map<RowId, std::string> changes_of(const Unit& unit,
                                                                 const Plan& plan);

    RunContext& run_;
    PatientFiles& files_;
};

}  // namespace cfs
