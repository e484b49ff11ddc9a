// Which patients a database and a folder have before they are brought together.
#pragma once

#include <cstdint>

#include "core/database/clinic_database.h"
#include "core/folder/sync_folder.h"

namespace cfs {

struct PatientOverlap {
    std::int64_t only_here = 0;   // in the database alone: a sync sends them
    std::int64_t only_there = 0;  // in the folder alone: a sync receives them
    std::int64_t on_both_sides = 0;

    bool operator==(const PatientOverlap&) const = default;
};

// Lists the folder and opens none of its files. `database` is enabled.
[[nodiscard]] PatientOverlap compare_patients(ClinicDatabase& database, SyncFolder& folder);

}  // namespace cfs
