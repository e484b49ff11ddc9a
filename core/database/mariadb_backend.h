// MariaDB and MySQL servers.
#pragma once

#include <memory>
#include <string>

#include "core/database/backend.h"

namespace cfs {

// `options` is what follows mysql:// in a connection string (see mariadb_options.h).
[[nodiscard]] std::unique_ptr<Backend> make_mariadb_backend(const std::string& options,
                                                            const std::string& password = {});

}  // namespace cfs
