// The preferences: the six controls of the help page, then the database with Enable and Disable.
// Nothing is saved before it was checked; a fault is shown as a sentence at its field. Modeless:
// OK and Cancel destroy the window.
#pragma once

#include <wx/dialog.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/engine/settings.h"

class wxButton;
class wxChoice;
class wxStaticText;

namespace cfs {

class Background;
class FaultText;
class OptionsPanel;
class SyncService;

struct PreferencesActions {
    std::function<void()> settings_changed;
    std::function<void()> sync_now;
    std::function<void()> latest_logs;
};

class PreferencesDialog : public wxDialog {
  public:
    PreferencesDialog(SyncService& service, Background& background, PreferencesActions actions);

  private:
    wxSizer* make_choice_row();
    wxSizer* make_action_row();
    wxSizer* make_database_box();
    wxButton* add_button(wxSizer* row, const wxString& label, std::function<void()> action);

    void load(const std::string& selected);
    void select(std::size_t index);
    void keep_draft();  // the controls' values into the draft of the selected database
    void update_controls();

    bool save();  // false: a fault is shown
    bool save_one(std::size_t index);
    void show_fault(const std::exception_ptr& error);
    void clear_faults();
    void sync_now();
    void enable_database();
    void disable_database();
    void disabled(const std::exception_ptr& error);
    void set_busy(bool busy, const wxString& note = {});

    SyncService& service_;
    Background& background_;
    PreferencesActions actions_;
    std::vector<DatabaseSettings> saved_, drafts_;
    std::size_t selected_ = 0;
    bool busy_ = false;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // work may outlive the window

    wxSizer* choice_row_ = nullptr;
    wxChoice* choice_ = nullptr;
    OptionsPanel* options_ = nullptr;
    wxStaticText* database_ = nullptr;
    FaultText* database_fault_ = nullptr;
    wxButton* sync_ = nullptr;
    wxButton* enable_ = nullptr;
    wxButton* disable_ = nullptr;
};

}  // namespace cfs
