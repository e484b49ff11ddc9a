// How the applet behaves on this computer.
#pragma once

#include <exception>

#include "core/engine/settings.h"
#include "dialogs/preferences_page.h"

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
    wxCheckBox* login_ = nullptr;
    FaultText* login_fault_ = nullptr;
    wxCheckBox* watch_ = nullptr;
    wxCheckBox* battery_ = nullptr;
    wxCheckBox* metered_ = nullptr;
};

}  // namespace cfs
