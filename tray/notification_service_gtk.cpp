#include <gio/gio.h>

#include <memory>
#include <string_view>

#include "tray/notification_service.h"

namespace cfs {
namespace {

using Answer = std::function<void(NotificationService)>;

constexpr int kTimeoutMs = 2'000;

NotificationService service_from(GVariant* reply) {
    if (!reply) return NotificationService::missing;
    auto result = NotificationService::plain_text;
    GVariantIter* capabilities = nullptr;
    g_variant_get(reply, "(as)", &capabilities);
    const char* capability = nullptr;
    while (g_variant_iter_next(capabilities, "&s", &capability)) {
        if (std::string_view(capability) == "body-markup") {
            result = NotificationService::reads_markup;
        }
    }
    g_variant_iter_free(capabilities);
    return result;
}

void on_reply(GObject* bus, GAsyncResult* result, gpointer data) {
    const std::unique_ptr<Answer> answer(static_cast<Answer*>(data));
    GVariant* reply = g_dbus_connection_call_finish(G_DBUS_CONNECTION(bus), result, nullptr);
    const auto service = service_from(reply);
    if (reply) g_variant_unref(reply);
    (*answer)(service);
}

void on_bus(GObject*, GAsyncResult* result, gpointer data) {
    GDBusConnection* bus = g_bus_get_finish(result, nullptr);
    if (!bus) {
        const std::unique_ptr<Answer> answer(static_cast<Answer*>(data));
        return (*answer)(NotificationService::missing);
    }
    // A session that ends must not take the program down in the middle of a sync.
    g_dbus_connection_set_exit_on_close(bus, FALSE);
    g_dbus_connection_call(bus, "org.freedesktop.Notifications", "/org/freedesktop/Notifications",
                           "org.freedesktop.Notifications", "GetCapabilities", nullptr,
                           G_VARIANT_TYPE("(as)"), G_DBUS_CALL_FLAGS_NONE, kTimeoutMs, nullptr,
                           on_reply, data);
    g_object_unref(bus);
}

}  // namespace

void ask_notification_service(std::function<void(NotificationService)> answer) {
    g_bus_get(G_BUS_TYPE_SESSION, nullptr, on_bus, new Answer(std::move(answer)));
}

}  // namespace cfs
