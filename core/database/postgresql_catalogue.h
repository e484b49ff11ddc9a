// The catalogue of a PostgreSQL database: the tables that are found without a schema before their
// name.
#pragma once

#include "core/database/catalogue.h"

namespace cfs {

[[nodiscard]] Catalogue read_postgresql_catalogue(SqlSession& session);

}  // namespace cfs
