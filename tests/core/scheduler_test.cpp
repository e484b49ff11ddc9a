#include "core/engine/scheduler.h"

#include "tests/support/catch.h"

using namespace cfs;
using namespace std::chrono_literals;

namespace {

constexpr Time kNow{1'800'000'000'000ms};

SyncOptions every(std::chrono::minutes interval) {
    SyncOptions options;
    options.auto_sync = true;
    options.interval = interval;
    return options;
}

}  // namespace

TEST_CASE("scheduler: nothing is due while automatic syncs are off") {
    REQUIRE_FALSE(next_sync(SyncOptions{}, kNow - 24h, kNow));
}

TEST_CASE("scheduler: a database that never synced is due at once") {
    REQUIRE(next_sync(every(15min), std::nullopt, kNow) == kNow);
}

TEST_CASE("scheduler: the next sync is one interval after the end of the last") {
    REQUIRE(next_sync(every(15min), kNow - 5min, kNow) == kNow + 10min);
}

TEST_CASE("scheduler: a sync missed while the machine slept is made up for once, at once") {
    REQUIRE(next_sync(every(15min), kNow - 8h, kNow) == kNow);
    REQUIRE(next_sync(every(15min), kNow, kNow) == kNow + 15min);
}

TEST_CASE("scheduler: a clock set back by a year holds syncs up for one interval at most") {
    REQUIRE(next_sync(every(15min), kNow + 24h * 365, kNow) == kNow + 15min);
}

TEST_CASE("scheduler: an interval that makes no sense never becomes a busy loop") {
    REQUIRE(next_sync(every(0min), kNow, kNow) == kNow + 1min);
    REQUIRE(next_sync(every(-5min), kNow, kNow) == kNow + 1min);
}

TEST_CASE("scheduler: a pause holds the next sync back until it ends") {
    REQUIRE(after_pause(kNow, kNow + 1h) == kNow + 1h);
    REQUIRE(after_pause(kNow + 2h, kNow + 1h) == kNow + 2h);
    REQUIRE_FALSE(after_pause(kNow, kLastTime));
}

TEST_CASE("scheduler: without a pause, or after it, the next sync is as before") {
    REQUIRE(after_pause(kNow, std::nullopt) == kNow);
    REQUIRE(after_pause(kNow, kNow - 1h) == kNow);
    REQUIRE_FALSE(after_pause(std::nullopt, kNow + 1h));
}

TEST_CASE("scheduler: of two times the earlier counts, of one and none the one") {
    REQUIRE(earlier(kNow + 1h, kNow) == kNow);
    REQUIRE(earlier(kNow, kNow + 1h) == kNow);
    REQUIRE(earlier(kNow, std::nullopt) == kNow);
    REQUIRE(earlier(std::nullopt, kNow) == kNow);
    REQUIRE_FALSE(earlier(std::nullopt, std::nullopt));
}
