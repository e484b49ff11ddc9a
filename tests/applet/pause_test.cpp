#include "tray/pause.h"

#include "tests/applet/facts.h"
#include "tests/support/catch.h"

using namespace cfs;
using namespace cfs::test;
using namespace std::chrono_literals;

TEST_CASE("pause: an hour is an hour, and tomorrow begins at midnight") {
    REQUIRE(pause_end(Action::pause_for_an_hour, kNow) == kNow + 1h);
    REQUIRE(to_text(pause_end(Action::pause_until_tomorrow, kNow)) == "2026-11-23T00:00:00.000Z");
}

TEST_CASE("pause: just before midnight, tomorrow is near, and at midnight a day away") {
    const auto midnight = pause_end(Action::pause_until_tomorrow, kNow);
    REQUIRE(pause_end(Action::pause_until_tomorrow, midnight - 1ms) == midnight);
    REQUIRE(pause_end(Action::pause_until_tomorrow, midnight) == midnight + 24h);
}

TEST_CASE("pause: until resumed has no end of its own") {
    REQUIRE(pause_end(Action::pause_until_resumed, kNow) == kLastTime);
}
