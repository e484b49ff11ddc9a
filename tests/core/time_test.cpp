#include "core/model/time.h"

#include "tests/support/catch.h"

using namespace cfs;
using namespace std::chrono_literals;

TEST_CASE("time: the text has three digits of milliseconds, always") {
    REQUIRE(to_text(Time{}) == "1970-01-01T00:00:00.000Z");
    REQUIRE(to_text(Time{7ms}) == "1970-01-01T00:00:00.007Z");
    REQUIRE(to_text(Time{-1ms}) == "1969-12-31T23:59:59.999Z");
    REQUIRE(to_text(Time{1795342210123ms}) == "2026-11-22T10:10:10.123Z");
}

TEST_CASE("time: a text is read back to the same instant") {
    for (const std::string text : {"0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z",
                                   "2024-02-29T12:34:56.789Z", "1582-10-15T00:00:00.001Z"}) {
        CAPTURE(text);
        const auto time = time_from_text(text);
        REQUIRE(time);
        REQUIRE(to_text(*time) == text);
    }
}

TEST_CASE("time: every other spelling is refused") {
    for (const std::string_view text :
         {"", "2026-11-22", "2026-11-22T10:10:10Z", "2026-11-22T10:10:10.12Z",
          "2026-11-22T10:10:10.1234Z", "2026-11-22T10:10:10.123", "2026-11-22t10:10:10.123z",
          "2026-11-22 10:10:10.123Z", "2026-13-22T10:10:10.123Z", "2026-02-29T10:10:10.123Z",
          "2026-00-22T10:10:10.123Z", "2026-11-00T10:10:10.123Z", "2026-11-22T24:00:00.000Z",
          "2026-11-22T10:60:10.123Z", "2026-11-22T10:10:60.123Z", "0000-11-22T10:10:10.123Z",
          "-026-11-22T10:10:10.123Z", "2026-11-22T10:10:10.+23Z", "2026-11-22T10:10:10,123Z"}) {
        CAPTURE(text);
        REQUIRE_FALSE(time_from_text(text));
    }
}

TEST_CASE("time: an instant out of range becomes the end of the range") {
    REQUIRE(to_text(Time::max()) == "9999-12-31T23:59:59.999Z");
    REQUIRE(to_text(Time::min()) == "0001-01-01T00:00:00.000Z");
}

TEST_CASE("time: the machine's clock says a time of this century") {
    REQUIRE(to_text(system_clock().now()).substr(0, 2) == "20");
}
