// The lasting controls of one database, in the order of the help page: Sync Folder, Use logs for
// faster sync, Automatically delete conflicts, Automatically sync when app is running.
#pragma once

#include <wx/panel.h>

#include "core/engine/settings.h"

class wxCheckBox;
class wxSpinCtrl;

namespace cfs {

class PathField;

class OptionsPanel : public wxPanel {
  public:
    explicit OptionsPanel(wxWindow* parent);

    void hide_folder();  // where it was chosen elsewhere
    void set(const std::string& folder, const SyncOptions& options);
    [[nodiscard]] std::string folder() const;
    [[nodiscard]] SyncOptions options() const;
    void show_folder_fault(const wxString& sentence);

  private:
    wxCheckBox* add_check(wxSizer* sizer, const wxString& label, const wxString& help);
    wxSizer* make_schedule_row();

    PathField* folder_ = nullptr;
    wxCheckBox* use_logs_ = nullptr;
    wxCheckBox* delete_conflicts_ = nullptr;
    wxCheckBox* auto_sync_ = nullptr;
    wxSpinCtrl* minutes_ = nullptr;
};

}  // namespace cfs
