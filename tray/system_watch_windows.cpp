#include <windows.h>
#include <wx/frame.h>
#include <wx/power.h>
#include <wx/timer.h>

#include "tray/system_watch.h"
// Behind the above: it brings a type `byte`, a name that they use.
#include <netlistmgr.h>

namespace cfs {
namespace {

constexpr int kLookPauseMs = 60 * 1000;

bool on_battery() {
    SYSTEM_POWER_STATUS status{};
    return GetSystemPowerStatus(&status) && status.ACLineStatus == 0;
}

struct Release {
    void operator()(IUnknown* object) const { object->Release(); }
};

// wxWidgets has made COM ready.
bool metered() {
    void* made = nullptr;
    if (FAILED(CoCreateInstance(CLSID_NetworkListManager, nullptr, CLSCTX_ALL,
                                IID_INetworkCostManager, &made))) {
        return false;
    }
    const std::unique_ptr<INetworkCostManager, Release> manager(
        static_cast<INetworkCostManager*>(made));
    DWORD cost = NLM_CONNECTION_COST_UNKNOWN;
    return SUCCEEDED(manager->GetCost(&cost, nullptr)) &&
           (cost & (NLM_CONNECTION_COST_FIXED | NLM_CONNECTION_COST_VARIABLE)) != 0;
}

// Windows tells windows alone of sleep, hidden ones too.
class HiddenWindow : public wxFrame {
  public:
    explicit HiddenWindow(const SystemEvents& events) : wxFrame(nullptr, wxID_ANY, {}) {
        Bind(wxEVT_POWER_SUSPENDED, [events](wxPowerEvent&) { events.sleeping([] {}); });
        Bind(wxEVT_POWER_RESUME, [events](wxPowerEvent&) { events.woken(); });
    }
};

class WindowsWatch : public SystemWatch {
  public:
    explicit WindowsWatch(SystemEvents events)
        : events_(std::move(events)), window_(new HiddenWindow(events_)) {
        timer_.Bind(wxEVT_TIMER, [this](wxTimerEvent&) { tell_supply(); });
        timer_.Start(kLookPauseMs);
        window_->CallAfter([this] { tell_supply(); });
    }
    ~WindowsWatch() override { window_->Destroy(); }

  private:
    void tell_supply() {
        const Supply supply{on_battery(), metered()};
        if (supply == told_) return;
        told_ = supply;
        events_.supply_changed(supply);
    }

    SystemEvents events_;
    Supply told_;
    HiddenWindow* window_;
    wxTimer timer_;
};

}  // namespace

std::unique_ptr<SystemWatch> watch_system(SystemEvents events) {
    return std::make_unique<WindowsWatch>(std::move(events));
}

}  // namespace cfs
