#include <gio/gunixfdlist.h>
#include <unistd.h>

#include "tray/bus_object_gtk.h"
#include "tray/system_watch.h"

namespace cfs {
namespace {

constexpr unsigned kMetered = 1, kPerhapsMetered = 3;  // NMMetered: yes, guessed yes

// Sleep and power-off wait while a file descriptor of logind's is open, but not for long.
class EndDelay {
  public:
    EndDelay() = default;
    ~EndDelay() {
        end();
        g_cancellable_cancel(pending_);
        g_object_unref(pending_);
    }
    EndDelay(const EndDelay&) = delete;
    EndDelay& operator=(const EndDelay&) = delete;

    void begin(GDBusProxy* logind) {
        if (asked_ || descriptor_ >= 0) return;
        asked_ = true;
        g_dbus_proxy_call_with_unix_fd_list(
            logind, "Inhibit",
            g_variant_new("(ssss)", "sleep:shutdown", "Cloud Folder Sync", "A sync is being ended",
                          "delay"),
            G_DBUS_CALL_FLAGS_NONE, -1, nullptr, pending_, on_reply, this);
    }

    void end() {
        if (descriptor_ >= 0) close(descriptor_);
        descriptor_ = -1;
    }

  private:
    // After a cancellation the object is gone.
    static void on_reply(GObject* proxy, GAsyncResult* result, gpointer data) {
        GUnixFDList* list = nullptr;
        GError* error = nullptr;
        auto* reply =
            g_dbus_proxy_call_with_unix_fd_list_finish(G_DBUS_PROXY(proxy), &list, result, &error);
        const bool cancelled = g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
        g_clear_error(&error);
        if (!cancelled) static_cast<EndDelay*>(data)->take(list);
        if (reply) g_variant_unref(reply);
        if (list) g_object_unref(list);
    }

    void take(GUnixFDList* list) {
        asked_ = false;
        if (list) descriptor_ = g_unix_fd_list_get(list, 0, nullptr);
    }

    GCancellable* pending_ = g_cancellable_new();
    int descriptor_ = -1;
    bool asked_ = false;
};

class BusWatch : public SystemWatch {
  public:
    explicit BusWatch(SystemEvents events) : events_(std::move(events)) {}

  private:
    void tell_supply() {
        const auto metered = network_.number("Metered");
        const Supply supply{power_.boolean("OnBattery"),
                            metered == kMetered || metered == kPerhapsMetered};
        if (supply == told_) return;
        told_ = supply;
        events_.supply_changed(supply);
    }

    void take_signal(const std::string& name, GVariant* arguments) {
        if (name != "PrepareForSleep" && name != "PrepareForShutdown") return;
        gboolean begins = FALSE;
        g_variant_get(arguments, "(b)", &begins);
        if (!begins) {  // it is over, or was called off
            delay_->begin(login_.proxy());
            return events_.woken();
        }
        events_.sleeping([delay = std::weak_ptr(delay_)] {
            if (const auto held = delay.lock()) held->end();
        });
    }

    SystemEvents events_;
    Supply told_;
    std::shared_ptr<EndDelay> delay_ = std::make_shared<EndDelay>();
    BusObject power_{"org.freedesktop.UPower", "/org/freedesktop/UPower", "org.freedesktop.UPower",
                     [this] { tell_supply(); }};
    BusObject network_{"org.freedesktop.NetworkManager", "/org/freedesktop/NetworkManager",
                       "org.freedesktop.NetworkManager", [this] { tell_supply(); }};
    BusObject login_{
        "org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager",
        [this] { delay_->begin(login_.proxy()); },
        [this](const std::string& name, GVariant* arguments) { take_signal(name, arguments); }};
};

}  // namespace

std::unique_ptr<SystemWatch> watch_system(SystemEvents events) {
    return std::make_unique<BusWatch>(std::move(events));
}

}  // namespace cfs
