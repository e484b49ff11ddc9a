#include "core/clients/cloud_folders.h"

#include <algorithm>
#include <array>
#include <boost/filesystem.hpp>
#include <boost/filesystem/fstream.hpp>

#include "core/clients/client_configs.h"
#include "core/folder/xml_text.h"

namespace cfs {

namespace {

namespace fs = boost::filesystem;

constexpr std::size_t kMaxConfig = std::size_t{4} << 20;
constexpr std::size_t kMaxPath = 4096;

std::string text_of(const std::string& path) {
    boost::system::error_code error;
    if (!fs::is_regular_file(path, error)) return {};
    fs::ifstream file(fs::path(path), std::ios::binary);
    std::string text(kMaxConfig + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text.size() > kMaxConfig ? std::string() : text;
}

bool is_folder(const std::string& path) {
    boost::system::error_code error;
    return fs::is_directory(path, error);
}

std::string without_slash(std::string path) {
    while (path.size() > 1 && (path.back() == '/' || path.back() == '\\')) path.pop_back();
    return path;
}

std::string with_home(const std::string& path, const std::string& home) {
    if (path != "~" && !path.starts_with("~/")) return path;
    return home + path.substr(1);
}

std::optional<CloudClient> client_named(std::string_view name) {
    constexpr std::pair<std::string_view, CloudClient> kKnown[] = {
        {"Dropbox", CloudClient::dropbox},
        {"GoogleDrive", CloudClient::google_drive},
        {"Google Drive", CloudClient::google_drive},
        {"OneDrive", CloudClient::onedrive},
        {"Nextcloud", CloudClient::nextcloud},
        {"ownCloud", CloudClient::owncloud},
        {"Box", CloudClient::box},
        {"iCloudDrive", CloudClient::icloud},
        {"Mobile Documents", CloudClient::icloud},
    };
    for (const auto& [known, client] : kKnown) {
        if (name == known || name.starts_with(std::string(known) + "-") ||
            name.starts_with(std::string(known) + " - ")) {
            return client;
        }
    }
    return std::nullopt;
}

class Finder {
  public:
    explicit Finder(const ClientPlaces& places) : places_(places) {}

    std::vector<CloudFolder> run() {
        for (const auto& config : places_.configs) look_at(config);
        return std::move(found_);
    }

  private:
    void look_at(const ClientConfig& config) {
        using Format = ClientConfig::Format;
        if (config.format == Format::folder) return add(config.client, {config.path, {}});
        if (config.format == Format::storage) return add_storage(config.path);
        const auto text = text_of(config.path);
        if (text.empty()) return;
        for (const auto& folder : folders_in(config.format, text)) add(config.client, folder);
    }

    static std::vector<NamedFolder> folders_in(ClientConfig::Format format,
                                               const std::string& text) {
        switch (format) {
            case ClientConfig::Format::dropbox_json:
                return dropbox_folders(text);
            case ClientConfig::Format::syncthing_xml:
                return syncthing_folders(text);
            case ClientConfig::Format::nextcloud_ini:
                return nextcloud_folders(text);
            case ClientConfig::Format::onedrive_config:
                return onedrive_folders(text);
            case ClientConfig::Format::folder:
            case ClientConfig::Format::storage:
                break;
        }
        return {};
    }

    void add_storage(const std::string& place) {
        boost::system::error_code error;
        for (fs::directory_iterator at(place, error), end; !error && at != end;
             at.increment(error)) {
            const auto named = storage_name(at->path().filename().string());
            if (const auto client = client_named(named.path)) {
                add(*client, {at->path().string(), named.label});
            }
        }
    }

    void add(CloudClient client, const NamedFolder& folder) {
        const auto path = without_slash(with_home(folder.path, places_.home));
        if (path.size() > kMaxPath || printable(path, kMaxPath) != path) return;
        if (!fs::path(path).is_absolute() || !is_folder(path)) return;
        const auto same = [&](const CloudFolder& other) { return other.path == path; };
        if (std::any_of(found_.begin(), found_.end(), same)) return;
        found_.push_back({client, path, printable(folder.label, 100)});
    }

    const ClientPlaces& places_;
    std::vector<CloudFolder> found_;
};

bool lies_in(const std::string& path, const std::string& folder) {
    if (path == folder) return true;
    return path.starts_with(folder) && (path[folder.size()] == '/' || path[folder.size()] == '\\');
}

// What a client leaves at the root of a folder that it keeps in sync.
struct Trace {
    const char* name;
    CloudClient client;
};
constexpr std::array kTraces = {
    Trace{".sync/ID", CloudClient::resilio},
    Trace{".stfolder", CloudClient::syncthing},
    Trace{".dropbox", CloudClient::dropbox},
    Trace{".dropbox.cache", CloudClient::dropbox},
    Trace{".nextcloudsync.log", CloudClient::nextcloud},
    Trace{".owncloudsync.log", CloudClient::owncloud},
    Trace{".tmp.driveupload", CloudClient::google_drive},
    Trace{".tmp.drivedownload", CloudClient::google_drive},
};

}  // namespace

std::vector<CloudFolder> find_cloud_folders(const ClientPlaces& places) {
    return Finder(places).run();
}

std::optional<CloudClient> client_of(const std::string& folder,
                                     const std::vector<CloudFolder>& known,
                                     const std::function<bool(const std::string&)>& exists) {
    const auto path = without_slash(folder);
    for (const auto& item : known) {
        if (lies_in(path, item.path)) return item.client;
    }
    for (fs::path at(path); !at.empty() && at.has_relative_path(); at = at.parent_path()) {
        for (const auto& trace : kTraces) {
            if (exists((at / trace.name).string())) return trace.client;
        }
        if (const auto client = client_named(at.filename().string())) return client;
    }
    return std::nullopt;
}

std::optional<CloudClient> client_of(const std::string& folder,
                                     const std::vector<CloudFolder>& known) {
    return client_of(folder, known, [](const std::string& path) {
        boost::system::error_code error;
        return fs::exists(path, error);
    });
}

}  // namespace cfs
