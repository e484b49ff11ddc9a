#include "dialogs/icons.h"

#include <wx/icon.h>

#include "icons/icon_data.h"

namespace cfs {

wxBitmapBundle icon_bitmap(const std::string& name, int size) {
    const auto found = icon_texts().find(name);
    if (found == icon_texts().end()) return {};
    return wxBitmapBundle::FromSVG(found->second.c_str(), wxSize(size, size));
}

wxIconBundle window_icons() {
    wxIconBundle icons;
    for (const int size : {16, 24, 32, 48}) {
        wxIcon icon;
        icon.CopyFromBitmap(icon_bitmap("app", size).GetBitmap(wxSize(size, size)));
        icons.AddIcon(icon);
    }
    return icons;
}

}  // namespace cfs
