// The catalogue of a MariaDB or MySQL database, over a session that is connected to it.
#pragma once

#include "core/database/catalogue.h"

namespace cfs {

[[nodiscard]] Catalogue read_mariadb_catalogue(SqlSession& session, const std::string& schema);

}  // namespace cfs
