#include "dialogs/fault_text.h"

#include <wx/settings.h>
#include <wx/sizer.h>
#include <wx/toplevel.h>

namespace cfs {
namespace {

constexpr int kWidth = 460;  // in device-independent pixels

wxColour fault_colour() {
    return wxSystemSettings::GetAppearance().IsDark() ? wxColour(255, 135, 135)
                                                      : wxColour(176, 20, 20);
}

}  // namespace

FaultText::FaultText(wxWindow* parent) : wxStaticText(parent, wxID_ANY, wxString()) {
    SetForegroundColour(fault_colour());
    Hide();
}

void FaultText::show(const wxString& sentence) {
    SetLabelText(sentence);
    Wrap(FromDIP(kWidth));
    Show(!sentence.empty());
    GetParent()->Layout();
    if (auto* window = wxGetTopLevelParent(this); window && window->GetSizer()) {
        window->GetSizer()->SetSizeHints(window);
        window->Layout();
    }
}

}  // namespace cfs
