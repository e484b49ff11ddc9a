// The embedded back end.
#pragma once

#include <memory>
#include <string>

#include "core/database/backend.h"

namespace cfs {

// `path` is UTF-8; ":memory:" is a database of its own for each connection.
[[nodiscard]] std::unique_ptr<Backend> make_sqlite_backend(const std::string& path);

}  // namespace cfs
