// What stands in the place of a back end that the program was built without.
#pragma once

#include "core/model/error.h"
#include "core/model/text.h"

namespace cfs {

[[noreturn]] inline void fail_absent(const char* system) {
    throw Error(ErrorCode::usage, said("This build of the program can't use {1} databases. Install "
                                       "one that can.",
                                       system));
}

}  // namespace cfs
