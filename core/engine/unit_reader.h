// What is known of the patients of a unit: their documents, their files, and their rows as the
// database holds them now, in the documents' terms.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/engine/patient_files.h"
#include "core/engine/patient_unit.h"
#include "core/engine/run_context.h"

namespace cfs {

class UnitReader {
  public:
    UnitReader(RunContext& run, PatientFiles& files, PatientUnit& unit)
        : run_(run), files_(files), unit_(unit) {}

    // Reads the patients in `unit.todo`, and those whom they lead to, until none is left.
    void read();

  private:
    void load(PatientId patient);
    void load_rows();
    // Rows by their tables, with their keys here.
    using Keys = std::map<std::string, std::vector<std::pair<RowId, std::string>>>;
    [[nodiscard]] Keys known_keys();
    bool add_rows_by_key(const Keys& known, const std::function<bool(const TableMapping&)>& of);
    void add_rows_by_owner();
    void meet(const std::vector<RawRow>& rows);
    void add_row(RawRow row);
    void hold_twin(const RawRow& row, PatientId patient);
    void hold_twins_of(const RawRow& row, PatientId patient);
    [[nodiscard]] bool any_document(const std::function<bool(const PatientDocument&)>& holds) const;
    [[nodiscard]] bool in_documents(RowId id) const;
    void translate();
    void hold_waiting();
    void renew_left(RowId id, RowValues& left, const RowValues& now);
    [[nodiscard]] bool is_blank(const TableMapping& table, const std::string& column,
                                const Value& value) const;
    [[nodiscard]] bool is_told(RowId id, const std::string& column) const;
    void note_blank(RowId id, const RawRow& raw, const RowValues& now);
    [[nodiscard]] bool is_outside(RowId id, const RawRow& raw);
    void keep_lost_parts(RowId id, const RawRow& raw, const RowValues& left, RowValues& now);
    [[nodiscard]] const RowPlace* place_of(RowId id);
    void note_unreadable(RowId id, const RawRow& raw);
    void note_found(RowId id, const RawRow& raw);
    void adopt_rewritten();
    void adopt(RowId fresh, RowId former);

    RunContext& run_;
    PatientFiles& files_;
    PatientUnit& unit_;
};

}  // namespace cfs
