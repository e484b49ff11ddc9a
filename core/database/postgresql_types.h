// The values of PostgreSQL's types as exact texts, both ways.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/database/backend.h"

namespace cfs {

// An expression for the server's time as to_text(Time) writes it.
inline constexpr const char* kPostgresqlNow =
    "to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')";

[[nodiscard]] std::string postgresql_name(const std::string& identifier);  // quoted

[[nodiscard]] bool is_real_type(const std::string& type);
// See ColumnInfo::one_form.
[[nodiscard]] bool has_one_form(const std::string& type);
// Would the database take the text for a value of the type? Checked for numbers and UUIDs only.
[[nodiscard]] bool can_be_of_type(const std::string& text, const std::string& type);

// The text of `expression`, a column or NEW's or OLD's.
[[nodiscard]] std::string postgresql_text_of(const std::string& expression,
                                             const ColumnInfo& column);
// What that text means.
[[nodiscard]] Value postgresql_value(const std::optional<std::string>& text,
                                     const ColumnInfo& column);
[[nodiscard]] std::vector<Unreadable> postgresql_unreadable(const ColumnInfo& column);
[[nodiscard]] WriteExpression postgresql_write(const Value& value, const ColumnInfo& column,
                                               const std::string& placeholder);

}  // namespace cfs
