// Where a database server is and who asks: address, user, password.
#pragma once

#include <wx/panel.h>

#include <exception>
#include <string>

#include "core/database/connection_text.h"

class wxCheckBox;
class wxChoice;
class wxTextCtrl;

namespace cfs {

class FaultText;

class ServerFields : public wxPanel {
  public:
    explicit ServerFields(wxWindow* parent);

    [[nodiscard]] ServerAddress address() const;
    [[nodiscard]] std::string password() const;
    [[nodiscard]] bool remember() const;

    // What can be told without the server; false: a fault is shown.
    [[nodiscard]] bool check();
    void show_fault(const std::exception_ptr& error);
    void show_address_fault(const wxString& sentence);
    void clear_faults();

  private:
    wxTextCtrl* add_text(wxSizer* grid, const wxString& label, long style = 0);

    wxChoice* system_ = nullptr;
    wxTextCtrl* host_ = nullptr;
    wxTextCtrl* port_ = nullptr;
    wxTextCtrl* socket_ = nullptr;
    wxTextCtrl* database_ = nullptr;
    FaultText* address_fault_ = nullptr;
    wxTextCtrl* user_ = nullptr;
    wxTextCtrl* password_ = nullptr;
    FaultText* user_fault_ = nullptr;
    wxCheckBox* remember_ = nullptr;
};

}  // namespace cfs
