#include "tray/autostart_text.h"

#include "tests/support/catch.h"

using namespace cfs;

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
    REQUIRE_FALSE(desktop_entry_starts("[Desktop Entry]\nExec=x\nHidden=true\n"));
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
