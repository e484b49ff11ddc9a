// The state folder of an installation: settings, history, archive, identity maps. It belongs to one
// user and lies outside of every sync folder.
#pragma once

#include <string>

namespace cfs {

inline constexpr const char* kArchiveFolder = "archive";  // conflict copies that were deleted
inline constexpr const char* kDamagedFolder = "damaged";  // files that could not be read
inline constexpr const char* kMapsFolder = "maps";        // rows and their UUIDs after disabling

// The user's own: "cloud-folder-sync" in $XDG_CONFIG_HOME or ~/.config, in %APPDATA%, or in
// ~/Library/Application Support. Not created. Throws folder_missing if there is no home.
[[nodiscard]] std::string default_state_folder();

// Makes `folder` (empty: the user's own) with its subfolders, as far as they are missing, for this
// user alone, and gives its absolute path in UTF-8. The rights of what exists stay as they are.
// Throws folder_missing or folder_unwritable.
[[nodiscard]] std::string prepare_state_folder(const std::string& folder = {});

[[nodiscard]] std::string settings_path_in(const std::string& state_folder);

// Makes one folder that only this user can enter; nothing happens if there is one already. False
// if it can't be made. One implementation for each system.
[[nodiscard]] bool make_private_folder(const std::string& path);

}  // namespace cfs
