#include "dialogs/assistant/assistant_page.h"

#include <wx/intl.h>

namespace cfs {

wxString AssistantPage::next_label() const { return _("&Next"); }

}  // namespace cfs
