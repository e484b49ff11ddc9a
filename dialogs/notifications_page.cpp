#include "dialogs/notifications_page.h"

#include <wx/checkbox.h>
#include <wx/intl.h>

namespace cfs {

NotificationsPage::NotificationsPage(wxWindow* parent) : PreferencesPage(parent) {
    add_text(_("Show a notification:"));
    conflicts_ = add_check(_("When there are &new conflicts"));
    errors_ = add_check(_("When a sync &fails or something needs a person"));
    recovery_ = add_check(_("When a sync succeeds a&gain after a failure"));
    add_text(_("Whatever is chosen here, the icon and the log show all of it."));
    names_ = add_check(_("Na&me the patients concerned"));
    add_text(
        _("Whoever sees the screen can read the names; many computers show notifications while "
          "the screen is locked, too. Otherwise notifications never name a patient."));
}

void NotificationsPage::set(const GeneralSettings& general) {
    conflicts_->SetValue(general.notify_conflicts);
    errors_->SetValue(general.notify_errors);
    recovery_->SetValue(general.notify_recovery);
    names_->SetValue(general.name_patients);
}

void NotificationsPage::read_into(GeneralSettings& general) const {
    general.notify_conflicts = conflicts_->GetValue();
    general.notify_errors = errors_->GetValue();
    general.notify_recovery = recovery_->GetValue();
    general.name_patients = names_->GetValue();
}

}  // namespace cfs
