#include <wx/buffer.h>
#include <wx/intl.h>
#include <wx/msw/registry.h>

#include "core/model/error.h"
#include "dialogs/wx_text.h"
#include "tray/autostart.h"
#include "tray/autostart_text.h"

namespace cfs {
namespace {

const wxString kName = "Cloud Folder Sync";

wxRegKey run_key() { return {wxRegKey::HKCU, "Software\\Microsoft\\Windows\\CurrentVersion\\Run"}; }

// Where the Task Manager notes what the user switched off there.
wxRegKey approved_key() {
    return {wxRegKey::HKCU,
            "Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\StartupApproved\\Run"};
}

bool switched_off() {
    auto key = approved_key();
    wxMemoryBuffer value;
    if (!key.Exists() || !key.HasValue(kName) || !key.QueryValue(kName, value)) return false;
    return value.GetDataLen() > 0 && (static_cast<const unsigned char*>(value.GetData())[0] & 1);
}

}  // namespace

bool starts_at_login() { return run_key().HasValue(kName) && !switched_off(); }

void start_at_login(const std::vector<std::string>& command) {
    auto key = run_key();
    if (!key.Create() || !key.SetValue(kName, to_wx(command_line_text(command)))) {
        throw Error(ErrorCode::settings_invalid,
                    to_utf8(_("Windows did not take the entry that starts the program at login. "
                              "Ask whoever looks after this computer.")));
    }
    if (switched_off()) approved_key().DeleteValue(kName);
}

void start_at_login_no_more() {
    auto key = run_key();
    if (key.HasValue(kName)) key.DeleteValue(kName);
}

}  // namespace cfs
