#include "dialogs/preferences_dialog.h"

#include <wx/intl.h>
#include <wx/notebook.h>
#include <wx/sizer.h>

#include <algorithm>

#include "core/engine/sync_service.h"
#include "dialogs/databases_page.h"
#include "dialogs/general_page.h"
#include "dialogs/icons.h"
#include "dialogs/notifications_page.h"
#include "dialogs/sync_page.h"
#include "dialogs/wx_text.h"

namespace cfs {
namespace {

// The database that `now` has and `before` had not.
std::string newcomer(const std::vector<DatabaseSettings>& before,
                     const std::vector<DatabaseSettings>& now) {
    for (const auto& database : now) {
        const auto known = [&](const auto& one) { return one.connection == database.connection; };
        if (std::none_of(before.begin(), before.end(), known)) return database.connection;
    }
    return {};
}

}  // namespace

PreferencesDialog::PreferencesDialog(SyncService& service, Background& background,
                                     PreferencesActions actions)
    : wxDialog(nullptr, wxID_ANY, _("Cloud Folder Sync Preferences"), wxDefaultPosition,
               wxDefaultSize, wxDEFAULT_DIALOG_STYLE | wxRESIZE_BORDER),
      service_(service),
      actions_(std::move(actions)) {
    SetIcons(window_icons());
    auto* column = new wxBoxSizer(wxVERTICAL);
    book_ = new wxNotebook(this, wxID_ANY);
    add_pages(background);
    column->Add(book_, wxSizerFlags(1).Expand().Border());
    column->Add(CreateStdDialogButtonSizer(wxOK | wxCANCEL), wxSizerFlags().Expand().Border());
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
    reload();
    column->SetSizeHints(this);
    CentreOnScreen();
}

void PreferencesDialog::add_pages(Background& background) {
    sync_ = new SyncPage(
        book_, [this](const std::string& connection) { sync_now(connection); },
        actions_.latest_logs);
    databases_ = new DatabasesPage(
        book_, service_, background,
        {[this] { return save(); }, actions_.enable_database, actions_.keep_password,
         [this](bool busy) {
             busy_ = busy;
             sync_->set_busy(busy);
         },
         [this] {
             reload();
             actions_.settings_changed();
         }});
    notifications_ = new NotificationsPage(book_);
    general_ = new GeneralPage(book_);
    book_->AddPage(sync_, _("Sync"));
    book_->AddPage(databases_, _("Databases"));
    book_->AddPage(notifications_, _("Notifications"));
    book_->AddPage(general_, _("General"));
}

void PreferencesDialog::reload() {
    const auto before = saved_.databases;
    clear_faults();
    std::exception_ptr fault;
    try {
        saved_ = service_.settings();
        starts_at_login_ = actions_.starts_at_login();
    } catch (...) {
        fault = std::current_exception();
    }
    const auto fresh = newcomer(before, saved_.databases);
    sync_->set(saved_.databases, fresh);
    databases_->set(saved_.databases, fresh);
    notifications_->set(saved_.general);
    general_->set(saved_.general, starts_at_login_);
    if (saved_.databases.empty()) turn_to(*databases_);
    if (saved_.databases.empty()) databases_->focus_enable();
    if (fault) databases_->show_fault(fault);
}

bool PreferencesDialog::save() {
    clear_faults();
    return save_databases() && save_general() && save_login();
}

bool PreferencesDialog::save_databases() {
    const auto entered = sync_->entered();
    for (std::size_t i = 0; i < entered.size(); ++i) {
        const auto& database = entered[i];
        if (database == saved_.databases[i]) continue;
        const auto change = [&] {
            if (database.folder.empty()) {
                throw Error(ErrorCode::folder_missing,
                            to_utf8(_("Please choose the sync folder.")));
            }
            service_.change_options(database.connection, database.options, database.folder);
        };
        const auto show = [&](const std::exception_ptr& error) {
            sync_->show(database.connection);
            sync_->show_fault(error);
        };
        if (!attempt(*sync_, change, show)) return false;
        saved_.databases[i] = database;
    }
    return true;
}

bool PreferencesDialog::save_general() {
    auto general = saved_.general;
    notifications_->read_into(general);
    general_->read_into(general);
    if (general == saved_.general) return true;
    const auto show = [&](const std::exception_ptr& error) { sync_->show_fault(error); };
    if (!attempt(
            *sync_, [&] { service_.change_general(general); }, show))
        return false;
    saved_.general = general;
    return true;
}

bool PreferencesDialog::save_login() {
    const bool wanted = general_->starts_at_login();
    if (wanted == starts_at_login_) return true;
    const auto show = [&](const std::exception_ptr& error) { general_->show_login_fault(error); };
    if (!attempt(
            *general_, [&] { actions_.start_at_login(wanted); }, show))
        return false;
    starts_at_login_ = wanted;
    return true;
}

bool PreferencesDialog::attempt(PreferencesPage& page, const std::function<void()>& work,
                                const std::function<void(const std::exception_ptr&)>& show) {
    try {
        work();
    } catch (...) {
        turn_to(page);
        show(std::current_exception());
        return false;
    }
    actions_.settings_changed();
    return true;
}

void PreferencesDialog::turn_to(PreferencesPage& page) {
    book_->ChangeSelection(static_cast<std::size_t>(book_->FindPage(&page)));
}

void PreferencesDialog::clear_faults() {
    sync_->clear_faults();
    databases_->clear_faults();
    general_->clear_faults();
}

void PreferencesDialog::sync_now(const std::string& connection) {
    if (save()) actions_.sync_now(connection);
}

}  // namespace cfs
