// Enables a database for multiple databases: which one, the site's name, the mapping, and the sync
// folder, which is either joined or begun anew. Works in the background and shows what failed at
// its field; ends with wxID_OK once the database is enabled.
#pragma once

#include <wx/dialog.h>

#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "core/engine/sync_service.h"

class wxActivityIndicator;
class wxChoice;
class wxPanel;
class wxRadioButton;
class wxStaticText;
class wxTextCtrl;

namespace cfs {

class Background;
class FaultText;
class PathField;

class EnableDialog : public wxDialog {
  public:
    EnableDialog(wxWindow* parent, SyncService& service, Background& background);

    [[nodiscard]] const std::string& connection() const { return request_.connection; }

  private:
    wxSizer* make_site_row();
    wxSizer* make_mapping_row();
    wxSizer* make_buttons();
    void add_folder_choice(wxSizer* column);

    [[nodiscard]] EnableRequest entered() const;
    [[nodiscard]] bool mapping_from_file() const;
    [[nodiscard]] bool check(const EnableRequest& request);  // what needs no database
    void clear_faults();
    void start();
    void ended(const std::exception_ptr& error);
    void show_fault(const std::exception_ptr& error);
    void set_busy(bool busy);

    SyncService& service_;
    Background& background_;
    EnableRequest request_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // work may outlive the window

    std::vector<wxStaticText*> labels_;
    wxPanel* form_ = nullptr;
    PathField* database_ = nullptr;
    wxTextCtrl* site_ = nullptr;
    FaultText* site_fault_ = nullptr;
    wxChoice* mapping_ = nullptr;
    PathField* mapping_file_ = nullptr;
    FaultText* mapping_fault_ = nullptr;
    PathField* folder_ = nullptr;
    wxRadioButton* join_ = nullptr;
    wxRadioButton* begin_ = nullptr;
    FaultText* fault_ = nullptr;
    wxActivityIndicator* activity_ = nullptr;
};

}  // namespace cfs
