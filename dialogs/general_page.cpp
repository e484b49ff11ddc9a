#include "dialogs/general_page.h"

#include <wx/checkbox.h>
#include <wx/choice.h>
#include <wx/intl.h>
#include <wx/sizer.h>
#include <wx/stattext.h>

#include <algorithm>

#include "dialogs/accessible.h"
#include "dialogs/error_text.h"
#include "dialogs/fault_text.h"
#include "dialogs/language.h"

namespace cfs {
namespace {

// The first entry of the choice stands for the system's language, and for one that is not spoken.
int entry_of(const std::string& code) {
    const auto& all = languages();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const auto& language) { return language.code == code; });
    return found == all.end() ? 0 : 1 + static_cast<int>(found - all.begin());
}

std::string code_of(int entry) {
    return entry < 1 ? std::string() : languages()[static_cast<std::size_t>(entry - 1)].code;
}

}  // namespace

GeneralPage::GeneralPage(wxWindow* parent) : PreferencesPage(parent) {
    login_ = add_check(_("Start when I &log in"));
    login_fault_ = new FaultText(this);
    column().Add(login_fault_, wxSizerFlags().Expand().Border(wxBOTTOM));
    add_language_row();
    add_text(_("Automatic syncs:"));
    watch_ = add_check(_("Sync soon after another site's changes &arrive in the folder"),
                       _("The sync every so many minutes goes on as well."));
    battery_ = add_check(_("Wait while this computer runs on &battery"),
                         _("Sync Now works all the same."));
    metered_ = add_check(_("Wait while the &network is metered"),
                         _("A mobile phone's network, for example. Sync Now works all the same."));
}

void GeneralPage::add_language_row() {
    auto* row = new wxBoxSizer(wxHORIZONTAL);
    auto* label = new wxStaticText(this, wxID_ANY, _("Lan&guage:"));
    language_ = new wxChoice(this, wxID_ANY);
    language_->Append(_("The system's"));
    for (const auto& language : languages()) language_->Append(language.name);
    set_label_for(*label, *language_);
    row->Add(label, wxSizerFlags().CenterVertical().Border(wxRIGHT));
    row->Add(language_, wxSizerFlags().CenterVertical());
    column().Add(row, wxSizerFlags().Border(wxBOTTOM));
    add_text(_("Another language is spoken from the next start of the program on."));
}

void GeneralPage::set(const GeneralSettings& general, bool starts_at_login) {
    login_->SetValue(starts_at_login);
    language_->SetSelection(entry_of(general.language));
    watch_->SetValue(general.watch_folder);
    battery_->SetValue(general.spare_battery);
    metered_->SetValue(general.spare_metered);
}

void GeneralPage::read_into(GeneralSettings& general) const {
    const int entry = language_->GetSelection();
    if (entry != entry_of(general.language)) general.language = code_of(entry);
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
