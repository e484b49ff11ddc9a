// A sentence that is shown and hidden again, broken into lines; takes no room while it is empty.
#pragma once

#include <wx/stattext.h>

namespace cfs {

class WrappedText : public wxStaticText {
  public:
    explicit WrappedText(wxWindow* parent, int width = 460);  // in device-independent pixels

    // An empty sentence hides it. The window around it becomes as large as it needs to be.
    void show(const wxString& sentence);
    void clear() { show({}); }

  private:
    int width_;
};

}  // namespace cfs
