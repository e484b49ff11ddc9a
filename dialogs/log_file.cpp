#include "dialogs/log_file.h"

#include <wx/ffile.h>
#include <wx/intl.h>
#include <wx/log.h>

#include "core/engine/sync_service.h"
#include "dialogs/log_text.h"
#include "dialogs/wx_text.h"

namespace cfs {

void save_runs(const std::string& path, const SyncService& service,
               const std::vector<RunId>& runs) {
    const wxLogNull told_below;
    wxFFile file(to_wx(path), "w");
    bool written = file.IsOpened();
    for (const auto& run : runs) {
        if (!written) break;
        if (const auto report = service.run(run)) written = file.Write(text_of_run(*report));
    }
    if (written && file.Close()) return;
    const auto sentence =
        _("The log could not be saved as %s. Is there room, and may you write to that folder?");
    throw Error(ErrorCode::disk_full, to_utf8(wxString::Format(sentence, to_wx(path))));
}

}  // namespace cfs
