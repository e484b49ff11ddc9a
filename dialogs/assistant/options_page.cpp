#include "dialogs/assistant/options_page.h"

#include <wx/intl.h>
#include <wx/sizer.h>

#include "dialogs/options_panel.h"

namespace cfs {

OptionsPage::OptionsPage(wxWindow* book, AssistantHost& host)
    : AssistantPage(book, host, _("Options")) {
    auto* column = new wxBoxSizer(wxVERTICAL);
    const auto row = wxSizerFlags().Expand().Border(wxBOTTOM);
    add_intro(column,
              _("These choices suit most clinics. You can change them in Preferences at any "
                "time."));
    options_ = new OptionsPanel(this);
    options_->hide_folder();
    column->Add(options_, row);
    SetSizer(column);
}

void OptionsPage::enter() {
    options_->set(choices().folder, choices().options);
    options_->SetFocus();
}

void OptionsPage::next() {
    choices().options = options_->options();
    host().go_on();
}

}  // namespace cfs
