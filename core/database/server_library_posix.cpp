#include <soci/version.h>

#include "core/database/server_library.h"
#include "core/model/error.h"
#include "core/model/text.h"

namespace cfs {

void* symbol_of(const ServerLibrary& library, const char* name) {
    // Of the version that the program was built with.
    const auto version =
        std::to_string(SOCI_VERSION / 100000) + "." + std::to_string(SOCI_VERSION / 100 % 1000);
    const std::string backend = library.backend;
    try {
        return symbol_of("libsoci_" + backend + ".so." + version, name);
    } catch (const LibraryMissing& missing) {
        throw Error(ErrorCode::usage,
                    said("A library for {1} databases can't be loaded ({2}). Install it; on Debian "
                         "it comes with the package {3}.",
                         library.server, missing.what(), "libsoci-" + backend + version));
    }
}

}  // namespace cfs
