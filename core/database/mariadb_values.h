// How MariaDB and MySQL columns are read and written exactly, by their declared types.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/database/backend.h"

namespace cfs {

// See ColumnInfo::one_form; `type` is as the catalogue gives it.
[[nodiscard]] bool mariadb_has_one_form(std::string_view type);
// `name` is the quoted name of the column, in a trigger with NEW. or OLD. before it.
[[nodiscard]] std::string mariadb_read_expression(const ColumnInfo& column,
                                                  const std::string& name);
// The same value as UTF-8 or bytes, whatever the character set of the column.
[[nodiscard]] std::string mariadb_key_expression(const ColumnInfo& column, const std::string& name);

[[nodiscard]] Value mariadb_value_of(const std::optional<std::string>& text,
                                     const ColumnInfo& column);
[[nodiscard]] std::vector<Unreadable> mariadb_unreadable(const ColumnInfo& column,
                                                         const std::string& name);
[[nodiscard]] WriteExpression mariadb_write_expression(const Value& value, const ColumnInfo& column,
                                                       const std::string& placeholder);

}  // namespace cfs
