#include "core/engine/joined_folder.h"

#include "core/folder/folder_layout.h"
#include "core/folder/marker.h"

namespace cfs {

namespace {

// Less free space than this leaves no room for a clean end of a run.
constexpr std::uint64_t kMinFreeSpace = std::uint64_t{20} << 20;

}  // namespace

void check_joined_folder(RunContext& run) {
    if (!run.folder.exists()) {
        throw Error(ErrorCode::folder_missing,
                    "The sync folder " + run.folder.name() +
                        " is not there. Connect its drive or start the cloud client, or choose "
                        "another folder in Preferences.");
    }
    const auto bytes = run.folder.read(std::string(kMarkerPath), kMaxMarkerFile);
    if (!bytes) {
        throw Error(ErrorCode::marker_missing,
                    "The folder " + run.folder.name() +
                        " has no cloud-folder-sync.xml: it may be the wrong folder, its drive may "
                        "not be connected, or the cloud client has not downloaded it yet. Nothing "
                        "was changed.");
    }
    const auto marker = marker_from_xml(*bytes);
    if (marker.folder.text() != run.database.fact("folder").value_or("")) {
        throw Error(ErrorCode::marker_other,
                    "The folder " + run.folder.name() +
                        " is another sync folder than the one that the database " +
                        run.database.backend().name() +
                        " has joined. Choose the right folder, or disable the database and enable "
                        "it again to join this one.");
    }
    if (marker.mapping_family != run.database.mapping().family) {
        throw Error(ErrorCode::mapping_family,
                    "The folder " + run.folder.name() + " holds records of the mapping " +
                        marker.mapping_family + ", but the database " +
                        run.database.backend().name() + " uses " + run.database.mapping().family +
                        ". Choose another folder.");
    }
    const auto free = run.folder.free_space();
    if (free && *free < kMinFreeSpace) {
        throw Doubt(ErrorCode::disk_full, "The disk of the sync folder " + run.folder.name() +
                                              " is nearly full. Free some space, then sync again; "
                                              "nothing was changed.");
    }
}

}  // namespace cfs
