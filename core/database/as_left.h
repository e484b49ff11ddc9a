// What rows held when their database was disabled: a row that nobody touched since is then not
// taken for an edited one.
#pragma once

#include <functional>

#include "core/database/clinic_database.h"

namespace cfs {

// The rows that the database holds as its last sync left them; of others nothing is told.
void for_each_as_left(ClinicDatabase& database,
                      const std::function<void(RowId row, const AsLeft& left)>& take);

}  // namespace cfs
