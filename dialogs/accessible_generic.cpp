#include <wx/stattext.h>

#include "dialogs/accessible.h"

namespace cfs {

// The native controls of Windows and macOS take the label that stands before them.
void set_accessible_name(wxWindow& control, const wxString& name) { control.SetName(name); }

void set_label_for(wxStaticText& label, wxWindow& control) {
    set_accessible_name(control, label.GetLabelText());
}

}  // namespace cfs
