// A service's object on the system bus: its properties and signals, asked for without waiting. A
// service that is missing or comes later is no error.
#pragma once

#include <gio/gio.h>

#include <functional>
#include <string>

#include "tray/session_bus_gtk.h"

namespace cfs {

class BusObject {
  public:
    // `changed` is called once the service answers and whenever a property changed or the service
    // went away; `signalled` with the name and the arguments of each signal.
    using Signalled = std::function<void(const std::string& name, GVariant* arguments)>;
    BusObject(const char* service, const char* path, const char* interface,
              std::function<void()> changed, Signalled signalled = {});
    ~BusObject();
    BusObject(const BusObject&) = delete;
    BusObject& operator=(const BusObject&) = delete;

    // Zero or false where it is unknown.
    [[nodiscard]] bool boolean(const char* property) const;
    [[nodiscard]] unsigned number(const char* property) const;

    [[nodiscard]] GDBusProxy* proxy() const { return proxy_; }  // null until the bus answered

  private:
    // Null where it is unknown or of another type.
    [[nodiscard]] Variant cached(const char* property, const GVariantType* type) const;
    static void on_ready(GObject* source, GAsyncResult* result, gpointer self);
    static void on_properties(BusObject* self);
    static void on_signal(GDBusProxy* proxy, const char* sender, const char* name,
                          GVariant* arguments, gpointer self);

    std::function<void()> changed_;
    Signalled signalled_;
    GCancellable* pending_;
    GDBusProxy* proxy_ = nullptr;
};

}  // namespace cfs
