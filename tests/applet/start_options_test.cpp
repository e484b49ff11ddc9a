#include "tray/start_options.h"

#include "tests/support/catch.h"

using namespace cfs;

TEST_CASE("start options: none start the applet for the user's own state") {
    const auto options = parse_start_options({});
    REQUIRE(options.state.empty());
    REQUIRE_FALSE(options.action);
    REQUIRE(options.fault.empty());
}

TEST_CASE("start options: the state folder is taken in both spellings") {
    REQUIRE(parse_start_options({"--state", "/a b"}).state == "/a b");
    REQUIRE(parse_start_options({"--state=/a b"}).state == "/a b");
}

TEST_CASE("start options: a language may be asked for") {
    REQUIRE(parse_start_options({}).language.empty());
    REQUIRE(parse_start_options({"--language", "ja", "--quit"}).language == "ja");
    REQUIRE_FALSE(parse_start_options({"--language"}).fault.empty());
}

TEST_CASE("start options: each command is one of the running applet's") {
    REQUIRE(parse_start_options({"--sync-now"}).action == Action::sync_now);
    REQUIRE(parse_start_options({"--review"}).action == Action::review_conflicts);
    REQUIRE(parse_start_options({"--preferences"}).action == Action::preferences);
    REQUIRE(parse_start_options({"--quit"}).action == Action::quit);
}

TEST_CASE("start options: what is unknown or incomplete is a fault with a sentence") {
    REQUIRE(parse_start_options({"--nonsense"}).fault == "Unknown option: --nonsense");
    REQUIRE_FALSE(parse_start_options({"--state"}).fault.empty());
}

TEST_CASE("commands: every command's word is read back") {
    for (int i = 0; i <= static_cast<int>(Action::quit); ++i) {
        const auto action = static_cast<Action>(i);
        REQUIRE_FALSE(name_of(action).empty());
        REQUIRE(action_from(name_of(action)) == action);
    }
    REQUIRE_FALSE(action_from("rm -rf"));
}
