// A first mapping for a database, as the text of a mapping file.
#pragma once

#include <string>

#include "core/database/backend.h"

namespace cfs {

// Reads only. Throws mapping_table if no table looks like that of the patients or if that one can't
// be in a mapping.
[[nodiscard]] std::string suggested_mapping_text(Backend& backend, SqlSession& session);

}  // namespace cfs
