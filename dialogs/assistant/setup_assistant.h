// The set-up assistant: from a database that nobody shares to one that is synced with a folder, in
// five pages. Modeless; the window destroys itself at its end.
#pragma once

#include <wx/dialog.h>

#include <functional>
#include <string>
#include <vector>

#include "dialogs/assistant/assistant_page.h"
#include "dialogs/background.h"

class wxActivityIndicator;
class wxButton;
class wxSimplebook;
class wxStaticText;

namespace cfs {

struct AssistantActions {
    std::function<void()> settings_changed;
    // In the system's secret store; throws secret_store. Called in the background.
    std::function<void(const std::string& connection, const std::string& password)> keep_password;
};

class SetupAssistant : public wxDialog, private AssistantHost {
  public:
    SetupAssistant(SyncService& service, Background& background, AssistantActions actions);

    void stop();  // the program ends: a sync that runs here ends soon

  private:
    SyncService& service() override { return service_; }
    SetupChoices& choices() override { return choices_; }
    void run(std::function<void()> work, std::function<void(std::exception_ptr)> done,
             bool cancellable) override;
    void look(std::function<void()> work, std::function<void(std::exception_ptr)> done) override;
    void go_on() override;
    void buttons_changed() override;
    void settings_changed() override { actions_.settings_changed(); }
    void keep_password(const std::string& connection, const std::string& password) override {
        actions_.keep_password(connection, password);
    }

    void add_pages();
    wxSizer* make_heading();
    wxSizer* make_buttons();
    void show_page(std::size_t index);
    void cancel();
    void set_busy(bool busy, bool cancellable);
    [[nodiscard]] AssistantPage& page() { return *pages_[shown_]; }

    SyncService& service_;
    WindowWork background_;
    AssistantActions actions_;
    SetupChoices choices_;
    std::vector<AssistantPage*> pages_;
    std::size_t shown_ = 0;
    bool busy_ = false, cancellable_ = true;

    wxStaticText* title_ = nullptr;
    wxStaticText* step_ = nullptr;
    wxSimplebook* book_ = nullptr;
    wxActivityIndicator* activity_ = nullptr;
    wxButton* back_ = nullptr;
    wxButton* next_ = nullptr;
    wxButton* cancel_ = nullptr;
};

}  // namespace cfs
