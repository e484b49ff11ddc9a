// The UUIDs of rows that clinic programs themselves know by something that is the same everywhere:
// a UUID of their own, or what identifies a person in any database. Pure.
#pragma once

#include <optional>
#include <string>

#include "core/database/clinic_tables.h"
#include "core/model/ids.h"

namespace cfs {

// By the column that <uuid> names: the same in all databases of the family. Nothing where the
// column holds no UUID.
[[nodiscard]] std::optional<RowId> native_row(const RawRow& row, const std::string& family);

// What the columns of <match> hold that are an identifier: equal for patients who have the same.
// Nothing where one of them is empty, or where there is no <match>.
[[nodiscard]] std::optional<std::string> identifier_of(const RawRow& row);

// By the columns that <match> names, those that must not contradict included: nothing where one of
// them is empty, so nobody is known by half of it.
[[nodiscard]] std::optional<RowId> matched_patient(const RawRow& row, const std::string& family);

// What a row from elsewhere gets in that column where it brings nothing.
[[nodiscard]] Value native_value(RowId row, const NativeUuid& form);

}  // namespace cfs
