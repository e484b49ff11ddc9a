#include "dialogs/remaining_time.h"

#include <wx/intl.h>

#include "dialogs/number_text.h"
#include "dialogs/wx_text.h"

namespace cfs {
namespace {

using namespace std::chrono_literals;

// A sync's first patients and those with large files take other times than the rest.
constexpr auto kLookBack = 20s;
constexpr auto kShortestLook = 3s;
constexpr std::int64_t kFewestPatients = 5;

}  // namespace

void RemainingTime::note(Time now, const SyncProgress& progress) {
    const bool turned_back = !samples_.empty() && (now < samples_.back().time ||
                                                   progress.patients_done < samples_.back().done);
    if (turned_back) samples_.clear();
    samples_.push_back({now, progress.patients_done});
    total_ = progress.patients_total;
    while (now - samples_.front().time > kLookBack) samples_.pop_front();
}

std::optional<std::chrono::seconds> RemainingTime::estimate() const {
    if (samples_.empty()) return std::nullopt;
    const auto time = samples_.back().time - samples_.front().time;
    const auto done = samples_.back().done - samples_.front().done;
    if (time < kShortestLook || done < kFewestPatients) return std::nullopt;
    const auto left = std::max<std::int64_t>(total_ - samples_.back().done, 0);
    return std::chrono::duration_cast<std::chrono::seconds>(time * left / done);
}

wxString remaining_text(std::optional<std::chrono::seconds> time) {
    if (!time) return {};
    if (*time < 10s) return _("a few seconds left");
    if (*time < 50s) return _("less than a minute left");
    if (*time < 90min) {
        return counted("about %s minute left", "about %s minutes left", (*time + 30s) / 1min);
    }
    return counted("about %s hour left", "about %s hours left", (*time + 30min) / 1h);
}

}  // namespace cfs
