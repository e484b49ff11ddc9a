// A path that does not depend on the current folder, as it is told and compared: without parts that
// lead nowhere, with the system's own separators. For .cpp files only.
#pragma once

#include <boost/filesystem.hpp>

namespace cfs {

// Boost's absolute() asks for the current folder even where it needs none, and fails if that was
// deleted since the program was started.
[[nodiscard]] inline boost::filesystem::path made_absolute(const boost::filesystem::path& path) {
    const auto absolute = path.is_absolute() ? path : boost::filesystem::absolute(path);
    return absolute.lexically_normal().make_preferred();
}

}  // namespace cfs
