// How the applet behaves on this computer.
#pragma once

#include <exception>

#include "core/engine/settings.h"
#include "dialogs/preferences_page.h"

class wxChoice;

namespace cfs {

class FaultText;

class GeneralPage : public PreferencesPage {
  public:
    explicit GeneralPage(wxWindow* parent);

    void set(const GeneralSettings& general, bool starts_at_login);
    void read_into(GeneralSettings& general) const;
    [[nodiscard]] bool starts_at_login() const;
    void show_login_fault(const std::exception_ptr& error);
    void clear_faults();

  private:
    void add_language_row();

    wxCheckBox* login_ = nullptr;
    FaultText* login_fault_ = nullptr;
    wxChoice* language_ = nullptr;
    wxCheckBox* watch_ = nullptr;
    wxCheckBox* battery_ = nullptr;
    wxCheckBox* metered_ = nullptr;
};

}  // namespace cfs
