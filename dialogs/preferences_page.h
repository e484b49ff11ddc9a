// What the pages of the preferences have in common: a column of controls that scrolls where the
// screen is too small for it.
#pragma once

#include <wx/scrolwin.h>

class wxBoxSizer;
class wxCheckBox;
class wxStaticText;

namespace cfs {

class PreferencesPage : public wxScrolledWindow {
  public:
    explicit PreferencesPage(wxWindow* parent);

  protected:
    wxStaticText* add_text(const wxString& text);
    wxCheckBox* add_check(const wxString& label, const wxString& help = {});
    [[nodiscard]] wxBoxSizer& column() const { return *column_; }

  private:
    wxSize DoGetBestSize() const override;

    wxBoxSizer* column_ = nullptr;
};

}  // namespace cfs
