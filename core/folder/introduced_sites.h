// Who takes part in a sync folder, by the files that introduce them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/folder/site_file.h"
#include "core/folder/sync_folder.h"

namespace cfs {

// What the file of that path tells; nothing where it is gone, or another writer's. Throws where it
// can't be read.
[[nodiscard]] std::optional<SiteInfo> site_at(SyncFolder& folder, const std::string& path);

// One for each writer, of which a site may have several. Files that can't be read are left out:
// each sync's log tells them.
[[nodiscard]] std::vector<SiteInfo> introduced_sites(SyncFolder& folder);

}  // namespace cfs
