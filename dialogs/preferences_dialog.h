// The preferences, in pages: the help page's controls, the databases, notifications, and what holds
// for the applet as a whole. Nothing is saved before it was checked; a fault is shown as a sentence
// at its field. Modeless: OK and Cancel destroy the window.
#pragma once

#include <wx/dialog.h>

#include <functional>
#include <string>

#include "core/engine/settings.h"

class wxNotebook;

namespace cfs {

class Background;
class DatabasesPage;
class GeneralPage;
class NotificationsPage;
class PreferencesPage;
class SyncPage;
class SyncService;

struct PreferencesActions {
    std::function<void()> settings_changed;
    std::function<void(const std::string& connection)> sync_now;
    std::function<void()> latest_logs;
    std::function<void()> enable_database;  // calls reload() later
    // Keeps a server's password in the system's own store; on another thread, may throw.
    std::function<void(const std::string& connection, const std::string& password)> keep_password;
    std::function<bool()> starts_at_login;
    std::function<void(bool)> start_at_login;  // may throw
};

class PreferencesDialog : public wxDialog {
  public:
    PreferencesDialog(SyncService& service, Background& background, PreferencesActions actions);

    // Shows what the settings hold now; entries that were not saved are gone.
    void reload();

  private:
    void add_pages(Background& background);

    bool save();  // false: a fault is shown
    bool save_databases();
    bool save_general();
    bool save_login();
    // False, and the fault shown by `show` on `page`, where `work` throws.
    bool attempt(PreferencesPage& page, const std::function<void()>& work,
                 const std::function<void(const std::exception_ptr&)>& show);
    void turn_to(PreferencesPage& page);
    void clear_faults();
    void sync_now(const std::string& connection);

    SyncService& service_;
    PreferencesActions actions_;
    Settings saved_;
    bool starts_at_login_ = false;
    bool busy_ = false;

    wxNotebook* book_ = nullptr;
    SyncPage* sync_ = nullptr;
    DatabasesPage* databases_ = nullptr;
    NotificationsPage* notifications_ = nullptr;
    GeneralPage* general_ = nullptr;
};

}  // namespace cfs
