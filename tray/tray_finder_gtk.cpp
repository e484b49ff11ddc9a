#include <wx/app.h>
#include <wx/timer.h>

#include <string>

#include "tray/session_bus_gtk.h"
#include "tray/status_notifier_item_gtk.h"
#include "tray/taskbar_icon.h"
#include "tray/tray_finder.h"

namespace cfs {
namespace {

constexpr int kHostAnswerMs = 200;
constexpr int kLookMs = 1'000;
constexpr int kRareLookMs = 15'000;
constexpr int kLooks = 20;  // before it looks rarely

bool truth_in(const Variant& reply) {
    if (!reply || !g_variant_is_of_type(reply.get(), G_VARIANT_TYPE("(v)"))) return false;
    GVariant* inside = nullptr;
    g_variant_get(reply.get(), "(v)", &inside);
    const Variant value(inside);
    return g_variant_is_of_type(inside, G_VARIANT_TYPE_BOOLEAN) && g_variant_get_boolean(inside);
}

}  // namespace

// A StatusNotifierItem where a panel shows such items, else the icon of X11's tray. D-Bus tells of
// the first; for the second there is only looking.
class TrayFinder::Impl {
  public:
    Impl(CommandHandler handler, Found found)
        : handler_(std::move(handler)), found_(std::move(found)) {
        timer_.Bind(wxEVT_TIMER, [this](wxTimerEvent&) { look_for_tray(); });
        with_session_bus(guarded<Bus>([this](Bus bus) { on_bus(std::move(bus)); }));
    }

  private:
    enum class Place { unknown, none, tray, panel };

    // Answers of the bus may come when this is gone.
    template <class Argument>
    std::function<void(Argument)> guarded(std::function<void(Argument)> function) {
        return [alive = std::weak_ptr(alive_), function = std::move(function)](Argument argument) {
            if (!alive.expired()) function(std::move(argument));
        };
    }

    void on_bus(Bus bus) {
        bus_ = std::move(bus);
        if (!bus_) return look_for_tray();
        watch_ =
            std::make_unique<NameWatch>(bus_.get(), StatusNotifierItem::kWatcher,
                                        [this](const std::string& owner) { on_watcher(owner); });
        hosts_ = std::make_unique<SignalWatch>(
            bus_.get(), StatusNotifierItem::kWatcher, StatusNotifierItem::kWatcherPath,
            StatusNotifierItem::kWatcher, [this](const std::string& name, GVariant*) {
                if (name.starts_with("StatusNotifierHost")) ask_for_host();
            });
    }

    void on_watcher(const std::string& owner) {
        watcher_ = owner;
        if (place_ == Place::panel) place_ = Place::unknown;  // a new watcher knows no items
        owner.empty() ? look_for_tray() : ask_for_host();
    }

    void ask_for_host() {
        if (watcher_.empty()) return;
        const BusMethod get = {watcher_.c_str(), StatusNotifierItem::kWatcherPath,
                               "org.freedesktop.DBus.Properties", "Get", kHostAnswerMs};
        call(bus_.get(), get,
             g_variant_new("(ss)", StatusNotifierItem::kWatcher, "IsStatusNotifierHostRegistered"),
             guarded<Variant>(
                 [this](Variant reply) { truth_in(reply) ? use_panel() : look_for_tray(); }));
    }

    void use_panel() {
        if (watcher_.empty() || place_ == Place::panel) return;
        timer_.Stop();
        place_ = Place::panel;
        Bus bus(static_cast<GDBusConnection*>(g_object_ref(bus_.get())));
        deliver([this, bus = std::make_shared<Bus>(std::move(bus)), watcher = watcher_] {
            found_(nullptr);  // of two items under one name the first has to go before
            found_(std::make_unique<StatusNotifierItem>(std::move(*bus), watcher, handler_));
        });
    }

    void look_for_tray() {
        const auto place = TaskbarIcon::available() ? Place::tray : Place::none;
        if (place != place_) {
            place_ = place;
            looks_ = 0;
            deliver([this, place] {
                found_(place == Place::tray ? std::make_unique<TaskbarIcon>(handler_) : nullptr);
            });
        }
        timer_.StartOnce(place == Place::none && ++looks_ < kLooks ? kLookMs : kRareLookMs);
    }

    void deliver(std::function<void()> function) {
        wxTheApp->CallAfter([alive = std::weak_ptr(alive_), function = std::move(function)] {
            if (!alive.expired()) function();
        });
    }

    CommandHandler handler_;
    Found found_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    Bus bus_;
    std::unique_ptr<NameWatch> watch_;
    std::unique_ptr<SignalWatch> hosts_;
    std::string watcher_;  // the unique name; empty: none
    Place place_ = Place::unknown;
    int looks_ = 0;
    wxTimer timer_;
};

TrayFinder::TrayFinder(CommandHandler handler, Found found)
    : impl_(std::make_unique<Impl>(std::move(handler), std::move(found))) {}

TrayFinder::~TrayFinder() = default;

}  // namespace cfs
