// The rows that the database should hold for one patient, and which patient a row belongs to.
// Pure.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "core/model/mapping.h"
#include "core/model/patient_document.h"

namespace cfs {

using Documents = std::map<PatientId, PatientDocument>;

// Finds the patients that rows belong to. Refers to the rows and the mapping that it is made from.
class Owners {
  public:
    Owners(const std::map<RowId, Row>& rows, const Mapping& mapping);

    // The patient that `row` belongs to by what the rows show: its owner column names the patient
    // or another record, which is followed. Nothing if the way ends nowhere.
    [[nodiscard]] std::optional<PatientId> of(RowId row) const;

    // The one patient under which `row` is shown: its owner, or where it has none the smallest of
    // the patients whose documents hold it. So no row is ever shown under two patients.
    [[nodiscard]] PatientId home(RowId row, const std::set<PatientId>& holders) const;

  private:
    using Way = std::pair<std::string, std::string>;  // a table and its column that refers to rows

    void index(const TableMapping& through, const std::string& column);
    [[nodiscard]] std::optional<PatientId> within(RowId row, int& steps) const;
    [[nodiscard]] std::optional<PatientId> by(const Owner& owner, RowId id, const Row& row,
                                              const TableMapping& table, int& steps) const;
    [[nodiscard]] std::optional<PatientId> follow(RowId target, const TableMapping* table,
                                                  int& steps) const;

    const std::map<RowId, Row>& rows_;
    const Mapping& mapping_;
    std::map<Way, std::map<RowId, RowId>> referring_;
};

// The shown values of the row's mapped columns.
[[nodiscard]] RowValues project_row(const Row& row, const TableMapping& table);

// The rows of known tables that `document` shows, for a document that shares no row with another.
[[nodiscard]] Rows project(const PatientDocument& document, const Mapping& mapping);

}  // namespace cfs
