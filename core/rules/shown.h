// Which of the values that a row holds is the one to show: in each group of columns that are
// versioned together, the value of the latest version. Times decide what is shown, never what is
// kept. Pure.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/model/mapping.h"
#include "core/model/patient_document.h"

namespace cfs {

// The group that `column` is versioned in; a table without a mapping is one group.
[[nodiscard]] std::string group_in(const TableMapping* table, const std::string& column);

// Are these one value of the column? Without a mapping only what is equal is.
[[nodiscard]] bool are_one_value(const TableMapping* table, const std::string& column,
                                 const Value& a, const Value& b);

// The fields of `row` by their groups.
[[nodiscard]] std::map<std::string, std::vector<std::string>> groups_of(const Row& row,
                                                                        const TableMapping* table);

// Visits the shown value of every field of the row, in the order of the columns.
void for_each_shown(const Row& row, const TableMapping* table,
                    const std::function<void(const std::string& column, const Value&)>& visit);

// The shown value of every field of the row.
[[nodiscard]] std::map<std::string, Value> shown_values(const Row& row, const TableMapping* table);

// The shown value of one field, none if the row doesn't have it; the row owns it.
[[nodiscard]] const Value* shown_value(const Row& row, const TableMapping* table,
                                       const std::string& column);

// The versions of a group whose values are all the shown ones: those that an edit made by someone
// who saw the row has seen.
[[nodiscard]] std::set<VersionId> shown_versions(const Row& row, const TableMapping* table,
                                                 const std::vector<std::string>& columns,
                                                 const std::map<std::string, Value>& shown);

}  // namespace cfs
