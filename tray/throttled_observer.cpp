#include "tray/throttled_observer.h"

#include <utility>

namespace cfs {

ThrottledObserver::ThrottledObserver(Sink sink, Clock clock)
    : sink_(std::move(sink)), clock_(std::move(clock)), last_(clock_() - kInterval) {}

void ThrottledObserver::on_progress(const SyncProgress& progress) {
    progress_ = progress;
    pass_on_if_due();
}

void ThrottledObserver::on_line(const ReportLine& line) {
    lines_.push_back(line);
    pass_on_if_due();
}

void ThrottledObserver::pass_on_if_due() {
    changed_ = true;
    if (clock_() - last_ >= kInterval) flush();
}

void ThrottledObserver::flush() {
    if (!changed_) return;
    last_ = clock_();
    changed_ = false;
    sink_(progress_, std::exchange(lines_, {}));
}

}  // namespace cfs
