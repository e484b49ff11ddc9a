#include "core/clients/cloud_folders.h"

#include <boost/filesystem.hpp>
#include <boost/filesystem/fstream.hpp>

#include "core/clients/client_configs.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

using namespace cfs;
using namespace cfs::test;

namespace {

namespace fs = boost::filesystem;
using Folders = std::vector<NamedFolder>;
using Format = ClientConfig::Format;

const std::string kDropbox =
    R"json({"personal": {"path": "/home/u/Dropbox", "host": 4711, "is_team": false},
            "business": {"path": "/home/u/Dropbox (Clinic)", "host": 4712, "is_team": true}})json";

const std::string kSyncthing = R"(<configuration version="37">
  <folder id="a" label="Clinic" path="~/Sync" type="sendreceive" paused="false"/>
  <folder id="b" label="" path="/data/old" type="readwrite"/>
  <folder id="c" label="Backup" path="/data/backup" type="receiveonly"/>
  <folder id="d" label="Secret" path="/data/secret" type="receiveencrypted"/>
  <folder id="e" path="/data/plain"/>
  <defaults><folder id="" label="" path="~" type="sendreceive"/></defaults>
</configuration>)";

const std::string kNextcloud =
    "[General]\nclientVersion=3.7\n[Accounts]\nversion=2\n0\\url=https://cloud.example\n"
    "0\\Folders\\1\\localPath=/home/u/Nextcloud/\n0\\Folders\\1\\paused=false\n"
    "0\\FoldersWithPlaceholders\\2\\localPath=\"/home/u/Praxis \\xfc\\x4e2d/\"\r\n"
    "1\\Folders\\1\\localPath=/data/second\n";

class Machine {
  public:
    std::string folder(const std::string& name) {
        fs::create_directories(place_.path() / name);
        return (place_.path() / name).string();
    }
    std::string file(const std::string& name, const std::string& text) {
        const auto path = place_.path() / name;
        fs::create_directories(path.parent_path());
        fs::ofstream(path, std::ios::binary) << text;
        return path.string();
    }
    [[nodiscard]] std::string home() const { return place_.path().string(); }

  private:
    TemporaryFolder place_;
};

}  // namespace

TEST_CASE("cloud folders: Dropbox names a folder for each account") {
    REQUIRE(dropbox_folders(kDropbox) ==
            Folders{{"/home/u/Dropbox (Clinic)", {}}, {"/home/u/Dropbox", {}}});
}

TEST_CASE("cloud folders: Syncthing's are those that send and receive, with their labels") {
    REQUIRE(syncthing_folders(kSyncthing) ==
            Folders{{"~/Sync", "Clinic"}, {"/data/old", ""}, {"/data/plain", ""}});
}

TEST_CASE("cloud folders: Nextcloud's are read as Qt writes them") {
    REQUIRE(nextcloud_folders(kNextcloud) ==
            Folders{{"/home/u/Nextcloud/", {}}, {"/home/u/Praxis ü中/", {}}, {"/data/second", {}}});
}

TEST_CASE("cloud folders: OneDrive's for Linux is the usual one unless it says another") {
    REQUIRE(onedrive_folders("# sync_dir = \"/x\"\n") == Folders{{"~/OneDrive", {}}});
    REQUIRE(onedrive_folders("skip_file = \"~*\"\nsync_dir = \"/data/One Drive\"\n") ==
            Folders{{"/data/One Drive", {}}});
}

TEST_CASE("cloud folders: the names in macOS's CloudStorage tell client and account") {
    REQUIRE(storage_name("GoogleDrive-me@example.org") ==
            NamedFolder{"GoogleDrive", "me@example.org"});
    REQUIRE(storage_name("Dropbox") == NamedFolder{"Dropbox", {}});
}

TEST_CASE("cloud folders: odd and hostile files give no folder and do no harm") {
    for (const std::string text :
         {"", "{", "[]", "null", "{\"personal\": 3}", "{\"personal\": {\"path\": 7}}", "\xff\xfe",
          "<configuration>", "<configuration><folder", "\\localPath", "=", "a\\localPath"}) {
        INFO(text);
        REQUIRE(dropbox_folders(text).empty());
        REQUIRE(syncthing_folders(text).empty());
        REQUIRE(nextcloud_folders(text).empty());
    }
    REQUIRE(dropbox_folders(std::string(100'000, '[')).empty());
    REQUIRE(nextcloud_folders("0\\localPath=\\x").front().path.size() == 1);
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += "<a>";
    REQUIRE(syncthing_folders(deep).empty());
}

TEST_CASE("cloud folders: those that exist are found, each once") {
    Machine machine;
    const auto dropbox = machine.folder("Dropbox");
    const auto sync = machine.folder("Sync");
    const ClientPlaces places{
        machine.home(),
        {{CloudClient::dropbox, Format::dropbox_json,
          machine.file("info.json", "{\"personal\": {\"path\": \"" + dropbox + "/\"}}")},
         {CloudClient::syncthing, Format::syncthing_xml, machine.file("config.xml", kSyncthing)},
         {CloudClient::nextcloud, Format::nextcloud_ini, machine.home() + "/missing.cfg"},
         {CloudClient::dropbox, Format::folder, dropbox}}};
    REQUIRE(find_cloud_folders(places) ==
            std::vector<CloudFolder>{{CloudClient::dropbox, dropbox, ""},
                                     {CloudClient::syncthing, sync, "Clinic"}});
}

TEST_CASE("cloud folders: a path that is relative, a file's or unfit to be shown is left out") {
    Machine machine;
    const auto file = machine.file("a file", "");
    const auto odd = machine.folder("odd\nname");
    const ClientPlaces places{machine.home(),
                              {{CloudClient::onedrive, Format::folder, "relative"},
                               {CloudClient::onedrive, Format::folder, file},
                               {CloudClient::onedrive, Format::folder, odd},
                               {CloudClient::onedrive, Format::folder, ""}}};
    REQUIRE(find_cloud_folders(places).empty());
}

TEST_CASE("cloud folders: macOS's CloudStorage is looked through for known clients") {
    Machine machine;
    const auto google = machine.folder("CloudStorage/GoogleDrive-me@example.org");
    machine.folder("CloudStorage/SomethingElse");
    const ClientPlaces places{
        machine.home(),
        {{CloudClient::google_drive, Format::storage, machine.home() + "/CloudStorage"}}};
    REQUIRE(find_cloud_folders(places) ==
            std::vector<CloudFolder>{{CloudClient::google_drive, google, "me@example.org"}});
}

TEST_CASE("cloud folders: the client of a chosen folder is known by where it lies") {
    const std::vector<CloudFolder> known = {{CloudClient::syncthing, "/data/sync", ""}};
    const auto none = [](const std::string&) { return false; };
    REQUIRE(client_of("/data/sync/clinic-sync/", known, none) == CloudClient::syncthing);
    REQUIRE(client_of("/data/sync-other", known, none) == std::nullopt);
    REQUIRE(client_of("/home/u/OneDrive - Clinic/x", known, none) == CloudClient::onedrive);
    REQUIRE(client_of("/", known, none) == std::nullopt);
    REQUIRE(client_of("", known, none) == std::nullopt);
}

TEST_CASE("cloud folders: the client of a chosen folder is known by what it leaves there") {
    const auto resilio = [](const std::string& path) { return path == "/data/share/.sync/ID"; };
    REQUIRE(client_of("/data/share/clinic/sync", {}, resilio) == CloudClient::resilio);
}
