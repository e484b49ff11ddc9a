#include "tray/notice.h"

#include <wx/intl.h>

namespace cfs {
namespace {

// Where the remedy is another folder, database, mapping or password.
bool is_mended_in_preferences(ErrorCode code) {
    switch (code) {
        case ErrorCode::database_missing:
        case ErrorCode::database_replaced:
        case ErrorCode::not_enabled:
        case ErrorCode::triggers_missing:
        case ErrorCode::mapping_invalid:
        case ErrorCode::mapping_table:
        case ErrorCode::mapping_column:
        case ErrorCode::mapping_family:
        case ErrorCode::folder_missing:
        case ErrorCode::folder_unwritable:
        case ErrorCode::folder_contains_database:
        case ErrorCode::marker_missing:
        case ErrorCode::marker_other:
        case ErrorCode::secret_store:
            return true;
        default:
            return false;
    }
}

void lead_to(Notice& notice, Action action, const wxString& button, const std::string& database) {
    notice.command = {action, database};
    notice.button = button;
}

}  // namespace

Notice notice_of(const Notification& notification, bool with_site,
                 const std::vector<std::string>& names) {
    Notice notice;
    notice.text = text_of(notification, with_site, names);
    const auto& database = notification.database;
    switch (notification.kind) {
        case NotificationKind::new_conflicts:
            notice.matter = "conflicts " + database;
            notice.urgent = notification.safety;
            lead_to(notice, Action::review_conflicts, _("Review"), database);
            return notice;
        case NotificationKind::error:
            notice.matter = "errors " + database;
            if (is_mended_in_preferences(notification.code)) {
                lead_to(notice, Action::preferences, _("Preferences"), database);
            } else {
                lead_to(notice, Action::latest_logs, _("Open Log"), database);
            }
            return notice;
        case NotificationKind::recovery:
            notice.matter = "errors " + database;
            lead_to(notice, Action::latest_logs, _("Open Log"), database);
            return notice;
    }
    return notice;
}

}  // namespace cfs
