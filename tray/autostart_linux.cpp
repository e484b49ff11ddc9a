#include <wx/intl.h>

#include <boost/filesystem.hpp>
#include <boost/filesystem/fstream.hpp>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <sstream>

#include "core/engine/local_files.h"
#include "core/model/error.h"
#include "dialogs/wx_text.h"
#include "tray/autostart.h"
#include "tray/autostart_text.h"

namespace cfs {
namespace {

namespace fs = boost::filesystem;

constexpr const char* kFile = "autostart/cloud-folder-sync.desktop";

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

fs::path own_entry() {
    const auto configured = variable("XDG_CONFIG_HOME");
    return (configured.empty() ? to_path(variable("HOME")) / ".config" : to_path(configured)) /
           kFile;
}

// What a package may have put there for all users; the user's own entry goes before it.
std::optional<fs::path> entry_for_all() {
    const auto configured = variable("XDG_CONFIG_DIRS");
    std::istringstream folders(configured.empty() ? "/etc/xdg" : configured);
    boost::system::error_code ignored;
    for (std::string folder; std::getline(folders, folder, ':');) {
        if (fs::exists(to_path(folder) / kFile, ignored)) return to_path(folder) / kFile;
    }
    return std::nullopt;
}

std::optional<std::string> content(const fs::path& path) {
    fs::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    return std::string(std::istreambuf_iterator<char>(file), {});
}

void write_own_entry(const std::string& text) {
    const auto path = own_entry();
    boost::system::error_code error;
    fs::create_directories(path.parent_path(), error);
    try {
        write_whole_file(path, text);
    } catch (const Error&) {
        throw Error(ErrorCode::settings_invalid,
                    cfs::to_utf8(wxString::Format(
                        _("The file %s can't be written, so what starts at login stays as it was. "
                          "Check the rights of its folder."),
                        to_wx(to_utf8(path)))));
    }
}

}  // namespace

bool starts_at_login() {
    if (const auto own = content(own_entry())) return desktop_entry_starts(*own);
    const auto for_all = entry_for_all();
    return for_all && desktop_entry_starts(content(*for_all).value_or(""));
}

void start_at_login(const std::vector<std::string>& command) {
    write_own_entry(desktop_entry_text(command));
}

void start_at_login_no_more() {
    if (entry_for_all()) return write_own_entry("[Desktop Entry]\nHidden=true\n");
    boost::system::error_code error;
    fs::remove(own_entry(), error);
    if (!error) return;
    throw Error(ErrorCode::settings_invalid,
                cfs::to_utf8(wxString::Format(_("The file %s can't be removed, so the program "
                                                "still starts at login. Remove the file."),
                                              to_wx(to_utf8(own_entry())))));
}

}  // namespace cfs
