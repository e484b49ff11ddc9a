// Gives the database what a plan says, row by row in the order of their references, and reads it
// back. A row that the database refuses, or that refers to one which is not here, is kept pending.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/patient_files.h"
#include "core/engine/patient_unit.h"
#include "core/engine/run_context.h"
#include "core/rules/plan.h"

namespace cfs {

class RowWriter {
  public:
    RowWriter(RunContext& run, PatientFiles& files, PatientUnit& unit, const Plan& plan)
        : run_(run), files_(files), unit_(unit), plan_(plan) {}

    void write();
    // Fills `unit.held` with the rows as the database holds them after write().
    void read_back();

  private:
    void ask_who_is_known();
    [[nodiscard]] std::optional<RowPlace> place_of(RowId id);
    void add_identities();
    void forget_undone();
    [[nodiscard]] std::vector<RowId> in_order() const;
    [[nodiscard]] bool write_together();
    void write_one_by_one();
    void write_row(RowId id, const RowWrite& write);
    void put_row(RowId id, const RowWrite& write);
    void require_same_numbers(RowId id, const TableMapping& table) const;
    void write_sharing(RowId id);
    [[nodiscard]] std::vector<LocalColumn> numbers_to_hold(RowId id) const;
    [[nodiscard]] bool write_sharing(RowId id, const Sequence& place);
    void insert_row(RowId id, const RowWrite& write, std::map<std::string, Value>& columns);
    void update_row(RowId id, const RowValues& values, const std::map<std::string, Value>& columns);
    void complete_parts(RowId id, const TableMapping& table, RowValues& values) const;
    [[nodiscard]] bool makes_row(RowId id, const TableMapping& table, const std::string& column,
                                 bool insert, const std::map<std::string, Value>& columns) const;
    // `update` is what is changed of a row that is there.
    void apply_defaults(RowId id, const TableMapping& table, std::map<std::string, Value>& columns,
                        RowValues* update) const;
    void write_later_references();
    void follow_new_key(RowId id, const TableMapping& table, const std::string& key);
    [[nodiscard]] bool means(const RawRow& row, const std::string& column, RowId id);
    [[nodiscard]] bool refer_to(const RawRow& row, const std::string& column,
                                const std::string& text);
    void write_columns(RowId id, const RowWrite& write, const RowValues& values,
                       std::map<std::string, Value> columns);
    [[nodiscard]] bool avoid_clashes(RowId id, const TableMapping& table,
                                     std::map<std::string, Value>& columns);
    void report_alike(const TableMapping& table, RowId id,
                      const std::map<std::string, Value>& columns);
    void note_key(RowId id, const TableMapping& table, const std::string& former,
                  const std::string& key);
    void ask_for_files();
    void place_files(RowId id, const TableMapping& table, std::map<std::string, Value>& columns);
    [[nodiscard]] std::string path_of_file(RowId id, const FileColumn& file, const Digest& content,
                                           const std::map<std::string, Value>& columns);
    void fill_contents(std::map<std::string, Value>& columns);
    void wait_for(RowId id, const std::string& table, const Unresolved& unresolved);
    void refuse(RowId id, const std::string& table, const std::string& reason);

    RunContext& run_;
    PatientFiles& files_;
    PatientUnit& unit_;
    const Plan& plan_;
    bool together_ = false;  // all rows are undone where one is refused
    int depth_ = 0;          // how many rows are being written, one for the sake of another
    KnownRows known_;        // as the database has it now
    std::vector<NewRow> added_;
};

}  // namespace cfs
