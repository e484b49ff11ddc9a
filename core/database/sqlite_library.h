// SQLite as this program uses it: each connection by one thread at a time.
#pragma once

#include <soci/soci.h>

namespace cfs {

// What opens each connection to SQLite.
[[nodiscard]] const soci::backend_factory& sqlite_factory();

}  // namespace cfs
