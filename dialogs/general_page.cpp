#include "dialogs/general_page.h"

#include <wx/checkbox.h>
#include <wx/intl.h>
#include <wx/sizer.h>

#include "dialogs/error_text.h"
#include "dialogs/fault_text.h"

namespace cfs {

GeneralPage::GeneralPage(wxWindow* parent) : PreferencesPage(parent) {
    login_ = add_check(_("Start when I &log in"));
    login_fault_ = new FaultText(this);
    column().Add(login_fault_, wxSizerFlags().Expand().Border(wxBOTTOM));
    add_text(_("Automatic syncs:"));
    watch_ = add_check(_("Sync soon after another site's &changes arrive in the folder"),
                       _("The sync every so many minutes goes on as well."));
    battery_ = add_check(_("Wait while this computer runs on &battery"),
                         _("Sync Now works all the same."));
    metered_ = add_check(_("Wait while the &network is metered"),
                         _("A mobile phone's network, for example. Sync Now works all the same."));
}

void GeneralPage::set(const GeneralSettings& general, bool starts_at_login) {
    login_->SetValue(starts_at_login);
    watch_->SetValue(general.watch_folder);
    battery_->SetValue(general.spare_battery);
    metered_->SetValue(general.spare_metered);
}

void GeneralPage::read_into(GeneralSettings& general) const {
    general.watch_folder = watch_->GetValue();
    general.spare_battery = battery_->GetValue();
    general.spare_metered = metered_->GetValue();
}

bool GeneralPage::starts_at_login() const { return login_->GetValue(); }

void GeneralPage::show_login_fault(const std::exception_ptr& error) {
    login_fault_->show(describe(error).sentence);
    login_->SetFocus();
}

void GeneralPage::clear_faults() { login_fault_->clear(); }

}  // namespace cfs
