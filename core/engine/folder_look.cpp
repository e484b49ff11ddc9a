#include "core/engine/folder_look.h"

#include <set>

#include "core/folder/folder_layout.h"
#include "core/folder/introduced_sites.h"
#include "core/model/error.h"
#include "core/rules/ignored_names.h"

namespace cfs {

namespace {

// A site is one name, whatever writers introduced themselves by it.
std::vector<std::string> sites_in(SyncFolder& folder) {
    std::set<std::string> names;
    for (const auto& writer : introduced_sites(folder)) names.insert(writer.site);
    return {names.begin(), names.end()};
}

FolderState state_without_marker(const std::vector<FolderEntry>& entries) {
    auto state = FolderState::empty;
    for (const auto& entry : entries) {
        if (is_ignored_name(entry.name)) continue;
        if (entry.name == kPatientsDirectory || entry.name == kSitesDirectory) {
            return FolderState::incomplete;
        }
        state = FolderState::occupied;
    }
    return state;
}

}  // namespace

FolderLook look_at_folder(SyncFolder& folder) {
    FolderLook look;
    if (!folder.exists()) return look;
    if (const auto bytes = folder.read(std::string(kMarkerPath), kMaxMarkerFile)) {
        look.state = FolderState::sync_folder;
        look.marker = marker_from_xml(*bytes);
        look.sites = sites_in(folder);
        return look;
    }
    look.state = state_without_marker(folder.list(""));
    return look;
}

}  // namespace cfs
