// libsodium must be initialised before its first use, from whichever thread comes first. Include
// in .cpp files only.
#pragma once

#include <sodium.h>

#include "core/model/error.h"
#include "core/model/text.h"

namespace cfs {

// Call before any function of libsodium; cheap after the first call. Throws internal.
inline void ensure_sodium() {
    static const bool ready = sodium_init() >= 0;
    if (!ready)
        throw Error(ErrorCode::internal, said("The cryptographic library could not be started."));
}

}  // namespace cfs
