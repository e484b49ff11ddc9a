#include <array>
#include <cstdlib>
#include <string_view>

#include "core/clients/cloud_folders.h"
#include "core/folder/windows_basics.h"

namespace cfs {

namespace {

using Format = ClientConfig::Format;

std::string variable(const wchar_t* name) {
    std::array<wchar_t, 32768> value{};
    const auto size = GetEnvironmentVariableW(name, value.data(), static_cast<DWORD>(value.size()));
    if (size == 0 || size >= value.size()) return {};
    return to_utf8(std::wstring_view(value.data(), size)).value_or("");
}

// Google Drive gives its virtual disk this name.
bool is_google_drive(const std::wstring& root) {
    std::array<wchar_t, MAX_PATH + 1> label{};
    return GetVolumeInformationW(root.c_str(), label.data(), static_cast<DWORD>(label.size()),
                                 nullptr, nullptr, nullptr, nullptr, 0) != 0 &&
           std::wstring_view(label.data()) == L"Google Drive";
}

void add_google_drives(ClientPlaces& places) {
    const auto drives = GetLogicalDrives();
    for (char letter = 'D'; letter <= 'Z'; ++letter) {
        if ((drives >> (letter - 'A') & 1U) == 0) continue;
        const std::string root = std::string(1, letter) + ":\\";
        if (!is_google_drive(to_wide(root))) continue;
        places.configs.push_back({CloudClient::google_drive, Format::folder, root + "My Drive"});
    }
}

}  // namespace

ClientPlaces client_places() {
    ClientPlaces places;
    places.home = variable(L"USERPROFILE");
    const auto roaming = variable(L"APPDATA");
    const auto local = variable(L"LOCALAPPDATA");
    for (const auto& folder : {roaming, local}) {
        if (folder.empty()) continue;
        places.configs.push_back(
            {CloudClient::dropbox, Format::dropbox_json, folder + "\\Dropbox\\info.json"});
        places.configs.push_back(
            {CloudClient::nextcloud, Format::nextcloud_ini, folder + "\\Nextcloud\\nextcloud.cfg"});
        places.configs.push_back(
            {CloudClient::owncloud, Format::nextcloud_ini, folder + "\\ownCloud\\owncloud.cfg"});
        places.configs.push_back(
            {CloudClient::syncthing, Format::syncthing_xml, folder + "\\Syncthing\\config.xml"});
    }
    // Set by the client for each user.
    for (const auto* name : {L"OneDriveCommercial", L"OneDriveConsumer", L"OneDrive"}) {
        const auto folder = variable(name);
        if (folder.empty()) continue;
        places.configs.push_back({CloudClient::onedrive, Format::folder, folder});
    }
    add_google_drives(places);
    if (places.home.empty()) return places;
    places.configs.push_back(
        {CloudClient::google_drive, Format::folder, places.home + "\\My Drive"});
    places.configs.push_back({CloudClient::icloud, Format::folder, places.home + "\\iCloudDrive"});
    places.configs.push_back({CloudClient::box, Format::folder, places.home + "\\Box"});
    return places;
}

}  // namespace cfs
