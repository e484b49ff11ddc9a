#include "core/database/sqlite_library.h"

#include <soci/sqlite3/soci-sqlite3.h>
#include <sqlite3.h>

namespace cfs {

// SQLite would count the memory of the whole process, under one lock for each piece of it, which
// nobody asks for, and lock a connection at each call, which nobody shares. It has to be told
// before it is first used; where somebody else used it already it goes on doing both.
const soci::backend_factory& sqlite_factory() {
    static const bool told = [] {
        return sqlite_api::sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK &&
               sqlite_api::sqlite3_config(SQLITE_CONFIG_MULTITHREAD) == SQLITE_OK;
    }();
    static_cast<void>(told);
    return *soci::factory_sqlite3();
}

}  // namespace cfs
