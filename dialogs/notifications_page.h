// Which notifications come. The icon and the log tell all the same.
#pragma once

#include "core/engine/settings.h"
#include "dialogs/preferences_page.h"

namespace cfs {

class NotificationsPage : public PreferencesPage {
  public:
    explicit NotificationsPage(wxWindow* parent);

    void set(const GeneralSettings& general);
    void read_into(GeneralSettings& general) const;

  private:
    wxCheckBox* conflicts_ = nullptr;
    wxCheckBox* errors_ = nullptr;
    wxCheckBox* recovery_ = nullptr;
    wxCheckBox* names_ = nullptr;
};

}  // namespace cfs
