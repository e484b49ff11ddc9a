// MariaDB and MySQL behind SOCI.
#pragma once

#include <memory>
#include <string>

#include "core/database/sql_driver.h"

namespace cfs {

// `for_whom` stands for the user in messages about rights.
[[nodiscard]] std::unique_ptr<SqlDriver> make_mariadb_driver(std::string for_whom);

}  // namespace cfs
