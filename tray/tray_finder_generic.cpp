#include <wx/timer.h>

#include "tray/taskbar_icon.h"
#include "tray/tray_finder.h"

namespace cfs {
namespace {

constexpr int kLookMs = 1'000;

}  // namespace

// The tray is there as soon as the desktop is, and stays.
class TrayFinder::Impl {
  public:
    Impl(CommandHandler handler, Found found)
        : handler_(std::move(handler)), found_(std::move(found)) {
        timer_.Bind(wxEVT_TIMER, [this](wxTimerEvent&) { look(); });
        timer_.StartOnce(1);
    }

  private:
    void look() {
        if (TaskbarIcon::available()) return found_(std::make_unique<TaskbarIcon>(handler_));
        timer_.StartOnce(kLookMs);
    }

    CommandHandler handler_;
    Found found_;
    wxTimer timer_;
};

TrayFinder::TrayFinder(CommandHandler handler, Found found)
    : impl_(std::make_unique<Impl>(std::move(handler), std::move(found))) {}

TrayFinder::~TrayFinder() = default;

}  // namespace cfs
