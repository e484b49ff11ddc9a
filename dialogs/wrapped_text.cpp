#include "dialogs/wrapped_text.h"

#include <wx/sizer.h>
#include <wx/toplevel.h>

namespace cfs {
namespace {

// One that people may resize never becomes smaller by itself.
void make_room(wxTopLevelWindow& window) {
    auto* sizer = window.GetSizer();
    if (!sizer) return;
    if (!window.HasFlag(wxRESIZE_BORDER)) return sizer->SetSizeHints(&window);
    const auto needed = sizer->ComputeFittingWindowSize(&window);
    window.SetMinSize(needed);
    auto size = window.GetSize();
    size.IncTo(needed);
    if (size != window.GetSize()) window.SetSize(size);
}

// From the outside in: a window that keeps its size does not look at its parts by itself.
void lay_out_around(wxWindow& window) {
    if (auto* parent = window.GetParent(); parent && !window.IsTopLevel()) lay_out_around(*parent);
    window.Layout();
}

}  // namespace

WrappedText::WrappedText(wxWindow* parent, int width)
    : wxStaticText(parent, wxID_ANY, wxString()), width_(width) {
    Hide();
}

void WrappedText::show(const wxString& sentence) {
    SetLabelText(sentence);
    Wrap(FromDIP(width_));
    Show(!sentence.empty());
    if (auto* window = dynamic_cast<wxTopLevelWindow*>(wxGetTopLevelParent(this))) {
        make_room(*window);
    }
    lay_out_around(*GetParent());
}

}  // namespace cfs
