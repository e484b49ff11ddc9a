#include <dlfcn.h>

#include "core/database/shared_library.h"

namespace cfs {

void* symbol_of(const std::string& library, const char* name) {
    // Once it is loaded, this only finds it.
    auto* const loaded = dlopen(library.c_str(), RTLD_LAZY | RTLD_LOCAL);
    auto* const symbol = loaded == nullptr ? nullptr : dlsym(loaded, name);
    if (symbol == nullptr) throw LibraryMissing(dlerror());
    return symbol;
}

}  // namespace cfs
