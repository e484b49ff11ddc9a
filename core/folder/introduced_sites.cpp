#include "core/folder/introduced_sites.h"

#include <algorithm>

#include "core/folder/folder_layout.h"
#include "core/model/error.h"

namespace cfs {

namespace {

// More than ever share a folder: who puts more files there means no good.
constexpr std::size_t kMaxWriters = 500;

}  // namespace

std::optional<SiteInfo> site_at(SyncFolder& folder, const std::string& path) {
    const auto bytes = folder.read(path, kMaxSiteFile);
    if (!bytes) return std::nullopt;
    auto site = site_from_xml(*bytes);
    return site_path(site.writer) == path ? std::optional(std::move(site)) : std::nullopt;
}

std::vector<SiteInfo> introduced_sites(SyncFolder& folder) {
    auto entries = folder.list(std::string(kSitesDirectory));
    std::sort(entries.begin(), entries.end());
    std::vector<SiteInfo> sites;
    for (const auto& entry : entries) {
        if (sites.size() == kMaxWriters) break;
        if (!entry.name.ends_with(".xml") || entry.kind != FileKind::file) continue;
        const auto path = std::string(kSitesDirectory) + "/" + entry.name;
        try {
            if (auto site = site_at(folder, path)) sites.push_back(std::move(*site));
        } catch (const Error&) {
            // The sync's log tells it.
        }
    }
    return sites;
}

}  // namespace cfs
