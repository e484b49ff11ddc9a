#include "tray/bus_object_gtk.h"

namespace cfs {

BusObject::BusObject(const char* service, const char* path, const char* interface,
                     std::function<void()> changed, Signalled signalled)
    : changed_(std::move(changed)),
      signalled_(std::move(signalled)),
      pending_(g_cancellable_new()) {
    g_dbus_proxy_new_for_bus(G_BUS_TYPE_SYSTEM, G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START, nullptr,
                             service, path, interface, pending_, on_ready, this);
}

BusObject::~BusObject() {
    g_cancellable_cancel(pending_);
    g_object_unref(pending_);
    if (!proxy_) return;
    g_signal_handlers_disconnect_by_data(proxy_, this);
    g_object_unref(proxy_);
}

// After a cancellation the object is gone.
void BusObject::on_ready(GObject*, GAsyncResult* result, gpointer data) {
    GError* error = nullptr;
    auto* proxy = g_dbus_proxy_new_for_bus_finish(result, &error);
    const bool cancelled = g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_clear_error(&error);
    if (cancelled || !proxy) return;
    // A bus that ends must not take the program down in the middle of a sync.
    g_dbus_connection_set_exit_on_close(g_dbus_proxy_get_connection(proxy), FALSE);
    auto* self = static_cast<BusObject*>(data);
    self->proxy_ = proxy;
    g_signal_connect_swapped(proxy, "g-properties-changed", G_CALLBACK(on_properties), self);
    g_signal_connect_swapped(proxy, "notify::g-name-owner", G_CALLBACK(on_properties), self);
    g_signal_connect(proxy, "g-signal", G_CALLBACK(on_signal), self);
    self->changed_();
}

void BusObject::on_properties(BusObject* self) { self->changed_(); }

void BusObject::on_signal(GDBusProxy*, const char*, const char* name, GVariant* arguments,
                          gpointer self) {
    const auto& signalled = static_cast<BusObject*>(self)->signalled_;
    if (signalled) signalled(name, arguments);
}

Variant BusObject::cached(const char* property, const GVariantType* type) const {
    Variant value(proxy_ ? g_dbus_proxy_get_cached_property(proxy_, property) : nullptr);
    return value && g_variant_is_of_type(value.get(), type) ? std::move(value) : nullptr;
}

bool BusObject::boolean(const char* property) const {
    const auto value = cached(property, G_VARIANT_TYPE_BOOLEAN);
    return value && g_variant_get_boolean(value.get());
}

unsigned BusObject::number(const char* property) const {
    const auto value = cached(property, G_VARIANT_TYPE_UINT32);
    return value ? g_variant_get_uint32(value.get()) : 0;
}

}  // namespace cfs
