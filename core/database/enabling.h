// Enabling a database for multiple databases: every row gets its UUID. Rows that are there get one
// derived from their content, so that copies of one database agree without talking.
#pragma once

#include <cstdint>
#include <functional>

#include "core/database/clinic_database.h"
#include "core/database/saved_identities.h"

namespace cfs {

struct EnablingResult {
    std::int64_t patients = 0;
    std::int64_t rows = 0;
    std::int64_t orphans = 0;  // rows that lead to no patient: they stay in this database
};

// Told of each row that is named.
using NoteNamed = std::function<void(const RawRow& row, RowId id, PatientId patient)>;

// Names all rows, and writes what they are known by in transactions short enough for the clinic
// program to work on. Our tables and triggers are installed; the caller then sets the facts and
// finishes.
[[nodiscard]] EnablingResult give_identities(ClinicDatabase& database, const SavedIdentities& saved,
                                             Clock& clock, const NoteNamed& note = {});

}  // namespace cfs
