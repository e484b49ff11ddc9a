// Sites: who shares the sync folder, when each was last seen, and which of its changes are on their
// way.
#pragma once

#include <wx/frame.h>

#include <string>
#include <vector>

#include "core/engine/sync_service.h"
#include "dialogs/background.h"

class wxStaticText;

namespace cfs {

class DatabaseChoice;
class TextTable;

class SitesWindow : public wxFrame {
  public:
    SitesWindow(SyncService& service, Background& background);

    // Shows the sites of this database, or of the one that was shown; reads them again.
    void open(const std::string& connection = {});

  private:
    wxSizer* make_bottom(wxWindow* parent);
    void reload();
    void show_sites(const std::vector<KnownSite>& sites);
    void show_note(const wxString& text);
    void copy();

    SyncService& service_;
    WindowWork background_;

    DatabaseChoice* choice_ = nullptr;
    TextTable* table_ = nullptr;
    wxStaticText* note_ = nullptr;
};

}  // namespace cfs
