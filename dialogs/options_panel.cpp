#include "dialogs/options_panel.h"

#include <wx/checkbox.h>
#include <wx/intl.h>
#include <wx/sizer.h>
#include <wx/spinctrl.h>
#include <wx/stattext.h>

#include "dialogs/accessible.h"
#include "dialogs/path_field.h"

namespace cfs {
namespace {

constexpr int kLongestInterval = 1440;

}  // namespace

OptionsPanel::OptionsPanel(wxWindow* parent) : wxPanel(parent) {
    auto* column = new wxBoxSizer(wxVERTICAL);
    folder_ = new PathField(this, PathField::Kind::folder, _("Sync &Folder:"));
    column->Add(folder_, wxSizerFlags().Expand().Border(wxBOTTOM));
    use_logs_ = add_check(column, _("Use &logs for faster sync"),
                          _("A sync opens only the files that other sites announced as changed."));
    delete_conflicts_ =
        add_check(column, _("Automatically &delete conflicts"),
                  _("Conflict copies are always imported; with this on they are deleted once "
                    "that is safe."));
    column->Add(make_schedule_row(), wxSizerFlags().Border(wxBOTTOM));
    SetSizer(column);
}

wxCheckBox* OptionsPanel::add_check(wxSizer* sizer, const wxString& label, const wxString& help) {
    auto* check = new wxCheckBox(this, wxID_ANY, label);
    check->SetToolTip(help);
    sizer->Add(check, wxSizerFlags().Border(wxBOTTOM));
    return check;
}

wxSizer* OptionsPanel::make_schedule_row() {
    auto* row = new wxBoxSizer(wxHORIZONTAL);
    auto_sync_ = new wxCheckBox(this, wxID_ANY, _("&Automatically sync when app is running"));
    auto* every = new wxStaticText(this, wxID_ANY, _("&every"));
    minutes_ = new wxSpinCtrl(this, wxID_ANY);
    minutes_->SetRange(1, kLongestInterval);
    auto* unit = new wxStaticText(this, wxID_ANY, _("minutes"));
    set_label_for(*every, *minutes_);
    set_accessible_name(*minutes_, _("Minutes between syncs"));
    auto_sync_->Bind(wxEVT_CHECKBOX,
                     [this](wxCommandEvent& event) { minutes_->Enable(event.IsChecked()); });
    for (wxWindow* control : {static_cast<wxWindow*>(auto_sync_), static_cast<wxWindow*>(every),
                              static_cast<wxWindow*>(minutes_), static_cast<wxWindow*>(unit)}) {
        row->Add(control, wxSizerFlags().CenterVertical().Border(wxRIGHT));
    }
    return row;
}

void OptionsPanel::hide_folder() { folder_->Hide(); }

void OptionsPanel::set(const std::string& folder, const SyncOptions& options) {
    folder_->set_path(folder);
    folder_->show_fault({});
    use_logs_->SetValue(options.use_logs);
    delete_conflicts_->SetValue(options.delete_conflicts);
    auto_sync_->SetValue(options.auto_sync);
    minutes_->SetValue(static_cast<int>(options.interval.count()));
    minutes_->Enable(options.auto_sync);
}

std::string OptionsPanel::folder() const { return folder_->path(); }

SyncOptions OptionsPanel::options() const {
    SyncOptions options;
    options.use_logs = use_logs_->GetValue();
    options.delete_conflicts = delete_conflicts_->GetValue();
    options.auto_sync = auto_sync_->GetValue();
    options.interval = std::chrono::minutes{minutes_->GetValue()};
    return options;
}

void OptionsPanel::show_folder_fault(const wxString& sentence) { folder_->show_fault(sentence); }

}  // namespace cfs
