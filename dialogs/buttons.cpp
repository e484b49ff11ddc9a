#include "dialogs/buttons.h"

#include <wx/button.h>
#include <wx/sizer.h>

namespace cfs {

wxButton* add_button(wxWindow* parent, wxSizer* row, const wxString& label,
                     std::function<void()> action, int side) {
    auto* button = new wxButton(parent, wxID_ANY, label);
    button->Bind(wxEVT_BUTTON, [action = std::move(action)](wxCommandEvent&) { action(); });
    row->Add(button, wxSizerFlags().CenterVertical().Border(side));
    return button;
}

}  // namespace cfs
