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

// An object of ours that others on the bus call and read while it lives; `bus` must outlive it.
class OwnObject {
  public:
    // Get floating variants back: the reply (null: an empty one), and the property's value.
    using Answer = std::function<GVariant*(const std::string& method, GVariant* arguments)>;
    using Property = std::function<GVariant*(const std::string& name)>;
    // It has the first interface of the introspection's XML.
    OwnObject(GDBusConnection* bus, const char* path, const char* xml, Answer answer,
              Property property);
    ~OwnObject();
    OwnObject(const OwnObject&) = delete;
    OwnObject& operator=(const OwnObject&) = delete;

    void emit(const char* signal, GVariant* arguments = nullptr) const;

  private:
    static void on_call(GDBusConnection*, const char*, const char*, const char*, const char* method,
                        GVariant* arguments, GDBusMethodInvocation* invocation, gpointer self);
    static GVariant* on_get(GDBusConnection*, const char*, const char*, const char*,
                            const char* property, GError**, gpointer self);

    GDBusConnection* bus_;
    std::string path_, interface_;
    Answer answer_;
    Property property_;
    guint id_ = 0;
};

}  // namespace cfs
