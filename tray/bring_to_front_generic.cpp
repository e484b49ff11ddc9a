#include <wx/toplevel.h>

#include "tray/bring_to_front.h"

namespace cfs {

void bring_to_front(wxTopLevelWindow& window) {
    if (window.IsIconized()) window.Restore();
    window.Show();
    window.Raise();
}

}  // namespace cfs
