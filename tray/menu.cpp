#include "tray/menu.h"

#include <wx/intl.h>

#include "dialogs/number_text.h"
#include "dialogs/wx_text.h"

namespace cfs {
namespace {

const MenuEntry kSeparator{{}, {}, true};

wxString without_mnemonics(wxString text) {
    text.Replace("&", "&&");
    return text;
}

MenuEntry line(const wxString& text) { return {without_mnemonics(text), {}, false}; }

MenuEntry review_entry(const std::string& database, std::int64_t conflicts) {
    return {wxString::Format(_("Review &Conflicts (%s)..."), number_text(conflicts)),
            Command{Action::review_conflicts, database}};
}

void append_sync(Menu& menu, const std::string& database, bool can_sync) {
    menu.push_back({_("&Sync Now"), Command{Action::sync_now, database}, can_sync});
    menu.push_back({_("Pre&view Sync..."), Command{Action::preview_sync, database}, can_sync});
    menu.push_back({_("&Undo Last Sync..."), Command{Action::undo_last_sync, database}, can_sync});
}

MenuEntry submenu_of(const DatabaseView& database, bool can_sync) {
    const auto& connection = database.connection;
    Menu menu = {line(database.status), kSeparator};
    append_sync(menu, connection, can_sync);
    if (database.conflicts > 0) menu.push_back(review_entry(connection, database.conflicts));
    menu.push_back({_("&Open Sync Folder"), Command{Action::open_sync_folder, connection},
                    database.has_folder});
    return {without_mnemonics(to_wx(database.site)), {}, true, std::move(menu)};
}

MenuEntry pause_entry(const TrayView& view) {
    if (view.paused) return {_("&Resume"), Command{Action::resume, {}}};
    return {_("&Pause"),
            {},
            true,
            {{_("For 1 &hour"), Command{Action::pause_for_an_hour, {}}},
             {_("Until &tomorrow"), Command{Action::pause_until_tomorrow, {}}},
             {_("Until &resumed"), Command{Action::pause_until_resumed, {}}}}};
}

void append_databases(Menu& menu, const TrayView& view) {
    for (const auto& database : view.databases) {
        menu.push_back(submenu_of(database, view.can_sync));
    }
    menu.push_back(kSeparator);
}

}  // namespace

// Within one level no two mnemonics are the same.
Menu menu_of(const TrayView& view) {
    const bool several = view.databases.size() > 1;
    Menu menu = {line(view.status), kSeparator};
    if (several) {
        append_databases(menu, view);
        menu.push_back({_("&Sync Now"), Command{Action::sync_now, {}}, view.can_sync});
    } else {
        append_sync(menu, {}, view.can_sync);
    }
    if (!view.databases.empty()) menu.push_back(pause_entry(view));
    if (view.conflicts > 0) menu.push_back(review_entry({}, view.conflicts));
    menu.push_back({_("&Latest Logs..."), Command{Action::latest_logs, {}}});
    menu.push_back({_("S&ites..."), Command{Action::sites, {}}});
    if (!several) {
        menu.push_back(
            {_("&Open Sync Folder"), Command{Action::open_sync_folder, {}}, view.can_open_folder});
    }
    menu.push_back(kSeparator);
    menu.push_back({_("Pr&eferences..."), Command{Action::preferences, {}}});
    if (view.has_guide) menu.push_back({_("User's &Guide"), Command{Action::user_guide, {}}});
    menu.push_back({_("&About Cloud Folder Sync"), Command{Action::about, {}}});
    menu.push_back(kSeparator);
    menu.push_back({_("&Quit"), Command{Action::quit, {}}});
    return menu;
}

}  // namespace cfs
