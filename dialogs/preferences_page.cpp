#include "dialogs/preferences_page.h"

#include <wx/checkbox.h>
#include <wx/display.h>
#include <wx/sizer.h>
#include <wx/stattext.h>

namespace cfs {
namespace {

constexpr int kScrollStep = 10;
constexpr int kFrameWidth = 40, kFrameHeight = 140;  // what the window has around a page, at most
constexpr int kTextWidth = 480;                      // in device-independent pixels

}  // namespace

PreferencesPage::PreferencesPage(wxWindow* parent)
    : wxScrolledWindow(parent), column_(new wxBoxSizer(wxVERTICAL)) {
    SetScrollRate(FromDIP(kScrollStep), FromDIP(kScrollStep));
    auto* margin = new wxBoxSizer(wxVERTICAL);
    margin->Add(column_, wxSizerFlags(1).Expand().DoubleBorder());
    SetSizer(margin);
}

// A window that scrolls asks for no room by itself.
wxSize PreferencesPage::DoGetBestSize() const {
    auto room = wxDisplay(this).GetClientArea().GetSize();
    room.DecBy(FromDIP(wxSize(kFrameWidth, kFrameHeight)));
    auto size = GetSizer()->CalcMin();
    size.DecTo(room);
    return size;
}

wxStaticText* PreferencesPage::add_text(const wxString& text) {
    auto* line = new wxStaticText(this, wxID_ANY, text);
    line->Wrap(FromDIP(kTextWidth));
    column_->Add(line, wxSizerFlags().Border(wxBOTTOM));
    return line;
}

wxCheckBox* PreferencesPage::add_check(const wxString& label, const wxString& help) {
    auto* check = new wxCheckBox(this, wxID_ANY, label);
    if (!help.empty()) check->SetToolTip(help);
    column_->Add(check, wxSizerFlags().Border(wxBOTTOM));
    return check;
}

}  // namespace cfs
