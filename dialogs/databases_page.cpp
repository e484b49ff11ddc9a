#include "dialogs/databases_page.h"

#include <wx/button.h>
#include <wx/intl.h>
#include <wx/msgdlg.h>
#include <wx/sizer.h>
#include <wx/stattext.h>
#include <wx/textdlg.h>
#include <wx/wrapsizer.h>

#include <algorithm>

#include "core/engine/sync_service.h"
#include "dialogs/accessible.h"
#include "dialogs/buttons.h"
#include "dialogs/error_text.h"
#include "dialogs/fault_text.h"
#include "dialogs/report_text.h"
#include "dialogs/text_table.h"
#include "dialogs/wx_text.h"

namespace cfs {
namespace {

constexpr int kTableHeight = 120;  // in device-independent pixels

bool is_file(const std::string& connection) { return connection.rfind("sqlite3://", 0) == 0; }

wxString place_of(const std::string& connection) {
    wxString place = to_wx(connection);
    place.StartsWith("sqlite3://", &place);
    return place;
}

TextTable::Row row_of(const DatabaseSettings& database) {
    return {to_wx(database.site), place_of(database.connection), to_wx(database.mapping),
            to_wx(database.folder)};
}

void throw_if_failed(const SyncReport& report) {
    if (succeeded(report)) return;
    if (report.errors.empty()) throw Error(ErrorCode::internal, to_utf8(_("See the log.")));
    throw Error(report.errors.front().code, report.errors.front().sentence);
}

}  // namespace

DatabasesPage::DatabasesPage(wxWindow* parent, SyncService& service, Background& background,
                             Actions actions)
    : PreferencesPage(parent),
      service_(service),
      background_(background),
      actions_(std::move(actions)) {
    note_ = add_text({});
    table_ = new TextTable(this, {{_("Site"), 80},
                                  {_("Database"), 170, true},
                                  {_("Mapping"), 100, true},
                                  {_("Sync Folder"), 165, true}});
    table_->SetMinSize(wxSize(-1, FromDIP(kTableHeight)));
    set_accessible_name(*table_, _("Databases"));
    table_->Bind(wxEVT_DATAVIEW_SELECTION_CHANGED, [this](wxDataViewEvent&) { update_controls(); });
    fault_ = new FaultText(this);
    auto* buttons = new wxWrapSizer(wxHORIZONTAL);
    const auto add = [&](const wxString& label, std::function<void()> action) {
        return add_button(this, buttons, label, std::move(action), wxRIGHT);
    };
    enable_ = add(_("E&nable a Database..."), [this] {
        if (actions_.save()) actions_.enable();
    });
    disable_ = add(_("Disa&ble..."), [this] { disable(); });
    password_ = add(_("Change &Password..."), [this] { change_password(); });
    column().Add(table_, wxSizerFlags().Expand().Border(wxBOTTOM));
    column().Add(fault_, wxSizerFlags().Expand().Border(wxBOTTOM));
    column().Add(buttons, wxSizerFlags().Expand());
}

void DatabasesPage::set(const std::vector<DatabaseSettings>& databases,
                        const std::string& selected) {
    databases_ = databases;
    std::vector<TextTable::Row> rows;
    int row = 0;
    for (const auto& database : databases_) {
        if (database.connection == selected) row = static_cast<int>(rows.size());
        rows.push_back(row_of(database));
    }
    table_->set_rows(std::move(rows));
    if (!databases_.empty()) table_->select_row(row);
    set_busy(false, databases_.empty() ? _("No database is enabled for multiple databases yet.")
                                       : _("Enabled for multiple databases:"));
}

std::string DatabasesPage::selected() const {
    const int row = table_->selected_row();
    return row < 0 ? std::string() : databases_[static_cast<std::size_t>(row)].connection;
}

void DatabasesPage::update_controls() {
    const auto connection = selected();
    table_->Enable(!busy_);
    enable_->Enable(!busy_);
    disable_->Enable(!busy_ && !connection.empty());
    password_->Enable(!busy_ && !connection.empty() && !is_file(connection));
    const auto servers = [](const auto& one) { return !is_file(one.connection); };
    password_->Show(std::any_of(databases_.begin(), databases_.end(), servers));
    Layout();
}

void DatabasesPage::disable() {
    if (!actions_.save()) return;
    const auto connection = selected();
    wxMessageDialog question(
        this,
        _("What is not yet in the sync folder is published, then everything that was added to this "
          "database is removed. Its patients stay as they are, and so does the folder."),
        _("Disable this database?"), wxOK | wxCANCEL | wxCANCEL_DEFAULT | wxICON_QUESTION);
    question.SetOKLabel(_("&Disable"));
    if (question.ShowModal() != wxID_OK) return;
    run(
        _("Disabling the database..."),
        [service = &service_, connection] { throw_if_failed(service->disable(connection)); },
        [] {});
}

void DatabasesPage::change_password() {
    if (!actions_.save()) return;
    const auto connection = selected();
    wxPasswordEntryDialog question(
        this,
        wxString::Format(_("The password for %s. It is kept in this computer's own password store, "
                           "nowhere else."),
                         place_of(connection)),
        _("Change Password"));
    if (question.ShowModal() != wxID_OK) return;
    const auto password = to_utf8(question.GetValue());
    const auto keep = [service = &service_, keep = actions_.keep_password, connection, password] {
        keep(connection, password);
        service->use_password(connection, password);
        (void)service->status(connection);  // throws where the server does not take it
    };
    run(_("Asking the server..."), keep,
        [this] { note_->SetLabelText(_("The password is kept, and the server takes it.")); });
}

void DatabasesPage::run(const wxString& note, std::function<void()> work,
                        std::function<void()> done) {
    clear_faults();
    set_busy(true, note);
    background_.run(std::move(work), [this, done = std::move(done)](const auto& error) {
        actions_.changed();
        databases_.empty() ? enable_->SetFocus() : table_->SetFocus();  // it was disabled meanwhile
        error ? show_fault(error) : done();
    });
}

void DatabasesPage::set_busy(bool busy, const wxString& note) {
    const bool told = busy != busy_;
    busy_ = busy;
    note_->SetLabelText(note);
    update_controls();
    if (told) actions_.busy(busy);
}

void DatabasesPage::show_fault(const std::exception_ptr& error) {
    fault_->show(describe(error).whole());
}

void DatabasesPage::clear_faults() { fault_->clear(); }

void DatabasesPage::focus_enable() { enable_->SetFocus(); }

}  // namespace cfs
