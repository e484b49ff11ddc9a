#include "tray/start_options.h"

#include "tests/support/catch.h"

using namespace cfs;

TEST_CASE("start options: none start the applet for the user's own state") {
    const auto options = parse_start_options({});
    REQUIRE(options.state.empty());
    REQUIRE_FALSE(options.command);
    REQUIRE(options.fault.empty());
}

TEST_CASE("start options: the state folder is taken in both spellings") {
    REQUIRE(parse_start_options({"--state", "/a b"}).state == "/a b");
    REQUIRE(parse_start_options({"--state=/a b"}).state == "/a b");
}

TEST_CASE("start options: each command is one of the running applet's") {
    REQUIRE(parse_start_options({"--sync-now"}).command == Command::sync_now);
    REQUIRE(parse_start_options({"--preferences"}).command == Command::preferences);
    REQUIRE(parse_start_options({"--quit"}).command == Command::quit);
}

TEST_CASE("start options: what is unknown or incomplete is a fault with a sentence") {
    REQUIRE(parse_start_options({"--nonsense"}).fault == "Unknown option: --nonsense");
    REQUIRE_FALSE(parse_start_options({"--state"}).fault.empty());
}

TEST_CASE("commands: every command's word is read back") {
    for (const auto command : {Command::show_status, Command::sync_now, Command::latest_logs,
                               Command::preferences, Command::open_sync_folder, Command::quit}) {
        REQUIRE(command_from(name_of(command)) == command);
    }
    REQUIRE_FALSE(command_from("rm -rf"));
}
