// The local archive: what lay in the sync folder and was deleted or could not be read, kept for 90
// days in the state folder. Names from the sync folder are never trusted as paths.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/model/time.h"

namespace cfs {

inline constexpr std::chrono::days kArchiveAge{90};

enum class ArchiveKind : std::uint8_t {
    conflict_copy,  // in "archive", before it is deleted from the sync folder
    damaged_file,   // in "damaged"
};

// Keeps `bytes`, which were the content of `relative_name` in the sync folder, and gives the path
// written. The state folder must have been prepared. Throws disk_full or folder_unwritable: then
// nothing may be deleted.
std::string archive_copy(const std::string& state_folder, ArchiveKind kind,
                         std::string_view relative_name, std::string_view bytes, Time now);

// Removes what was archived more than kArchiveAge before `now`, by the time in its name; leaves
// files that are not the archive's. Never throws for a file that can't be removed: the next call
// tries again. Gives the number removed.
int prune_archive(const std::string& state_folder, Time now);

}  // namespace cfs
