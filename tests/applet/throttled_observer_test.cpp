#include "tray/throttled_observer.h"

#include "tests/support/catch.h"

using namespace cfs;
using namespace std::chrono_literals;

namespace {

struct Sent {
    SyncProgress progress;
    std::size_t lines;
};

struct Watch {
    std::chrono::steady_clock::time_point now{};
    std::vector<Sent> sent;
    ThrottledObserver observer{[this](const SyncProgress& progress, std::vector<ReportLine> lines) {
                                   sent.push_back({progress, lines.size()});
                               },
                               [this] { return now; }};
};

}  // namespace

TEST_CASE("throttled observer: the first word goes through at once") {
    Watch watch;
    watch.observer.on_line({});
    REQUIRE(watch.sent.size() == 1);
}

TEST_CASE("throttled observer: a flood becomes ten messages a second, and no line is lost") {
    Watch watch;
    for (int i = 1; i <= 10'000; ++i) {
        watch.now += 100us;
        watch.observer.on_line({});
        watch.observer.on_progress({i, 10'000});
    }
    watch.observer.flush();
    std::size_t lines = 0;
    for (const auto& one : watch.sent) lines += one.lines;
    REQUIRE(lines == 10'000);
    REQUIRE(watch.sent.size() <= 12);
    REQUIRE(watch.sent.back().progress.patients_done == 10'000);
}

TEST_CASE("throttled observer: nothing new is nothing to pass on") {
    Watch watch;
    watch.observer.flush();
    REQUIRE(watch.sent.empty());
}
