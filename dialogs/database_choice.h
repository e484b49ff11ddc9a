// Which of the databases a window speaks of, by the names of their sites; takes no room where there
// is only one.
#pragma once

#include <wx/panel.h>

#include <functional>
#include <string>
#include <vector>

#include "core/engine/settings.h"

class wxChoice;

namespace cfs {

class DatabaseChoice : public wxPanel {
  public:
    // `label` bears a mnemonic and a colon; `chosen` is called when a person takes another one.
    DatabaseChoice(wxWindow* parent, const wxString& label, std::function<void()> chosen);

    // Keeps what is chosen where it is still there.
    void set(std::vector<DatabaseSettings> databases);
    // False where there is none of that connection.
    bool choose(const std::string& connection);
    [[nodiscard]] std::string connection() const;  // empty: there is no database

  private:
    std::vector<DatabaseSettings> databases_;
    wxChoice* choice_ = nullptr;
};

}  // namespace cfs
