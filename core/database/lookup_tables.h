// Rows of tables that are not synchronized, such as users: between the keys that a database's rows
// hold and the natural keys by which every site finds its own row.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/database/backend.h"
#include "core/model/mapping.h"

namespace cfs {

class LookupTables {
  public:
    LookupTables(Backend& backend, SqlSession& session) : backend_(backend), session_(session) {}

    // A row by the column that others refer to: the values of its natural key, joined as a key.
    [[nodiscard]] std::optional<std::string> natural_key(const Lookup& lookup,
                                                         const std::string& target_value);
    // And back; nothing where there is no such row, or several.
    [[nodiscard]] std::optional<std::string> target(const Lookup& lookup,
                                                    const std::string& natural_key);

    // Other columns of the row that `target_value` means; empty if there is none.
    [[nodiscard]] std::map<std::string, Value> copies(const Lookup& lookup,
                                                      const std::string& target_value);
    // Makes the row that target() did not find and returns what it does then: nothing still, making
    // none, where several rows have that natural key. Throws RowRefused.
    [[nodiscard]] std::optional<std::string> create(const Lookup& lookup,
                                                    const std::string& natural_key,
                                                    const std::map<std::string, Value>& copies);

    // What was read counts no more.
    void forget() { known_.clear(); }
    // Differs where a natural key that a row has does.
    [[nodiscard]] std::string state_of(const Lookup& lookup);

  private:
    [[nodiscard]] const TableInfo& info(const Lookup& lookup);
    [[nodiscard]] std::vector<ColumnInfo> columns_of(const Lookup& lookup,
                                                     const std::vector<std::string>& names);
    [[nodiscard]] std::map<std::string, Value> values(const Lookup& lookup,
                                                      const std::vector<std::string>& names,
                                                      const std::string& target_value);
    [[nodiscard]] std::vector<SqlRow> rows_by_natural_key(const Lookup& lookup,
                                                          const std::string& natural_key);

    Backend& backend_;
    SqlSession& session_;
    std::map<std::string, std::optional<std::string>> known_;
    std::map<std::string, TableInfo> infos_;
    std::set<std::string> created_;  // natural keys whose row is undone if its transaction is
};

}  // namespace cfs
