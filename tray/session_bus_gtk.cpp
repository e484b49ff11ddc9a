#include "tray/session_bus_gtk.h"

namespace cfs {
namespace {

using Ready = std::function<void(Bus)>;
using Done = std::function<void(Variant)>;

void on_bus(GObject*, GAsyncResult* result, gpointer data) {
    const std::unique_ptr<Ready> ready(static_cast<Ready*>(data));
    Bus bus(g_bus_get_finish(result, nullptr));
    // A session that ends must not take the program down in the middle of a sync.
    if (bus) g_dbus_connection_set_exit_on_close(bus.get(), FALSE);
    (*ready)(std::move(bus));
}

void on_reply(GObject* bus, GAsyncResult* result, gpointer data) {
    const std::unique_ptr<Done> done(static_cast<Done*>(data));
    Variant reply(g_dbus_connection_call_finish(G_DBUS_CONNECTION(bus), result, nullptr));
    if (*done) (*done)(std::move(reply));
}

}  // namespace

void with_session_bus(std::function<void(Bus)> ready) {
    g_bus_get(G_BUS_TYPE_SESSION, nullptr, on_bus, new Ready(std::move(ready)));
}

void call(GDBusConnection* bus, const BusMethod& method, GVariant* arguments,
          std::function<void(Variant)> done) {
    g_dbus_connection_call(bus, method.name, method.path, method.interface, method.method,
                           arguments, nullptr, G_DBUS_CALL_FLAGS_NONE, method.timeout_ms, nullptr,
                           on_reply, new Done(std::move(done)));
}

NameWatch::NameWatch(GDBusConnection* bus, const char* name,
                     std::function<void(const std::string&)> changed)
    : changed_(std::move(changed)) {
    id_ = g_bus_watch_name_on_connection(
        bus, name, G_BUS_NAME_WATCHER_FLAGS_NONE,
        [](GDBusConnection*, const char*, const char* owner, gpointer self) {
            static_cast<NameWatch*>(self)->changed_(owner);
        },
        [](GDBusConnection*, const char*, gpointer self) {
            static_cast<NameWatch*>(self)->changed_({});
        },
        this, nullptr);
}

NameWatch::~NameWatch() { g_bus_unwatch_name(id_); }

SignalWatch::SignalWatch(GDBusConnection* bus, const char* sender, const char* path,
                         const char* interface, Signalled signalled)
    : bus_(bus), signalled_(std::move(signalled)) {
    id_ = g_dbus_connection_signal_subscribe(
        bus, sender, interface, nullptr, path, nullptr, G_DBUS_SIGNAL_FLAGS_NONE,
        [](GDBusConnection*, const char*, const char*, const char*, const char* name,
           GVariant* arguments,
           gpointer self) { static_cast<SignalWatch*>(self)->signalled_(name, arguments); },
        this, nullptr);
}

SignalWatch::~SignalWatch() { g_dbus_connection_signal_unsubscribe(bus_, id_); }

OwnObject::OwnObject(GDBusConnection* bus, const char* path, const char* xml, Answer answer,
                     Property property)
    : bus_(bus), path_(path), answer_(std::move(answer)), property_(std::move(property)) {
    static const GDBusInterfaceVTable table = {on_call, on_get, nullptr, {}};
    auto* node = g_dbus_node_info_new_for_xml(xml, nullptr);
    auto* interface = node->interfaces[0];
    interface_ = interface->name;
    id_ = g_dbus_connection_register_object(bus_, path, interface, &table, this, nullptr, nullptr);
    g_dbus_node_info_unref(node);
}

OwnObject::~OwnObject() {
    if (id_ != 0) g_dbus_connection_unregister_object(bus_, id_);
}

void OwnObject::emit(const char* signal, GVariant* arguments) const {
    g_dbus_connection_emit_signal(bus_, nullptr, path_.c_str(), interface_.c_str(), signal,
                                  arguments, nullptr);
}

void OwnObject::on_call(GDBusConnection*, const char*, const char*, const char*, const char* method,
                        GVariant* arguments, GDBusMethodInvocation* invocation, gpointer self) {
    g_dbus_method_invocation_return_value(
        invocation, static_cast<OwnObject*>(self)->answer_(method, arguments));
}

GVariant* OwnObject::on_get(GDBusConnection*, const char*, const char*, const char*,
                            const char* property, GError**, gpointer self) {
    return static_cast<OwnObject*>(self)->property_(property);
}

}  // namespace cfs
