#include <boost/filesystem.hpp>
#include <cstdlib>

#include "core/model/error.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"
#include "tray/autostart.h"

using namespace cfs;
using namespace cfs::test;

namespace {

// A home and a place of the system's own, for as long as it lives.
class Desktop {
  public:
    Desktop() {
        setenv("XDG_CONFIG_HOME", (folder_ / "config").c_str(), 1);
        setenv("XDG_CONFIG_DIRS", (folder_ / "none:" + folder_ / "xdg").c_str(), 1);
    }
    ~Desktop() {
        unsetenv("XDG_CONFIG_HOME");
        unsetenv("XDG_CONFIG_DIRS");
    }

    [[nodiscard]] std::string own() const { return folder_ / "config/autostart/" + kName; }
    [[nodiscard]] std::string for_all() const { return folder_ / "xdg/autostart/" + kName; }

    static void write(const std::string& path, const std::string& text) {
        boost::filesystem::create_directories(boost::filesystem::path(path).parent_path());
        write_file(path, text);
    }

  private:
    static constexpr const char* kName = "cloud-folder-sync.desktop";
    TemporaryFolder folder_;
};

const std::string kDisabled = "[Desktop Entry]\nExec=x\nHidden=true\n";

}  // namespace

TEST_CASE("autostart: it is off until somebody turns it on, and off again when turned off") {
    const Desktop desktop;
    REQUIRE_FALSE(starts_at_login());
    start_at_login({"/usr/bin/cloud-folder-sync"});
    REQUIRE(starts_at_login());
    REQUIRE(read_file(desktop.own()).find("\nExec=\"/usr/bin/cloud-folder-sync\"\n") !=
            std::string::npos);
    start_at_login_no_more();
    REQUIRE_FALSE(starts_at_login());
    REQUIRE_FALSE(boost::filesystem::exists(desktop.own()));
    start_at_login_no_more();
}

TEST_CASE("autostart: an entry that the user disabled counts as off") {
    const Desktop desktop;
    for (const auto& text :
         {kDisabled, std::string("[Desktop Entry]\nX-GNOME-Autostart-enabled = false\r\n")}) {
        Desktop::write(desktop.own(), text);
        REQUIRE_FALSE(starts_at_login());
    }
    start_at_login({"/a"});
    REQUIRE(starts_at_login());
}

TEST_CASE("autostart: an entry for all users starts it, and is disabled for this user alone") {
    const Desktop desktop;
    Desktop::write(desktop.for_all(), "[Desktop Entry]\nExec=cloud-folder-sync\n");
    REQUIRE(starts_at_login());
    start_at_login_no_more();
    REQUIRE_FALSE(starts_at_login());
    REQUIRE(boost::filesystem::exists(desktop.for_all()));
    start_at_login({"/a"});
    REQUIRE(starts_at_login());
}

TEST_CASE("autostart: where the entry can't be written the file is named") {
    const Desktop desktop;
    const auto folder = boost::filesystem::path(desktop.own()).parent_path();
    Desktop::write(folder.string(), "a file where the folder should be");
    try {
        start_at_login({"/a"});
        FAIL("written");
    } catch (const Error& error) {
        REQUIRE(std::string(error.what()).find(desktop.own()) != std::string::npos);
    }
    REQUIRE_FALSE(starts_at_login());
}
