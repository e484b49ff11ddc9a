#include "dialogs/notifications_page.h"

#include <wx/checkbox.h>
#include <wx/intl.h>

namespace cfs {

NotificationsPage::NotificationsPage(wxWindow* parent) : PreferencesPage(parent) {
    add_text(_("Show a notification:"));
    conflicts_ = add_check(_("When there are &new conflicts"));
    errors_ = add_check(_("When a sync &fails or something needs a person"));
    recovery_ = add_check(_("When a sync succeeds a&gain after a failure"));
    add_text(
        _("Notifications never name a patient. Whatever is chosen here, the icon and the log show "
          "all of it."));
}

void NotificationsPage::set(const GeneralSettings& general) {
    conflicts_->SetValue(general.notify_conflicts);
    errors_->SetValue(general.notify_errors);
    recovery_->SetValue(general.notify_recovery);
}

void NotificationsPage::read_into(GeneralSettings& general) const {
    general.notify_conflicts = conflicts_->GetValue();
    general.notify_errors = errors_->GetValue();
    general.notify_recovery = recovery_->GetValue();
}

}  // namespace cfs
