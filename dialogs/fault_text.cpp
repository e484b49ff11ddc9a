#include "dialogs/fault_text.h"

#include <wx/settings.h>

namespace cfs {
namespace {

wxColour fault_colour() {
    return wxSystemSettings::GetAppearance().IsDark() ? wxColour(255, 135, 135)
                                                      : wxColour(176, 20, 20);
}

}  // namespace

FaultText::FaultText(wxWindow* parent) : WrappedText(parent) {
    SetForegroundColour(fault_colour());
}

}  // namespace cfs
