// What a folder is that somebody is about to choose as the sync folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/folder/marker.h"
#include "core/folder/sync_folder.h"

namespace cfs {

enum class FolderState : std::uint8_t {
    missing,      // there is no such folder
    empty,        // a new sync folder can be started in it
    occupied,     // other files lie in it
    incomplete,   // a sync folder that the cloud client has not downloaded as a whole
    sync_folder,  // another site began it
};

struct FolderLook {
    FolderState state = FolderState::missing;
    std::optional<Marker> marker;    // of a sync folder
    std::vector<std::string> sites;  // that take part in it, as far as they can be read
};

// Throws what reading the folder and its marker throws.
[[nodiscard]] FolderLook look_at_folder(SyncFolder& folder);

}  // namespace cfs
