// PostgreSQL 13 and later.
#pragma once

#include <memory>
#include <string>

#include "core/database/backend.h"

namespace cfs {

// `options` is libpq's connection string without a password: "host=... port=... dbname=...
// user=...". Where no password is given the server's own means count (peer, certificates,
// ~/.pgpass).
[[nodiscard]] std::unique_ptr<Backend> make_postgresql_backend(const std::string& options,
                                                               const std::string& password);

}  // namespace cfs
