// The enabled databases: which there are, Enable, Disable, and a server's password. What takes long
// runs in the background; while it does, nothing else can be begun.
#pragma once

#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "core/engine/settings.h"
#include "dialogs/background.h"
#include "dialogs/preferences_page.h"

class wxButton;

namespace cfs {

class FaultText;
class SyncService;
class TextTable;

class DatabasesPage : public PreferencesPage {
  public:
    struct Actions {
        std::function<bool()> save;  // what is entered elsewhere; false: a fault is shown there
        std::function<void()> enable;
        // Keeps a server's password in the system's own store; on another thread, may throw.
        std::function<void(const std::string& connection, const std::string& password)>
            keep_password;
        std::function<void(bool busy)> busy;
        std::function<void()> changed;  // a database is disabled
    };

    DatabasesPage(wxWindow* parent, SyncService& service, Background& background, Actions actions);

    void set(const std::vector<DatabaseSettings>& databases, const std::string& selected);
    void show_fault(const std::exception_ptr& error);
    void clear_faults();
    void focus_enable();

  private:
    void update_controls();
    [[nodiscard]] std::string selected() const;  // a connection; empty: none
    void disable();
    void change_password();
    // `work` on another thread, then `done` here unless it threw.
    void run(const wxString& note, std::function<void()> work, std::function<void()> done);
    void set_busy(bool busy, const wxString& note);

    SyncService& service_;
    WindowWork background_;
    Actions actions_;
    std::vector<DatabaseSettings> databases_;
    bool busy_ = false;

    wxStaticText* note_ = nullptr;
    TextTable* table_ = nullptr;
    FaultText* fault_ = nullptr;
    wxButton* enable_ = nullptr;
    wxButton* disable_ = nullptr;
    wxButton* password_ = nullptr;
};

}  // namespace cfs
