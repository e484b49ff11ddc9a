// What the pages of the preferences have in common: a column of controls that scrolls where the
// screen is too small for it.
#pragma once

#include <wx/scrolwin.h>

#include <functional>

class wxBoxSizer;
class wxButton;
class wxCheckBox;
class wxSizer;
class wxStaticText;

namespace cfs {

class PreferencesPage : public wxScrolledWindow {
  public:
    explicit PreferencesPage(wxWindow* parent);

  protected:
    wxStaticText* add_text(const wxString& text);
    wxCheckBox* add_check(const wxString& label, const wxString& help = {});
    wxButton* add_button(wxSizer* row, const wxString& label, std::function<void()> action);
    [[nodiscard]] wxBoxSizer& column() const { return *column_; }

  private:
    wxSize DoGetBestSize() const override;

    wxBoxSizer* column_ = nullptr;
};

}  // namespace cfs
