// The catalogue of a PostgreSQL database: the tables of a schema, or those that are found without
// one before their name.
#pragma once

#include "core/database/catalogue.h"

namespace cfs {

[[nodiscard]] Catalogue read_postgresql_catalogue(SqlSession& session, const std::string& schema);

}  // namespace cfs
