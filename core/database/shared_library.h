// A function of a shared library that is loaded when it is first needed, and kept. Not on Windows.
#pragma once

#include <stdexcept>
#include <string>

namespace cfs {

// Says in the system's own words which file is missing or unusable.
class LibraryMissing : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

// `library` is a file's name: the system knows its place, as it does for what programs are linked
// with. The function may be one of a library that this one needs. Throws LibraryMissing.
[[nodiscard]] void* symbol_of(const std::string& library, const char* name);

}  // namespace cfs
