#include <string>
#include <vector>

#include "tray/session_bus_gtk.h"
#include "tray/session_client.h"

namespace cfs {
namespace {

constexpr const char* kProgram = "cloud-folder-sync";
constexpr int kTimeoutMs = 5'000;

struct SessionManager {
    const char *name, *path, *interface, *client_interface;
};

// The first is also that of MATE and Cinnamon.
constexpr SessionManager kManagers[] = {
    {"org.gnome.SessionManager", "/org/gnome/SessionManager", "org.gnome.SessionManager",
     "org.gnome.SessionManager.ClientPrivate"},
    {"org.xfce.SessionManager", "/org/xfce/SessionManager", "org.xfce.Session.Manager",
     "org.xfce.Session.Client"},
};

// wxGTK does not do this, other than programs that are a GtkApplication.
class BusClient : public SessionClient {
  public:
    explicit BusClient(std::function<void()> end) : end_(std::move(end)) {
        with_session_bus([this, alive = std::weak_ptr(alive_)](Bus bus) {
            if (!alive.expired() && bus) take_bus(std::move(bus));
        });
    }

    ~BusClient() override {
        if (!awaited_) return;
        respond();
        g_dbus_connection_flush_sync(bus_.get(), nullptr, nullptr);
    }

  private:
    void take_bus(Bus bus) {
        bus_ = std::move(bus);
        for (const auto& manager : kManagers) {
            watches_.push_back(std::make_unique<NameWatch>(
                bus_.get(), manager.name, [this, &manager](const std::string& owner) {
                    if (!owner.empty()) join(manager);
                }));
        }
    }

    // Anew where the manager was started anew.
    void join(const SessionManager& manager) {
        if (manager_ && manager_ != &manager) return;
        call(bus_.get(),
             {manager.name, manager.path, manager.interface, "RegisterClient", kTimeoutMs},
             g_variant_new("(ss)", kProgram, ""),
             [this, &manager, alive = std::weak_ptr(alive_)](const Variant& reply) {
                 if (!alive.expired() && reply) joined(manager, reply.get());
             });
    }

    void joined(const SessionManager& manager, GVariant* reply) {
        if (!g_variant_is_of_type(reply, G_VARIANT_TYPE("(o)"))) return;
        const char* path = nullptr;
        g_variant_get(reply, "(&o)", &path);
        manager_ = &manager;
        path_ = path;
        signals_ = std::make_unique<SignalWatch>(
            bus_.get(), manager.name, path, manager.client_interface,
            [this](const std::string& name, GVariant*) { take(name); });
    }

    void take(const std::string& name) {
        if (name == "QueryEndSession") return respond();  // nothing speaks against it
        if (name != "EndSession" && name != "Stop") return;
        awaited_ = awaited_ || name == "EndSession";
        end_();
    }

    void respond() {
        call(bus_.get(),
             {manager_->name, path_.c_str(), manager_->client_interface, "EndSessionResponse",
              kTimeoutMs},
             g_variant_new("(bs)", TRUE, ""));
    }

    std::function<void()> end_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // answers outlive this
    Bus bus_;
    std::vector<std::unique_ptr<NameWatch>> watches_;
    std::unique_ptr<SignalWatch> signals_;
    const SessionManager* manager_ = nullptr;
    std::string path_;      // of this client, as the manager knows it
    bool awaited_ = false;  // the session waits for the program's end
};

}  // namespace

std::unique_ptr<SessionClient> join_session(std::function<void()> end) {
    return std::make_unique<BusClient>(std::move(end));
}

}  // namespace cfs
