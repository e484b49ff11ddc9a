// The client library of a kind of server, with SOCI's back end over it. Each brings many others:
// who has no such server need not wait for them, nor have them.
#pragma once

#include "core/database/shared_library.h"

namespace cfs {

struct ServerLibrary {
    const char* server;   // as people call it
    const char* backend;  // as SOCI does
};

constexpr ServerLibrary kMariadbLibrary = {"MariaDB", "mysql"};
constexpr ServerLibrary kPostgresqlLibrary = {"PostgreSQL", "postgresql"};

// Throws usage with what to install.
[[nodiscard]] void* symbol_of(const ServerLibrary& library, const char* name);

}  // namespace cfs

// A pointer to a C function of it: of the library loaded now, or of what the program is linked
// with.
#ifdef CFS_LOADED_SERVERS
#define CFS_SERVER_FUNCTION(library, function) \
    reinterpret_cast<decltype(&function)>(::cfs::symbol_of(library, #function))
#else
#define CFS_SERVER_FUNCTION(library, function) (&function)
#endif
