#include "dialogs/assistant/assistant_page.h"

#include <wx/intl.h>
#include <wx/sizer.h>

#include "dialogs/wrapped_text.h"

namespace cfs {

wxString AssistantPage::next_label() const { return _("&Next"); }

void AssistantPage::add_intro(wxSizer* column, const wxString& text) {
    auto* intro = new WrappedText(this, kTextWidth);
    column->Add(intro, wxSizerFlags().Expand().Border(wxBOTTOM));
    intro->show(text);
}

}  // namespace cfs
