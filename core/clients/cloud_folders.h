// The folders on this machine that cloud clients keep in sync, found by what the clients wrote down
// for themselves. Nothing is asked of the clients or of the network.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace cfs {

enum class CloudClient : std::uint8_t {
    dropbox,
    google_drive,
    onedrive,
    nextcloud,
    owncloud,
    syncthing,
    icloud,
    resilio,
    box,
};

struct CloudFolder {
    CloudClient client = CloudClient::dropbox;
    std::string path;   // absolute, UTF-8, without a slash at its end
    std::string label;  // the person's own name for it; empty where there is none

    bool operator==(const CloudFolder&) const = default;
};

// A file that a client wrote, or a folder that one makes at the same place on every machine.
struct ClientConfig {
    enum class Format : std::uint8_t {
        dropbox_json,     // info.json
        syncthing_xml,    // config.xml
        nextcloud_ini,    // nextcloud.cfg, owncloud.cfg
        onedrive_config,  // of the client for Linux by abraunegg
        folder,           // the folder itself
        storage,          // macOS: a folder of folders, named by client and account
    };
    CloudClient client;
    Format format;
    std::string path;
};

struct ClientPlaces {
    std::string home;
    std::vector<ClientConfig> configs;
};

// One implementation for each system.
[[nodiscard]] ClientPlaces client_places();

// Those that exist, each once, in the order of the places. Files that are missing, too large or
// damaged give none.
[[nodiscard]] std::vector<CloudFolder> find_cloud_folders(const ClientPlaces& places);

// The client that keeps `folder` in sync: the one of `known` that it lies in, else told by what
// clients leave in their folders and by the folders' names. `exists` answers for a path.
[[nodiscard]] std::optional<CloudClient> client_of(
    const std::string& folder, const std::vector<CloudFolder>& known,
    const std::function<bool(const std::string& path)>& exists);
[[nodiscard]] std::optional<CloudClient> client_of(const std::string& folder,
                                                   const std::vector<CloudFolder>& known);

}  // namespace cfs
