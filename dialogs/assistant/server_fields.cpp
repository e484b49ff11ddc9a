#include "dialogs/assistant/server_fields.h"

#include <wx/checkbox.h>
#include <wx/choice.h>
#include <wx/intl.h>
#include <wx/sizer.h>
#include <wx/textctrl.h>

#include "dialogs/accessible.h"
#include "dialogs/error_text.h"
#include "dialogs/fault_text.h"
#include "dialogs/wx_text.h"

namespace cfs {
namespace {

constexpr int kFieldWidth = 280;
constexpr unsigned long kLastPort = 65535;

void add_label(wxSizer* grid, const wxString& label, wxWindow* control) {
    auto* text = new wxStaticText(control->GetParent(), wxID_ANY, label);
    text->MoveBeforeInTabOrder(control);
    set_label_for(*text, *control);
    grid->Add(text, wxSizerFlags().CenterVertical());
    grid->Add(control, wxSizerFlags().Expand());
}

std::string stripped(const wxTextCtrl* field) {
    return to_utf8(field->GetValue().Strip(wxString::both));
}

bool is_port(const std::string& text) {
    unsigned long port = 0;
    return text.empty() || (to_wx(text).ToULong(&port) && port > 0 && port <= kLastPort);
}

}  // namespace

ServerFields::ServerFields(wxWindow* parent) : wxPanel(parent) {
    auto* grid = new wxFlexGridSizer(2, FromDIP(wxSize(8, 6)));
    grid->AddGrowableCol(1);
    system_ = new wxChoice(this, wxID_ANY);
    system_->Append("MariaDB / MySQL");
    system_->Append("PostgreSQL");
    system_->SetSelection(0);
    add_label(grid, _("&Kind of server:"), system_);
    host_ = add_text(grid, _("&Host:"));
    host_->SetHint(_("this computer"));
    port_ = add_text(grid, _("P&ort:"));
    port_->SetHint(_("the usual one"));
    socket_ = add_text(grid, _("Socket (opt&ional):"));
    database_ = add_text(grid, _("Database na&me:"));
    grid->AddSpacer(0);
    grid->Add(address_fault_ = new FaultText(this));
    user_ = add_text(grid, _("&User:"));
    password_ = add_text(grid, _("Pass&word:"), wxTE_PASSWORD);
    grid->AddSpacer(0);
    grid->Add(user_fault_ = new FaultText(this));
    grid->AddSpacer(0);
    remember_ = new wxCheckBox(this, wxID_ANY, _("&Remember the password"));
    remember_->SetToolTip(
        _("It is kept in this computer's own store of passwords and nowhere else. Otherwise it is "
          "asked for again when the program is started."));
    remember_->SetValue(true);
    grid->Add(remember_);
    SetSizer(grid);
}

wxTextCtrl* ServerFields::add_text(wxSizer* grid, const wxString& label, long style) {
    auto* text = new wxTextCtrl(this, wxID_ANY, {}, wxDefaultPosition,
                                FromDIP(wxSize(kFieldWidth, -1)), style);
    text->Bind(wxEVT_TEXT, [this](wxCommandEvent& event) {
        clear_faults();
        event.SetEventObject(this);
        event.Skip();
    });
    add_label(grid, label, text);
    return text;
}

ServerAddress ServerFields::address() const {
    ServerAddress address;
    address.system =
        system_->GetSelection() == 0 ? ServerSystem::mariadb : ServerSystem::postgresql;
    address.host = stripped(host_);
    address.port = stripped(port_);
    address.socket = stripped(socket_);
    address.database = stripped(database_);
    address.user = stripped(user_);
    return address;
}

std::string ServerFields::password() const { return to_utf8(password_->GetValue()); }
bool ServerFields::remember() const { return remember_->GetValue(); }

bool ServerFields::check() {
    clear_faults();
    const auto entered = address();
    if (!is_port(entered.port)) {
        address_fault_->show(
            _("The port is a number from 1 to 65535. Leave it empty for the usual "
              "one."));
        port_->SetFocus();
    } else if (entered.database.empty()) {
        address_fault_->show(_("Please fill in the database's name."));
        database_->SetFocus();
    } else if (entered.user.empty()) {
        user_fault_->show(
            _("Please fill in the user that the database's administrator made for "
              "the sync."));
        user_->SetFocus();
    } else {
        return true;
    }
    return false;
}

// The sentence is the core's: it names the server and what to do.
void ServerFields::show_fault(const std::exception_ptr& error) {
    const auto text = describe(error);
    if (code_of(error) != ErrorCode::database_refused) return show_address_fault(text.sentence);
    user_fault_->show(text.sentence);
    password_->SetFocus();
}

void ServerFields::show_address_fault(const wxString& sentence) {
    address_fault_->show(sentence);
    host_->SetFocus();
}

void ServerFields::clear_faults() {
    address_fault_->clear();
    user_fault_->clear();
}

}  // namespace cfs
