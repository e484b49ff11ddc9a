// The catalogue of an SQLite database.
#pragma once

#include "core/database/catalogue.h"

namespace cfs {

[[nodiscard]] Catalogue read_sqlite_catalogue(SqlSession& session);

}  // namespace cfs
