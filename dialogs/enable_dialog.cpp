#include "dialogs/enable_dialog.h"

#include <wx/activityindicator.h>
#include <wx/button.h>
#include <wx/choice.h>
#include <wx/intl.h>
#include <wx/panel.h>
#include <wx/radiobut.h>
#include <wx/sizer.h>
#include <wx/textctrl.h>

#include <algorithm>

#include "dialogs/accessible.h"
#include "dialogs/background.h"
#include "dialogs/error_text.h"
#include "dialogs/fault_text.h"
#include "dialogs/path_field.h"
#include "dialogs/wx_text.h"

namespace cfs {
namespace {

const std::string kSqlite = "sqlite3://";

wxStaticText* add_labelled(wxWindow* parent, wxSizer* row, const wxString& label,
                           wxWindow* control) {
    auto* text = new wxStaticText(parent, wxID_ANY, label);
    text->MoveBeforeInTabOrder(control);
    set_label_for(*text, *control);
    row->Add(text, wxSizerFlags().CenterVertical().Border(wxRIGHT));
    row->Add(control, wxSizerFlags(1).CenterVertical());
    return text;
}

void align(const std::vector<wxStaticText*>& labels) {
    int widest = 0;
    for (const auto* label : labels) widest = std::max(widest, label->GetBestSize().GetWidth());
    for (auto* label : labels) label->SetMinSize(wxSize(widest, -1));
}

}  // namespace

EnableDialog::EnableDialog(wxWindow* parent, SyncService& service, Background& background)
    : wxDialog(parent, wxID_ANY, _("Enable a Database")),
      service_(service),
      background_(background) {
    form_ = new wxPanel(this);
    auto* column = new wxBoxSizer(wxVERTICAL);
    const auto row = wxSizerFlags().Expand().Border(wxBOTTOM);
    database_ =
        new PathField(form_, PathField::Kind::file, _("&Database file:"),
                      _("SQLite databases") + "|*.sqlite;*.sqlite3;*.db|" + _("All files") + "|*");
    column->Add(database_, row);
    column->Add(make_site_row(), row);
    column->Add(site_fault_ = new FaultText(form_), row);
    column->Add(make_mapping_row(), row);
    mapping_file_ = new PathField(form_, PathField::Kind::file, _("&Mapping file:"),
                                  _("Mappings") + "|*.xml|" + _("All files") + "|*");
    column->Add(mapping_file_, row);
    column->Add(mapping_fault_ = new FaultText(form_), row);
    add_folder_choice(column);
    for (const auto* field : {database_, mapping_file_, folder_}) labels_.push_back(field->label());
    align(labels_);
    form_->SetSizer(column);
    auto* all = new wxBoxSizer(wxVERTICAL);
    all->Add(form_, wxSizerFlags().Expand().DoubleBorder());
    all->Add(fault_ = new FaultText(this), wxSizerFlags().DoubleBorder(wxLEFT | wxRIGHT));
    all->Add(make_buttons(), wxSizerFlags().Expand().DoubleBorder());
    mapping_file_->Hide();
    SetSizerAndFit(all);
    Bind(
        wxEVT_BUTTON, [this](wxCommandEvent&) { start(); }, wxID_OK);
    Bind(wxEVT_CLOSE_WINDOW, [this](wxCloseEvent& event) { event.Skip(form_->IsEnabled()); });
}

wxSizer* EnableDialog::make_site_row() {
    auto* row = new wxBoxSizer(wxHORIZONTAL);
    site_ = new wxTextCtrl(form_, wxID_ANY);
    site_->SetToolTip(_("How other sites will see where a change came from, for example West"));
    labels_.push_back(add_labelled(form_, row, _("&Name of this site:"), site_));
    return row;
}

wxSizer* EnableDialog::make_mapping_row() {
    auto* row = new wxBoxSizer(wxHORIZONTAL);
    mapping_ = new wxChoice(form_, wxID_ANY);
    for (const auto& name : SyncService::shipped_mappings()) mapping_->Append(to_wx(name));
    mapping_->Append(_("From a file"));
    mapping_->SetSelection(0);
    mapping_->Bind(wxEVT_CHOICE, [this](wxCommandEvent&) {
        mapping_file_->Show(mapping_from_file());
        GetSizer()->SetSizeHints(this);
    });
    labels_.push_back(add_labelled(form_, row, _("Clinic &program:"), mapping_));
    return row;
}

void EnableDialog::add_folder_choice(wxSizer* column) {
    const auto row = wxSizerFlags().Expand().Border(wxBOTTOM);
    folder_ = new PathField(form_, PathField::Kind::folder, _("Sync &Folder:"));
    column->Add(folder_, row);
    join_ = new wxRadioButton(form_, wxID_ANY, _("&Join a sync folder that another site began"),
                              wxDefaultPosition, wxDefaultSize, wxRB_GROUP);
    begin_ = new wxRadioButton(form_, wxID_ANY, _("&Start a new sync folder"));
    begin_->SetToolTip(_("For the first site only: the folder must be empty."));
    column->Add(join_, row);
    column->Add(begin_, row);
}

wxSizer* EnableDialog::make_buttons() {
    auto* row = new wxBoxSizer(wxHORIZONTAL);
    activity_ = new wxActivityIndicator(this);
    activity_->Hide();
    auto* buttons = CreateStdDialogButtonSizer(wxOK | wxCANCEL);
    FindWindow(wxID_OK)->SetLabel(_("&Enable"));
    row->Add(activity_, wxSizerFlags().CenterVertical());
    row->Add(buttons, wxSizerFlags(1));
    return row;
}

bool EnableDialog::mapping_from_file() const {
    return mapping_->GetSelection() == static_cast<int>(mapping_->GetCount()) - 1;
}

EnableRequest EnableDialog::entered() const {
    EnableRequest request;
    request.connection = kSqlite + database_->path();
    request.site = to_utf8(site_->GetValue().Strip(wxString::both));
    request.folder = folder_->path();
    request.mapping =
        mapping_from_file() ? mapping_file_->path() : to_utf8(mapping_->GetStringSelection());
    return request;
}

bool EnableDialog::check(const EnableRequest& request) {
    clear_faults();
    if (request.folder.empty()) folder_->show_fault(_("Please choose the sync folder."));
    if (request.mapping.empty()) mapping_file_->show_fault(_("Please choose the mapping's file."));
    if (request.site.empty()) {
        site_fault_->show(_("Please give this site a name."));
        site_->SetFocus();
    }
    if (database_->path().empty()) database_->show_fault(_("Please choose the database's file."));
    return !request.folder.empty() && !request.mapping.empty() && !request.site.empty() &&
           !database_->path().empty();
}

void EnableDialog::clear_faults() {
    for (auto* field : {database_, mapping_file_, folder_}) field->show_fault({});
    for (auto* text : {site_fault_, mapping_fault_, fault_}) text->clear();
}

void EnableDialog::start() {
    request_ = entered();
    if (!check(request_)) return;
    set_busy(true);
    const auto begun = std::make_shared<bool>(false);
    background_.run(
        [service = &service_, request = request_, begin = begin_->GetValue(), begun] {
            if (begin) service->init_folder(request.folder, request.mapping);
            *begun = begin;
            service->enable(request);
        },
        [this, begun, alive = std::weak_ptr(alive_)](const std::exception_ptr& error) {
            if (alive.expired()) return;
            // The folder stays begun where only the database was refused.
            if (*begun) join_->SetValue(true);
            ended(error);
        });
}

void EnableDialog::ended(const std::exception_ptr& error) {
    set_busy(false);
    if (!error) return EndModal(wxID_OK);
    show_fault(error);
}

void EnableDialog::show_fault(const std::exception_ptr& error) {
    const auto text = describe(error);
    switch (field_of(error)) {
        case ErrorField::database:
            return database_->show_fault(text.sentence);
        case ErrorField::folder:
            return folder_->show_fault(text.sentence);
        case ErrorField::mapping:
            return mapping_fault_->show(text.sentence);
        case ErrorField::other:
            return fault_->show(text.heading + ": " + text.sentence);
    }
}

void EnableDialog::set_busy(bool busy) {
    form_->Enable(!busy);
    for (const int button : {wxID_OK, wxID_CANCEL}) FindWindow(button)->Enable(!busy);
    activity_->Show(busy);
    if (busy) activity_->Start();
    if (!busy) activity_->Stop();
    Layout();
}

}  // namespace cfs
