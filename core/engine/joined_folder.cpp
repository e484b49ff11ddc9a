#include "core/engine/joined_folder.h"

#include "core/folder/folder_layout.h"
#include "core/folder/marker.h"
#include "core/model/text.h"

namespace cfs {

namespace {

// Less free space than this leaves no room for a clean end of a run.
constexpr std::uint64_t kMinFreeSpace = std::uint64_t{20} << 20;

}  // namespace

void check_joined_folder(RunContext& run) {
    if (!run.folder.exists()) {
        throw Error(ErrorCode::folder_missing,
                    said("The sync folder {1} is not there. Connect its drive or start the cloud "
                         "client, or choose another folder in Preferences.",
                         run.folder.name()));
    }
    const auto bytes = run.folder.read(std::string(kMarkerPath), kMaxMarkerFile);
    if (!bytes) {
        throw Error(ErrorCode::marker_missing,
                    said("The folder {1} has no cloud-folder-sync.xml: it may be the wrong folder, "
                         "its drive may not be connected, or the cloud client has not downloaded "
                         "it yet. Nothing was changed.",
                         run.folder.name()));
    }
    const auto marker = marker_from_xml(*bytes);
    if (marker.folder.text() != run.database.fact("folder").value_or("")) {
        throw Error(ErrorCode::marker_other,
                    said("The folder {1} is another sync folder than the one that the database {2} "
                         "has joined. Choose the right folder, or disable the database and enable "
                         "it again to join this one.",
                         run.folder.name(), run.database.backend().name()));
    }
    if (marker.mapping_family != run.database.mapping().family) {
        throw Error(ErrorCode::mapping_family,
                    said("The folder {1} holds records of the mapping {2}, but the database {3} "
                         "uses {4}. Choose another folder.",
                         run.folder.name(), marker.mapping_family, run.database.backend().name(),
                         run.database.mapping().family));
    }
    const auto free = run.folder.free_space();
    if (free && *free < kMinFreeSpace) {
        throw Doubt(ErrorCode::disk_full,
                    said("The disk of the sync folder {1} is nearly full. Free some space, then "
                         "sync again; nothing was changed.",
                         run.folder.name()));
    }
}

}  // namespace cfs
