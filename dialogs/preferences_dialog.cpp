#include "dialogs/preferences_dialog.h"

#include <wx/button.h>
#include <wx/choice.h>
#include <wx/intl.h>
#include <wx/msgdlg.h>
#include <wx/sizer.h>
#include <wx/statbox.h>
#include <wx/statline.h>

#include <algorithm>

#include "core/engine/sync_service.h"
#include "dialogs/accessible.h"
#include "dialogs/background.h"
#include "dialogs/enable_dialog.h"
#include "dialogs/error_text.h"
#include "dialogs/fault_text.h"
#include "dialogs/icons.h"
#include "dialogs/options_panel.h"
#include "dialogs/wx_text.h"

namespace cfs {
namespace {

wxString database_text(const DatabaseSettings& settings) {
    wxString place = to_wx(settings.connection);
    place.StartsWith("sqlite3://", &place);
    return wxString::Format(_("Database: %s\nEnabled as \"%s\", mapping \"%s\"."), place,
                            to_wx(settings.site), to_wx(settings.mapping));
}

void throw_if_failed(const SyncReport& report) {
    if (report.result == SyncResult::ok || report.result == SyncResult::attention) return;
    if (report.errors.empty()) throw Error(ErrorCode::internal, to_utf8(_("See the log.")));
    throw Error(report.errors.front().code, report.errors.front().sentence);
}

}  // namespace

PreferencesDialog::PreferencesDialog(SyncService& service, Background& background,
                                     PreferencesActions actions)
    : wxDialog(nullptr, wxID_ANY, _("Cloud Folder Sync Preferences")),
      service_(service),
      background_(background),
      actions_(std::move(actions)) {
    SetIcons(window_icons());
    auto* column = new wxBoxSizer(wxVERTICAL);
    const auto row = wxSizerFlags().Expand().DoubleBorder(wxLEFT | wxRIGHT | wxTOP);
    choice_row_ = make_choice_row();
    options_ = new OptionsPanel(this);
    column->Add(choice_row_, row);
    column->Add(options_, row);
    column->Add(make_action_row(), row);
    column->Add(make_database_box(), row);
    column->Add(CreateStdDialogButtonSizer(wxOK | wxCANCEL),
                wxSizerFlags().Expand().DoubleBorder());
    SetSizer(column);
    Bind(
        wxEVT_BUTTON,
        [this](wxCommandEvent&) {
            if (!busy_ && save()) Destroy();
        },
        wxID_OK);
    Bind(
        wxEVT_BUTTON, [this](wxCommandEvent&) { Destroy(); }, wxID_CANCEL);
    Bind(wxEVT_CLOSE_WINDOW, [this](wxCloseEvent&) { Destroy(); });
    load({});
}

wxSizer* PreferencesDialog::make_choice_row() {
    auto* row = new wxBoxSizer(wxHORIZONTAL);
    auto* label = new wxStaticText(this, wxID_ANY, _("Da&tabase:"));
    choice_ = new wxChoice(this, wxID_ANY);
    set_label_for(*label, *choice_);
    row->Add(label, wxSizerFlags().CenterVertical().Border(wxRIGHT));
    row->Add(choice_, wxSizerFlags(1).CenterVertical());
    choice_->Bind(wxEVT_CHOICE, [this](wxCommandEvent& event) {
        keep_draft();
        select(static_cast<std::size_t>(event.GetSelection()));
    });
    return row;
}

wxButton* PreferencesDialog::add_button(wxSizer* row, const wxString& label,
                                        std::function<void()> action) {
    auto* button = new wxButton(this, wxID_ANY, label);
    button->Bind(wxEVT_BUTTON, [action = std::move(action)](wxCommandEvent&) { action(); });
    row->Add(button, wxSizerFlags().Border(wxRIGHT));
    return button;
}

wxSizer* PreferencesDialog::make_action_row() {
    auto* row = new wxBoxSizer(wxHORIZONTAL);
    sync_ = add_button(row, _("&Sync Now"), [this] { sync_now(); });
    add_button(row, _("Latest Lo&gs..."), [this] { actions_.latest_logs(); });
    return row;
}

wxSizer* PreferencesDialog::make_database_box() {
    auto* column = new wxBoxSizer(wxVERTICAL);
    auto* buttons = new wxBoxSizer(wxHORIZONTAL);
    column->Add(new wxStaticLine(this), wxSizerFlags().Expand().Border(wxBOTTOM));
    database_ = new wxStaticText(this, wxID_ANY, {});
    database_fault_ = new FaultText(this);
    column->Add(database_, wxSizerFlags().Expand().Border(wxBOTTOM));
    column->Add(database_fault_, wxSizerFlags().Expand().Border(wxBOTTOM));
    enable_ = add_button(buttons, _("E&nable a Database..."), [this] { enable_database(); });
    disable_ = add_button(buttons, _("Disa&ble..."), [this] { disable_database(); });
    column->Add(buttons, wxSizerFlags().Expand());
    return column;
}

void PreferencesDialog::load(const std::string& selected) {
    clear_faults();
    try {
        saved_ = service_.settings().databases;
    } catch (...) {
        show_fault(std::current_exception());
    }
    drafts_ = saved_;
    choice_->Clear();
    for (const auto& draft : drafts_) choice_->Append(to_wx(draft.site));
    const auto found = std::find_if(drafts_.begin(), drafts_.end(), [&](const auto& draft) {
        return draft.connection == selected;
    });
    select(found == drafts_.end() ? 0 : static_cast<std::size_t>(found - drafts_.begin()));
}

void PreferencesDialog::select(std::size_t index) {
    selected_ = index;
    const bool any = index < drafts_.size();
    options_->set(any ? drafts_[index].folder : std::string(),
                  any ? drafts_[index].options : SyncOptions{});
    database_->SetLabelText(any ? database_text(drafts_[index])
                                : _("No database is enabled for multiple databases yet."));
    if (any) choice_->SetSelection(static_cast<int>(index));
    update_controls();
}

void PreferencesDialog::keep_draft() {
    if (selected_ >= drafts_.size()) return;
    drafts_[selected_].folder = options_->folder();
    drafts_[selected_].options = options_->options();
}

void PreferencesDialog::update_controls() {
    const bool any = selected_ < drafts_.size();
    choice_row_->ShowItems(drafts_.size() > 1);
    choice_->Enable(!busy_);
    options_->Enable(any && !busy_);
    sync_->Enable(any && !busy_);
    enable_->Enable(!busy_);
    disable_->Enable(any && !busy_);
    if (!any) enable_->SetFocus();
    Layout();
    Fit();
}

bool PreferencesDialog::save() {
    keep_draft();
    clear_faults();
    for (std::size_t i = 0; i < drafts_.size(); ++i) {
        if (!(drafts_[i] == saved_[i]) && !save_one(i)) return false;
    }
    return true;
}

bool PreferencesDialog::save_one(std::size_t index) {
    const auto& draft = drafts_[index];
    try {
        if (draft.folder.empty()) {
            throw Error(ErrorCode::folder_missing, to_utf8(_("Please choose the sync folder.")));
        }
        service_.check_folder(draft.connection, draft.folder);
        service_.change_options(draft.connection, draft.options, draft.folder);
    } catch (...) {
        if (index != selected_) select(index);
        show_fault(std::current_exception());
        return false;
    }
    saved_[index] = draft;
    actions_.settings_changed();
    return true;
}

void PreferencesDialog::show_fault(const std::exception_ptr& error) {
    const auto text = describe(error);
    const bool at_folder = field_of(error) == ErrorField::folder;
    if (at_folder) options_->show_folder_fault(text.sentence);
    if (!at_folder) database_fault_->show(text.heading + ": " + text.sentence);
}

void PreferencesDialog::clear_faults() {
    options_->show_folder_fault({});
    database_fault_->clear();
}

void PreferencesDialog::sync_now() {
    if (save()) actions_.sync_now();
}

void PreferencesDialog::enable_database() {
    if (!save()) return;
    EnableDialog dialog(this, service_, background_);
    if (dialog.ShowModal() != wxID_OK) return;
    actions_.settings_changed();
    load(dialog.connection());
}

void PreferencesDialog::disable_database() {
    const auto connection = drafts_[selected_].connection;
    wxMessageDialog question(
        this,
        _("What is not yet in the sync folder is published, then everything that was added to this "
          "database is removed. Its patients stay as they are, and so does the folder."),
        _("Disable this database?"), wxOK | wxCANCEL | wxCANCEL_DEFAULT | wxICON_QUESTION);
    question.SetOKLabel(_("&Disable"));
    if (question.ShowModal() != wxID_OK) return;
    set_busy(true, _("Disabling the database..."));
    background_.run(
        [service = &service_, connection] { throw_if_failed(service->disable(connection)); },
        [this, alive = std::weak_ptr(alive_)](const std::exception_ptr& error) {
            if (!alive.expired()) disabled(error);
        });
}

void PreferencesDialog::disabled(const std::exception_ptr& error) {
    set_busy(false);
    load({});
    actions_.settings_changed();
    if (error) show_fault(error);
}

void PreferencesDialog::set_busy(bool busy, const wxString& note) {
    busy_ = busy;
    if (!note.empty()) database_->SetLabelText(note);
    update_controls();
}

}  // namespace cfs
