#include "tray/menu.h"

#include <wx/intl.h>

namespace cfs {
namespace {

wxString without_mnemonics(wxString text) {
    text.Replace("&", "&&");
    return text;
}

}  // namespace

std::vector<MenuEntry> menu_of(const TrayView& view) {
    const MenuEntry separator{{}, {}, true};
    return {
        {without_mnemonics(view.status), {}, false},
        separator,
        {_("&Sync Now"), Command::sync_now, view.can_sync},
        {_("&Latest Logs..."), Command::latest_logs},
        {_("&Preferences..."), Command::preferences},
        {_("&Open Sync Folder"), Command::open_sync_folder, view.can_open_folder},
        separator,
        {_("&Quit"), Command::quit},
    };
}

}  // namespace cfs
