// The buttons of the windows.
#pragma once

#include <wx/defs.h>

#include <functional>

class wxButton;
class wxSizer;
class wxString;
class wxWindow;

namespace cfs {

// Adds a button that does `action` to a row; `side` is where it keeps its distance.
wxButton* add_button(wxWindow* parent, wxSizer* row, const wxString& label,
                     std::function<void()> action, int side = wxLEFT);

}  // namespace cfs
