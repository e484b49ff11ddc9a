// Reads the files that cloud clients keep their settings in, as far as they name folders. The text
// may be anything: what makes no sense gives no folder. Paths are given as they stand there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cfs {

struct NamedFolder {
    std::string path;
    std::string label;

    bool operator==(const NamedFolder&) const = default;
};

// info.json: an object for each account.
[[nodiscard]] std::vector<NamedFolder> dropbox_folders(std::string_view json);

// config.xml: folders that send as well as receive.
[[nodiscard]] std::vector<NamedFolder> syncthing_folders(std::string_view xml);

// nextcloud.cfg and owncloud.cfg, as Qt writes them.
[[nodiscard]] std::vector<NamedFolder> nextcloud_folders(std::string_view ini);

// ~/.config/onedrive/config; without a sync_dir it is the usual one.
[[nodiscard]] std::vector<NamedFolder> onedrive_folders(std::string_view config);

// The client's name at the front of a folder's in macOS's CloudStorage: "GoogleDrive" of
// "GoogleDrive-me@example.org", and what follows it.
[[nodiscard]] NamedFolder storage_name(std::string_view name);

}  // namespace cfs
