// The names under which files are written before they are renamed: cloud clients ignore them.
#pragma once

#include <string>

#include "core/folder/sync_folder.h"
#include "core/model/time.h"

namespace cfs {

[[nodiscard]] std::string temporary_name();  // ~cfs-<16 random hex digits>.tmp

// Was `entry` left behind by a crash? An own temporary file that is older than a day.
[[nodiscard]] bool is_stale_temporary(const FolderEntry& entry, Time now);

}  // namespace cfs
