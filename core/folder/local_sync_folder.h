// A sync folder in the machine's file system.
#pragma once

#include <memory>
#include <string>

#include "core/folder/sync_folder.h"

namespace cfs {

// `path` is absolute and UTF-8; it need not exist, and is never created.
[[nodiscard]] std::unique_ptr<SyncFolder> open_local_folder(const std::string& path);

}  // namespace cfs
