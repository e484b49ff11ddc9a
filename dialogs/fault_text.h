// The sentence below a field that says what is wrong with it; takes no room while all is well.
#pragma once

#include <wx/stattext.h>

namespace cfs {

class FaultText : public wxStaticText {
  public:
    explicit FaultText(wxWindow* parent);

    // An empty sentence hides it.
    void show(const wxString& sentence);
    void clear() { show({}); }
};

}  // namespace cfs
