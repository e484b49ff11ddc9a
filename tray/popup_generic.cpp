#include "tray/popup.h"

namespace cfs {

// Elsewhere a menu or a dialog that is open ends with its program.
void close_popup(wxMenu&) {}
void cancel_native_dialogs() {}

}  // namespace cfs
