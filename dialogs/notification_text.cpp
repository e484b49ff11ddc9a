#include "dialogs/notification_text.h"

#include <wx/intl.h>

#include "dialogs/error_text.h"
#include "dialogs/wx_text.h"

namespace cfs {
namespace {

wxString conflicts_title(std::int64_t count) {
    return wxString::Format(
        wxPLURAL("%lld new conflict", "%lld new conflicts", static_cast<unsigned>(count)),
        static_cast<long long>(count));
}

wxString conflicts_body(const Notification& notification) {
    wxString body =
        _("The same record was changed at two sites. Both values are kept; see the log.");
    if (notification.safety) {
        body += "\n" + _("Allergies or other safety entries are concerned: please look soon.");
    }
    return body;
}

wxString error_body(const Notification& notification) {
    wxString body = to_wx(notification.sentence);
    const auto more = notification.count - 1;
    if (more > 0) {
        body += "\n" + wxString::Format(wxPLURAL("%lld more problem: see the log.",
                                                 "%lld more problems: see the log.",
                                                 static_cast<unsigned>(more)),
                                        static_cast<long long>(more));
    }
    return body;
}

}  // namespace

NotificationText text_of(const Notification& notification, bool with_site) {
    const bool conflicts = notification.kind == NotificationKind::new_conflicts;
    NotificationText text{
        conflicts ? conflicts_title(notification.count) : heading_of(notification.code),
        conflicts ? conflicts_body(notification) : error_body(notification)};
    if (with_site) text.title = to_wx(notification.site) + ": " + text.title;
    return text;
}

}  // namespace cfs
