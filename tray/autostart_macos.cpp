#include <wx/intl.h>

#include <boost/filesystem.hpp>
#include <cstdlib>

#include "core/engine/local_files.h"
#include "core/model/error.h"
#include "dialogs/wx_text.h"
#include "tray/autostart.h"
#include "tray/autostart_text.h"

namespace cfs {
namespace {

namespace fs = boost::filesystem;

fs::path agent() {
    const char* home = std::getenv("HOME");
    return to_path(home ? home : "") / "Library/LaunchAgents/cloud-folder-sync.plist";
}

}  // namespace

bool starts_at_login() {
    boost::system::error_code ignored;
    return fs::exists(agent(), ignored);
}

void start_at_login(const std::vector<std::string>& command) {
    boost::system::error_code error;
    fs::create_directories(agent().parent_path(), error);
    try {
        write_whole_file(agent(), launch_agent_text(command));
    } catch (const Error&) {
        throw Error(ErrorCode::settings_invalid,
                    cfs::to_utf8(wxString::Format(
                        _("The file %s can't be written, so what starts at login stays as it was. "
                          "Check the rights of its folder."),
                        to_wx(to_utf8(agent())))));
    }
}

void start_at_login_no_more() {
    boost::system::error_code ignored;
    fs::remove(agent(), ignored);
}

}  // namespace cfs
