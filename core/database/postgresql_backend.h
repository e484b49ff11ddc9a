// PostgreSQL 13 and later.
#pragma once

#include <memory>
#include <string>

#include "core/database/backend.h"

namespace cfs {

// `options` as connection_options.h says, with the names that libpq knows. Where no password is
// given the server's own means count (peer, certificates, ~/.pgpass). Throws usage for a bad list.
[[nodiscard]] std::unique_ptr<Backend> make_postgresql_backend(const std::string& options,
                                                               const std::string& password);

}  // namespace cfs
