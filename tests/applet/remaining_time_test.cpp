#include "dialogs/remaining_time.h"

#include "tests/support/catch.h"

using namespace cfs;
using namespace std::chrono_literals;

namespace {

constexpr Time kStart{1'795'344'120'000ms};

// From `begin` on, `each_second` patients a second for so long.
void run(RemainingTime& remaining, std::chrono::seconds begin, std::chrono::seconds length,
         std::int64_t done, std::int64_t each_second, std::int64_t total) {
    for (std::chrono::seconds at{0}; at <= length; ++at) {
        remaining.note(kStart + begin + at, {done + at.count() * each_second, total});
    }
}

std::string text(std::optional<std::chrono::seconds> time) {
    return remaining_text(time).utf8_string();
}

}  // namespace

TEST_CASE("time left: nothing is claimed before enough is known") {
    RemainingTime remaining;
    REQUIRE_FALSE(remaining.estimate());
    remaining.note(kStart, {0, 0});
    REQUIRE_FALSE(remaining.estimate());
    remaining.note(kStart + 2s, {100, 1000});
    REQUIRE_FALSE(remaining.estimate());
    remaining.note(kStart + 4s, {102, 1000});
    REQUIRE(remaining.estimate());
}

TEST_CASE("time left: a sync that does nothing for a while says nothing") {
    RemainingTime remaining;
    run(remaining, 0s, 60s, 7, 0, 1000);
    REQUIRE_FALSE(remaining.estimate());
}

TEST_CASE("time left: the pace of late counts, not that of the beginning") {
    RemainingTime remaining;
    run(remaining, 0s, 10s, 0, 100, 2000);
    run(remaining, 11s, 60s, 1000, 1, 2000);
    REQUIRE(*remaining.estimate() == 940s);
}

TEST_CASE("time left: patients that are still being found lengthen it") {
    RemainingTime remaining;
    run(remaining, 0s, 10s, 0, 10, 200);
    REQUIRE(*remaining.estimate() == 10s);
    remaining.note(kStart + 10s, {100, 400});
    REQUIRE(*remaining.estimate() == 30s);
}

TEST_CASE("time left: it is none once all is done, and begins anew where the clock is set back") {
    RemainingTime remaining;
    run(remaining, 0s, 10s, 0, 10, 100);
    REQUIRE(*remaining.estimate() == 0s);
    remaining.note(kStart - 1h, {100, 200});
    REQUIRE_FALSE(remaining.estimate());
}

TEST_CASE("time left: it is said roughly") {
    REQUIRE(text({}).empty());
    REQUIRE(text(0s) == "a few seconds left");
    REQUIRE(text(30s) == "less than a minute left");
    REQUIRE(text(50s) == "about 1 minute left");
    REQUIRE(text(110s) == "about 2 minutes left");
    REQUIRE(text(89min) == "about 89 minutes left");
    REQUIRE(text(100min) == "about 2 hours left");
}
