#include "dialogs/sync_page.h"

#include <wx/button.h>
#include <wx/intl.h>
#include <wx/sizer.h>
#include <wx/stattext.h>

#include <algorithm>

#include "dialogs/buttons.h"
#include "dialogs/database_choice.h"
#include "dialogs/error_text.h"
#include "dialogs/fault_text.h"
#include "dialogs/options_panel.h"

namespace cfs {

SyncPage::SyncPage(wxWindow* parent, const std::function<void(const std::string&)>& sync_now,
                   const std::function<void()>& latest_logs)
    : PreferencesPage(parent) {
    none_ = add_text(_("No database is enabled for multiple databases yet."));
    choice_ = new DatabaseChoice(this, _("Da&tabase:"), [this] {
        keep_entries();
        show(choice_->connection());
    });
    options_ = new OptionsPanel(this);
    fault_ = new FaultText(this);
    auto* buttons = new wxBoxSizer(wxHORIZONTAL);
    sync_ = add_button(
        this, buttons, _("&Sync Now"),
        [this, sync_now] { sync_now(databases_[selected_].connection); }, wxRIGHT);
    add_button(this, buttons, _("Latest Lo&gs..."), latest_logs, wxRIGHT);
    column().Add(choice_, wxSizerFlags().Expand().Border(wxBOTTOM));
    column().Add(options_, wxSizerFlags().Expand().Border(wxBOTTOM));
    column().Add(fault_, wxSizerFlags().Expand().Border(wxBOTTOM));
    column().Add(buttons);
}

void SyncPage::set(const std::vector<DatabaseSettings>& databases, const std::string& selected) {
    databases_ = databases;
    choice_->set(databases_);
    select(0);
    show(selected);
}

const std::vector<DatabaseSettings>& SyncPage::entered() {
    keep_entries();
    return databases_;
}

void SyncPage::show(const std::string& connection) {
    const auto found = std::find_if(databases_.begin(), databases_.end(),
                                    [&](const auto& one) { return one.connection == connection; });
    if (found == databases_.end()) return;
    const auto index = static_cast<std::size_t>(found - databases_.begin());
    if (index != selected_) select(index);
}

void SyncPage::select(std::size_t index) {
    selected_ = index;
    const bool any = index < databases_.size();
    options_->set(any ? databases_[index].folder : std::string(),
                  any ? databases_[index].options : SyncOptions{});
    if (any) choice_->choose(databases_[index].connection);
    update_controls();
}

void SyncPage::keep_entries() {
    if (selected_ >= databases_.size()) return;
    databases_[selected_].folder = options_->folder();
    databases_[selected_].options = options_->options();
}

void SyncPage::update_controls() {
    const bool any = selected_ < databases_.size();
    none_->Show(!any);
    choice_->Enable(!busy_);
    options_->Enable(any && !busy_);
    sync_->Enable(any && !busy_);
    Layout();
}

void SyncPage::show_fault(const std::exception_ptr& error) {
    const auto text = describe(error);
    if (is_about_folder(code_of(error))) return options_->show_folder_fault(text.sentence);
    fault_->show(text.whole());
}

void SyncPage::clear_faults() {
    options_->show_folder_fault({});
    fault_->clear();
}

void SyncPage::set_busy(bool busy) {
    busy_ = busy;
    update_controls();
}

}  // namespace cfs
