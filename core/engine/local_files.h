// Files of the state folder. Paths are UTF-8 outside of core's .cpp files and Boost's inside; this
// is where one becomes the other. For .cpp files only.
#pragma once

#include <boost/filesystem/path.hpp>
#include <string>
#include <string_view>

#include "core/model/time.h"

namespace cfs {

[[nodiscard]] boost::filesystem::path to_path(std::string_view utf8);
[[nodiscard]] std::string to_utf8(const boost::filesystem::path& path);

// Puts a file with this content in the place of `path`, as a whole or not at all. Throws disk_full
// or folder_unwritable.
void write_whole_file(const boost::filesystem::path& path, std::string_view content);

// Removes what write_whole_file() left in `folder` where the program was killed, after a day.
// Never throws: the next call tries again.
void remove_abandoned_files(const boost::filesystem::path& folder, Time now);

}  // namespace cfs
