#include "tray/single_instance.h"

#include <wx/filefn.h>
#include <wx/ipc.h>
#include <wx/utils.h>

#include <cstdint>

#include "dialogs/wx_text.h"
#include "tray/instance_address.h"

namespace cfs {
namespace {

const wxString kTopic = "command";
constexpr int kTries = 20;
constexpr unsigned kPauseMs = 100;

// FNV-1a: the same for every build of the program, which std::hash need not be.
std::string key_of(const std::string& text) {
    std::uint64_t hash = 14695981039346656037U;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
    return wxString::Format("%016llx", static_cast<unsigned long long>(hash)).ToStdString();
}

class Connection : public wxConnection {
  public:
    explicit Connection(CommandHandler handler) : handler_(std::move(handler)) {}

    bool OnExec(const wxString&, const wxString& data) override {
        const auto action = action_from(to_utf8(data));
        if (!action) return false;
        handler_({*action, {}});
        return true;
    }

  private:
    CommandHandler handler_;
};

bool try_forward(const wxString& address, Action action) {
    wxClient client;
    const std::unique_ptr<wxConnectionBase> connection(
        client.MakeConnection("localhost", address, kTopic));
    if (!connection) return false;
    const auto word = name_of(action);
    const bool taken = connection->Execute(to_wx(word));
    connection->Disconnect();
    return taken;
}

}  // namespace

class InstanceServer : public wxServer {
  public:
    explicit InstanceServer(CommandHandler handler) : handler_(std::move(handler)) {}

    wxConnectionBase* OnAcceptConnection(const wxString& topic) override {
        return topic == kTopic ? new Connection(handler_) : nullptr;
    }

  private:
    CommandHandler handler_;
};

SingleInstance::SingleInstance(const std::string& state_folder) {
    const auto address = instance_address(key_of(state_folder), state_folder);
    address_ = address.service;
    checker_.Create(to_wx(address.lock_name), to_wx(address.lock_folder));
}

SingleInstance::~SingleInstance() = default;

bool SingleInstance::is_first() { return !checker_.IsAnotherRunning(); }

// The first instance may have its lock and not yet its server.
bool SingleInstance::forward(Action action) {
    for (int i = 0; i < kTries; ++i) {
        if (try_forward(to_wx(address_), action)) return true;
        wxMilliSleep(kPauseMs);
    }
    return false;
}

void SingleInstance::serve(CommandHandler handler) {
    const auto address = to_wx(address_);
    if (wxFileExists(address)) wxRemoveFile(address);  // left behind by one that was killed
    server_ = std::make_unique<InstanceServer>(std::move(handler));
    server_->Create(address);
}

}  // namespace cfs
