#include "tray/end_signals.h"

namespace cfs {

// Windows asks by WM_ENDSESSION, which wxWidgets makes an event of.
void on_end_signals(wxApp&, std::function<void()>) {}

}  // namespace cfs
