#include "tray/open_dialogs.h"

#include <wx/dialog.h>

#include "tray/popup.h"

namespace cfs {

int OpenDialogs::Enter(wxDialog* dialog) {
    dialogs_.push_back(dialog);
    return wxID_NONE;
}

void OpenDialogs::Exit(wxDialog* dialog) { std::erase(dialogs_, dialog); }

// The innermost first: each runs an event loop inside of the one before.
void OpenDialogs::cancel_all() {
    cancel_native_dialogs();
    const auto open = dialogs_;
    for (auto it = open.rbegin(); it != open.rend(); ++it) {
        if ((*it)->IsModal()) (*it)->EndModal(wxID_CANCEL);
    }
}

}  // namespace cfs
