#include <gdk/gdkwayland.h>
#include <wx/toplevel.h>

#include "tray/bring_to_front.h"

namespace cfs {

// Under Wayland a window that is open neither comes to the front nor back from being minimized by
// itself, but one that comes anew is in front. A token of the click, which the panel would hand
// over, is no way: Mutter shows a busy cursor for 15 s where a click opens no window.
void bring_to_front(wxTopLevelWindow& window) {
    const bool wayland = GDK_IS_WAYLAND_DISPLAY(gdk_display_get_default());
    if (wayland && window.IsShown() && !window.IsActive()) window.Hide();
    if (wayland || window.IsIconized()) window.Iconize(false);
    window.Show();
    window.Raise();
}

}  // namespace cfs
