// Keys of rows in a table that has none: the value of a column that several rows share, and a
// digest of all that the row holds. Rows that hold the same are numbered, and may be taken for each
// other. An edit gives a row another key.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/database/clinic_tables.h"

namespace cfs {

// Without a number. A column that is NULL does not count, so that one that the clinic program adds
// to the table changes no key.
[[nodiscard]] std::string content_key(const RawRow& row);

// Numbers the rows that have the same key: the second is 2. Those that hold the same must be all
// there.
void number_equal_rows(std::vector<RawRow>& rows);

// What the rows share; also of a note that names nothing else.
[[nodiscard]] std::string_view shared_part(std::string_view key);

// The key without its number, and that of the row after it which holds the same.
[[nodiscard]] std::string_view without_number(std::string_view key);
[[nodiscard]] std::string next_equal(std::string_view key);

}  // namespace cfs
