#include "core/engine/folder_look.h"

#include <algorithm>

#include "core/folder/folder_layout.h"
#include "core/model/error.h"
#include "core/rules/ignored_names.h"

namespace cfs {

namespace {

std::optional<SiteInfo> site_at(SyncFolder& folder, const std::string& path) {
    try {
        const auto bytes = folder.read(path, kMaxSiteFile);
        if (!bytes) return std::nullopt;
        auto site = site_from_xml(*bytes);
        return site_path(site.writer) == path ? std::optional(std::move(site)) : std::nullopt;
    } catch (const Error&) {
        return std::nullopt;  // a name that is not known keeps nobody from joining
    }
}

std::vector<SiteInfo> sites_in(SyncFolder& folder) {
    std::vector<SiteInfo> sites;
    for (const auto& entry : folder.list(std::string(kSitesDirectory))) {
        if (entry.kind != FileKind::file || entry.online_only) continue;
        auto site = site_at(folder, std::string(kSitesDirectory) + "/" + entry.name);
        if (site) sites.push_back(std::move(*site));
    }
    std::sort(sites.begin(), sites.end(),
              [](const SiteInfo& one, const SiteInfo& other) { return one.site < other.site; });
    return sites;
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
