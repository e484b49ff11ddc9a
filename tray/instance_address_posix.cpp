#include <wx/filename.h>
#include <wx/utils.h>

#include "dialogs/wx_text.h"
#include "tray/instance_address.h"

namespace cfs {
namespace {

// The session's own folder; where there is none the state folder is the user's alone as well.
std::string private_folder(const std::string& state_folder) {
    wxString folder;
    const bool usable = wxGetEnv("XDG_RUNTIME_DIR", &folder) && wxFileName::DirExists(folder);
    return usable ? to_utf8(folder) : state_folder;
}

}  // namespace

InstanceAddress instance_address(const std::string& key, const std::string& state_folder) {
    const auto folder = private_folder(state_folder);
    const auto name = "cloud-folder-sync-" + key;
    return {name + ".lock", folder, folder + "/" + name + ".socket"};
}

}  // namespace cfs
