#include "dialogs/assistant/options_page.h"

#include <wx/intl.h>
#include <wx/sizer.h>

#include "dialogs/options_panel.h"
#include "dialogs/wrapped_text.h"

namespace cfs {

OptionsPage::OptionsPage(wxWindow* book, AssistantHost& host) : AssistantPage(book, host) {
    auto* column = new wxBoxSizer(wxVERTICAL);
    const auto row = wxSizerFlags().Expand().Border(wxBOTTOM);
    auto* intro = new WrappedText(this, kTextWidth);
    column->Add(intro, row);
    intro->show(
        _("These choices suit most clinics. You can change them in Preferences at any "
          "time."));
    options_ = new OptionsPanel(this);
    options_->hide_folder();
    column->Add(options_, row);
    SetSizer(column);
}

wxString OptionsPage::title() const { return _("Options"); }

void OptionsPage::enter() {
    options_->set(choices().folder, choices().options);
    options_->SetFocus();
}

void OptionsPage::next() {
    choices().options = options_->options();
    host().go_on();
}

}  // namespace cfs
