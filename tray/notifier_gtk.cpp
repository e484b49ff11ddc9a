#include <wx/log.h>

#include <map>
#include <set>

#include "tray/notifier.h"
#include "tray/session_bus_gtk.h"

namespace cfs {
namespace {

constexpr const char* kName = "org.freedesktop.Notifications";
constexpr const char* kPath = "/org/freedesktop/Notifications";
constexpr const char* kDesktopEntry = "cloud-folder-sync";  // its file, without the suffix
constexpr int kTimeoutMs = 5'000;
constexpr int kServiceChooses = -1;  // how long a notice stays
constexpr guchar kNormal = 1, kCritical = 2;

using Abilities = std::set<std::string>;

Abilities abilities_in(const Variant& reply) {
    Abilities result;
    if (!reply || !g_variant_is_of_type(reply.get(), G_VARIANT_TYPE("(as)"))) return result;
    const Variant list(g_variant_get_child_value(reply.get(), 0));
    for (gsize i = 0; i < g_variant_n_children(list.get()); ++i) {
        const char* ability = nullptr;
        g_variant_get_child(list.get(), i, "&s", &ability);
        result.insert(ability);
    }
    return result;
}

std::string escaped(const std::string& text) {
    const std::unique_ptr<char, decltype(&g_free)> markup(g_markup_escape_text(text.c_str(), -1),
                                                          g_free);
    return markup.get();
}

// What the service is to say, as Notify takes it; `replaces` is 0 for a new notice.
GVariant* arguments_of(const Notice& notice, guint32 replaces, const Abilities& abilities) {
    const auto body = notice.text.body.utf8_string();
    GVariantBuilder actions, hints;
    g_variant_builder_init(&actions, G_VARIANT_TYPE("as"));
    if (abilities.contains("actions")) {
        for (const char* key : {"default", "open"}) {
            g_variant_builder_add(&actions, "s", key);
            g_variant_builder_add(&actions, "s", notice.button.utf8_string().c_str());
        }
    }
    g_variant_builder_init(&hints, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add(&hints, "{sv}", "urgency",
                          g_variant_new_byte(notice.urgent ? kCritical : kNormal));
    g_variant_builder_add(&hints, "{sv}", "desktop-entry", g_variant_new_string(kDesktopEntry));
    return g_variant_new("(susssasa{sv}i)", "Cloud Folder Sync", replaces, kDesktopEntry,
                         notice.text.title.utf8_string().c_str(),
                         (abilities.contains("body-markup") ? escaped(body) : body).c_str(),
                         &actions, &hints, kServiceChooses);
}

// Waits for no answer: a service that hangs must not hang the windows.
class BusNotifier : public Notifier {
  public:
    explicit BusNotifier(CommandHandler handler) : handler_(std::move(handler)) {
        with_session_bus([this, alive = std::weak_ptr(alive_)](Bus bus) {
            if (!alive.expired()) take_bus(std::move(bus));
        });
    }

    void show(const Notice& notice) override {
        if (!bus_) return not_shown(notice);
        ask("GetCapabilities", nullptr, [this, notice](const Variant& reply) {
            reply ? show_now(notice, abilities_in(reply)) : not_shown(notice);
        });
    }

  private:
    struct Shown {
        std::string matter;
        Command command;
    };

    void take_bus(Bus bus) {
        bus_ = std::move(bus);
        if (!bus_) return;
        signals_ = std::make_unique<SignalWatch>(
            bus_.get(), kName, kPath, kName,
            [this](const std::string& name, GVariant* arguments) { take(name, arguments); });
        // A new service counts anew: an old number might be another program's notice.
        watch_ = std::make_unique<NameWatch>(bus_.get(), kName,
                                             [this](const std::string&) { shown_.clear(); });
    }

    void ask(const char* method, GVariant* arguments, std::function<void(const Variant&)> done) {
        call(bus_.get(), {kName, kPath, kName, method, kTimeoutMs}, arguments,
             [alive = std::weak_ptr(alive_), done = std::move(done)](const Variant& reply) {
                 if (!alive.expired()) done(reply);
             });
    }

    void show_now(const Notice& notice, const Abilities& abilities) {
        ask("Notify", arguments_of(notice, number_of(notice.matter), abilities),
            [this, notice](const Variant& reply) {
                guint32 number = 0;
                if (!reply || !g_variant_is_of_type(reply.get(), G_VARIANT_TYPE("(u)"))) {
                    return not_shown(notice);
                }
                g_variant_get(reply.get(), "(u)", &number);
                shown_.erase(number_of(notice.matter));
                shown_[number] = {notice.matter, notice.command};
            });
    }

    static void not_shown(const Notice& notice) {
        wxLogMessage("no notification service shows: %s", notice.text.title);
    }

    [[nodiscard]] guint32 number_of(const std::string& matter) const {
        for (const auto& [number, shown] : shown_) {
            if (shown.matter == matter) return number;
        }
        return 0;
    }

    void take(const std::string& name, GVariant* arguments) {
        if (name != "ActionInvoked" && name != "NotificationClosed") return;
        guint32 number = 0;
        g_variant_get_child(arguments, 0, "u", &number);
        const auto found = shown_.find(number);
        if (found == shown_.end()) return;  // another program's
        if (name == "NotificationClosed") {
            shown_.erase(found);
            return;
        }
        handler_(found->second.command);
    }

    CommandHandler handler_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // answers outlive this
    Bus bus_;
    std::unique_ptr<SignalWatch> signals_;
    std::unique_ptr<NameWatch> watch_;
    std::map<guint32, Shown> shown_;  // by the service's number
};

}  // namespace

std::unique_ptr<Notifier> desktop_notifier(CommandHandler handler) {
    return std::make_unique<BusNotifier>(std::move(handler));
}

}  // namespace cfs
