#include "tray/autostart.h"

#include <boost/filesystem.hpp>
#include <cstdlib>

#include "core/model/error.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"
#include "tray/autostart_text.h"

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

TEST_CASE("autostart: a path with any character survives the entry's two kinds of quoting") {
    const auto line = [](const std::string& word) {
        const auto text = desktop_entry_text({word, "--state", "b c"});
        const auto begin = text.find("\nExec=") + 6;
        return text.substr(begin, text.find('\n', begin) - begin);
    };
    REQUIRE(line("/a b/\xC3\xBC") == "\"/a b/\xC3\xBC\" \"--state\" \"b c\"");
    REQUIRE(line("/50%") == "\"/50%%\" \"--state\" \"b c\"");
    REQUIRE(line("/a\"b") == R"("/a\\"b" "--state" "b c")");
    REQUIRE(line("/$a`") == R"("/\\$a\\`" "--state" "b c")");
    REQUIRE(line("/a\\b") == R"("/a\\\\b" "--state" "b c")");
}

TEST_CASE("autostart: only the group of the entry itself says whether it starts") {
    REQUIRE(desktop_entry_starts("[Desktop Entry]\n[Desktop Action x]\nHidden=true\n"));
    REQUIRE(desktop_entry_starts("[Desktop Entry]\n#Hidden=true\nHidden=false\n"));
    REQUIRE_FALSE(desktop_entry_starts(kDisabled));
    REQUIRE_FALSE(desktop_entry_starts(""));
    REQUIRE_FALSE(desktop_entry_starts("Hidden=false\n"));
}

TEST_CASE("autostart: a LaunchAgent holds the command's words as XML") {
    const auto text = launch_agent_text({"/A & B/<x>", "--state"});
    REQUIRE(text.find("<string>/A &amp; B/&lt;x></string> <string>--state</string>") !=
            std::string::npos);
    REQUIRE(text.find("<key>RunAtLoad</key><true/>") != std::string::npos);
}

TEST_CASE("autostart: a command line of Windows is taken apart into the same words") {
    REQUIRE(command_line_text({"C:\\Program Files\\a.exe", "--state", "D:\\"}) ==
            R"("C:\Program Files\a.exe" "--state" "D:\\")");
    REQUIRE(command_line_text({"a\\\"b"}) == R"("a\\\"b")");
}
