#include <cstdlib>

#include "core/clients/cloud_folders.h"

namespace cfs {

namespace {

using Format = ClientConfig::Format;

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : value;
}

#ifdef __APPLE__
void add_system_places(ClientPlaces& places, const std::string& home) {
    const auto library = home + "/Library/";
    places.configs.push_back({CloudClient::syncthing, Format::syncthing_xml,
                              library + "Application Support/Syncthing/config.xml"});
    places.configs.push_back({CloudClient::nextcloud, Format::nextcloud_ini,
                              library + "Preferences/Nextcloud/nextcloud.cfg"});
    places.configs.push_back({CloudClient::owncloud, Format::nextcloud_ini,
                              library + "Preferences/ownCloud/owncloud.cfg"});
    places.configs.push_back(
        {CloudClient::google_drive, Format::storage, library + "CloudStorage"});
    places.configs.push_back(
        {CloudClient::icloud, Format::folder, library + "Mobile Documents/com~apple~CloudDocs"});
}
#else
std::string folder_of(const char* variable_name, const std::string& usual) {
    const auto given = variable(variable_name);
    return given.starts_with('/') ? given : usual;
}

void add_system_places(ClientPlaces& places, const std::string& home) {
    const auto config = folder_of("XDG_CONFIG_HOME", home + "/.config");
    const auto state = folder_of("XDG_STATE_HOME", home + "/.local/state");
    for (const auto& folder : {config, state}) {
        places.configs.push_back(
            {CloudClient::syncthing, Format::syncthing_xml, folder + "/syncthing/config.xml"});
    }
    places.configs.push_back(
        {CloudClient::nextcloud, Format::nextcloud_ini, config + "/Nextcloud/nextcloud.cfg"});
    places.configs.push_back(
        {CloudClient::owncloud, Format::nextcloud_ini, config + "/ownCloud/owncloud.cfg"});
    places.configs.push_back(
        {CloudClient::onedrive, Format::onedrive_config, config + "/onedrive/config"});
}
#endif

}  // namespace

ClientPlaces client_places() {
    ClientPlaces places;
    const auto home = variable("HOME");
    if (home.empty()) return places;
    places.home = home;
    places.configs.push_back(
        {CloudClient::dropbox, Format::dropbox_json, home + "/.dropbox/info.json"});
    add_system_places(places, home);
    places.configs.push_back({CloudClient::google_drive, Format::folder, home + "/Google Drive"});
    places.configs.push_back({CloudClient::onedrive, Format::folder, home + "/OneDrive"});
    return places;
}

}  // namespace cfs
