// What must hold of a folder before it is used as a sync folder.
#pragma once

#include <string>

#include "core/folder/marker.h"
#include "core/folder/sync_folder.h"

namespace cfs {

// An absolute path of the same folder or file, in UTF-8, without a slash at its end.
[[nodiscard]] std::string absolute_path(const std::string& path);

// Throws folder_contains_database if the database's file lies inside the folder: the cloud client
// would copy it in the middle of a write. An empty `database_file` is a server's.
void check_separate(const std::string& folder, const std::string& database_file);

// Throws folder_unwritable or disk_full.
void check_writable(SyncFolder& folder);

// Throws folder_missing or marker_missing.
[[nodiscard]] Marker marker_of(SyncFolder& folder);

// The same of a folder that can be written to; throws folder_unwritable, too.
[[nodiscard]] Marker check_joinable(SyncFolder& folder);

// Makes one folder; nothing happens if it is there. The folder around it must exist: else a drive
// that is not connected would get a folder in its place. Throws folder_missing or
// folder_unwritable.
void make_folder(const std::string& path);
void remove_if_empty(const std::string& path);

// Writes the marker into an empty folder. Throws usage where something lies there already.
void start_folder(SyncFolder& folder, const Marker& marker);

// Takes the marker away again as long as nothing else lies in the folder.
void take_back_folder(SyncFolder& folder);

}  // namespace cfs
