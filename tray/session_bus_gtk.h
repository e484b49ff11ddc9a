// The message bus of the desktop's session, asked without waiting. Used where GLib is.
#pragma once

#include <gio/gio.h>

#include <functional>
#include <memory>
#include <string>

namespace cfs {

struct VariantUnref {
    void operator()(GVariant* variant) const { g_variant_unref(variant); }
};
using Variant = std::unique_ptr<GVariant, VariantUnref>;

struct ObjectUnref {
    void operator()(gpointer object) const { g_object_unref(object); }
};
using Bus = std::unique_ptr<GDBusConnection, ObjectUnref>;

// `ready` gets the bus, or null where there is none, on the thread of the windows.
void with_session_bus(std::function<void(Bus)> ready);

struct BusMethod {
    const char *name, *path, *interface, *method;
    int timeout_ms;
};

// `done` gets the reply, or null for a failure, on the thread
// of the windows; it may be empty. `arguments` are taken over.
void call(GDBusConnection* bus, const BusMethod& method, GVariant* arguments,
          std::function<void(Variant)> done = {});

// Follows who owns a name while it lives; `changed` gets the owner's unique name, empty for none,
// first for the present state.
class NameWatch {
  public:
    NameWatch(GDBusConnection* bus, const char* name,
              std::function<void(const std::string&)> changed);
    ~NameWatch();
    NameWatch(const NameWatch&) = delete;
    NameWatch& operator=(const NameWatch&) = delete;

  private:
    std::function<void(const std::string&)> changed_;
    guint id_ = 0;
};

// Follows an object's signals while it lives; `bus` must outlive it.
class SignalWatch {
  public:
    // `signalled` gets the name and the arguments of each.
    using Signalled = std::function<void(const std::string& name, GVariant* arguments)>;
    SignalWatch(GDBusConnection* bus, const char* sender, const char* path, const char* interface,
                Signalled signalled);
    ~SignalWatch();
    SignalWatch(const SignalWatch&) = delete;
    SignalWatch& operator=(const SignalWatch&) = delete;

  private:
    GDBusConnection* bus_;
    Signalled signalled_;
    guint id_ = 0;
};

// The first interface of an introspection's XML, kept for ever.
[[nodiscard]] GDBusInterfaceInfo* interface_from(const char* xml);

}  // namespace cfs
