#include "dialogs/assistant/database_page.h"

#include <wx/button.h>
#include <wx/intl.h>
#include <wx/radiobut.h>
#include <wx/sizer.h>

#include "core/engine/sync_service.h"
#include "dialogs/assistant/server_fields.h"
#include "dialogs/assistant/setup_text.h"
#include "dialogs/error_text.h"
#include "dialogs/path_field.h"
#include "dialogs/wrapped_text.h"
#include "dialogs/wx_text.h"

namespace cfs {

DatabasePage::DatabasePage(wxWindow* book, AssistantHost& host)
    : AssistantPage(book, host, _("The clinic's database")) {
    auto* column = new wxBoxSizer(wxVERTICAL);
    const auto row = wxSizerFlags().Expand().Border(wxBOTTOM);
    add_intro(column,
              _("Which database does your clinic program keep its patients in? The people who "
                "set it up can tell you. Nothing is changed before the last step."));
    add_choice(column);
    file_ =
        new PathField(this, PathField::Kind::file, _("&Database file:"),
                      _("SQLite databases") + "|*.sqlite;*.sqlite3;*.db|" + _("All files") + "|*");
    server_ = new ServerFields(this);
    test_ = new wxButton(this, wxID_ANY, _("&Test Connection"));
    found_ = new WrappedText(this, kTextWidth);
    column->Add(file_, row);
    column->Add(server_, row);
    column->Add(test_, wxSizerFlags().Border(wxBOTTOM));
    column->Add(found_, row);
    SetSizer(column);
    test_->Bind(wxEVT_BUTTON, [this](wxCommandEvent&) { test({}); });
    for (wxWindow* fields : {static_cast<wxWindow*>(file_), static_cast<wxWindow*>(server_)}) {
        fields->Bind(wxEVT_TEXT, [this](wxCommandEvent&) { found_->clear(); });
    }
}

void DatabasePage::add_choice(wxSizer* column) {
    file_kind_ = new wxRadioButton(this, wxID_ANY, _("A &file on this computer (SQLite)"),
                                   wxDefaultPosition, wxDefaultSize, wxRB_GROUP);
    server_kind_ =
        new wxRadioButton(this, wxID_ANY, _("A database ser&ver (MariaDB, MySQL, PostgreSQL)"));
    for (auto* kind : {file_kind_, server_kind_}) {
        column->Add(kind, wxSizerFlags().Border(wxBOTTOM));
        kind->Bind(wxEVT_RADIOBUTTON, [this](wxCommandEvent&) { show_kind(); });
    }
}

void DatabasePage::enter() {
    show_kind();
    file_kind_->SetFocus();
}

void DatabasePage::show_kind() {
    file_->Show(file_kind_->GetValue());
    server_->Show(server_kind_->GetValue());
    test_->Show(server_kind_->GetValue());
    found_->clear();
    Layout();
}

std::string DatabasePage::connection() const {
    return file_kind_->GetValue() ? connection_to_file(file_->path())
                                  : connection_to_server(server_->address());
}

bool DatabasePage::check() {
    found_->clear();
    if (server_kind_->GetValue()) return server_->check();
    file_->show_fault(file_->path().empty() ? _("Please choose the database's file.") : wxString());
    return !file_->path().empty();
}

void DatabasePage::next() {
    test([this] { host().go_on(); });
}

void DatabasePage::test(std::function<void()> found) {
    if (!check()) return;
    const auto password = server_kind_->GetValue() ? server_->password() : std::string();
    choices().connection = connection();
    choices().password_to_keep.reset();
    if (!password.empty() && server_->remember()) choices().password_to_keep = password;
    const auto look = std::make_shared<DatabaseLook>();
    host().run(
        [service = &host().service(), connection = choices().connection, password, look,
         known = to_utf8(_("This database is enabled already. Its options are in Preferences."))] {
            // Before its password is touched, which may be right.
            if (service->settings().find(connection)) throw Error(ErrorCode::usage, known);
            if (!password.empty()) service->use_password(connection, password);
            *look = service->look_at_database(connection);
        },
        [this, look, found = std::move(found)](const std::exception_ptr& error) {
            choices().database = *look;
            tested(error, found);
        },
        true);
}

void DatabasePage::tested(const std::exception_ptr& error, const std::function<void()>& found) {
    if (error) return show_fault(error);
    if (choices().database.tables == 0) {
        return show_fault(wxString::Format(
            _("The database %s has no tables that can be read. Check that it is the right one, and "
              "the rights of its user."),
            to_wx(choices().database.name)));
    }
    if (found) return found();
    found_->show(connected_text(choices().database));
    test_->SetFocus();
}

void DatabasePage::show_fault(const std::exception_ptr& error) {
    if (server_kind_->GetValue()) return server_->show_fault(error);
    file_->show_fault(describe(error).sentence);
}

void DatabasePage::show_fault(const wxString& sentence) {
    if (server_kind_->GetValue()) return server_->show_address_fault(sentence);
    file_->show_fault(sentence);
}

}  // namespace cfs
