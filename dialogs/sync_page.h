// The help page's six controls together and in its order: Sync Folder, Use logs for faster sync,
// Automatically delete conflicts, Automatically sync when app is running, Sync Now, Latest Logs. Of
// several databases one is shown, the others' entries are kept meanwhile.
#pragma once

#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "core/engine/settings.h"
#include "dialogs/preferences_page.h"

class wxButton;
class wxStaticText;

namespace cfs {

class DatabaseChoice;
class FaultText;
class OptionsPanel;

class SyncPage : public PreferencesPage {
  public:
    // `sync_now` gets the connection of the database shown.
    SyncPage(wxWindow* parent, const std::function<void(const std::string& connection)>& sync_now,
             const std::function<void()>& latest_logs);

    void set(const std::vector<DatabaseSettings>& databases, const std::string& selected);
    [[nodiscard]] const std::vector<DatabaseSettings>& entered();
    void show(const std::string& connection);
    void show_fault(const std::exception_ptr& error);
    void clear_faults();
    void set_busy(bool busy);

  private:
    void select(std::size_t index);
    void keep_entries();  // the controls' values into those of the selected database
    void update_controls();

    std::vector<DatabaseSettings> databases_;
    std::size_t selected_ = 0;
    bool busy_ = false;

    DatabaseChoice* choice_ = nullptr;
    wxStaticText* none_ = nullptr;
    OptionsPanel* options_ = nullptr;
    FaultText* fault_ = nullptr;
    wxButton* sync_ = nullptr;
};

}  // namespace cfs
