#include "dialogs/notification_text.h"

#include <wx/intl.h>

#include "dialogs/error_text.h"
#include "dialogs/number_text.h"
#include "dialogs/wx_text.h"

namespace cfs {
namespace {

constexpr std::size_t kLongestName = 80;
constexpr wxChar kEllipsis = 0x2026;

wxString conflicts_title(const Notification& notification) {
    const auto count = notification.count;
    return notification.patients.size() == 1
               ? counted("%s new conflict in one patient's records",
                         "%s new conflicts in one patient's records", count)
               : counted("%s new conflict", "%s new conflicts", count);
}

wxString conflicts_body(const Notification& notification) {
    wxString body = _("The same record was changed at two sites. Both values are kept.");
    const auto patients = static_cast<std::int64_t>(notification.patients.size());
    if (patients > 1) {
        body += "\n" + counted("The records of %s patient are concerned.",
                               "The records of %s patients are concerned.", patients);
    }
    if (notification.safety) {
        body += "\n" + _("Allergies or other safety entries are concerned: please look soon.");
    }
    return body;
}

wxString error_body(const Notification& notification) {
    wxString body = to_wx(notification.sentence);
    const auto more = notification.count - 1;
    if (more > 0) {
        body +=
            "\n" + counted("%s more problem: see the log.", "%s more problems: see the log.", more);
    }
    return body;
}

wxString cut(const wxString& name) {
    return name.length() <= kLongestName ? name : name.Left(kLongestName) + wxUniChar(kEllipsis);
}

wxString names_text(const std::vector<std::string>& names) {
    wxString text;
    for (const auto& name : names) {
        if (!name.empty()) text += "\n" + wxString::Format(_("Patient: %s"), cut(to_wx(name)));
    }
    return text;
}

NotificationText text_of(const Notification& notification) {
    switch (notification.kind) {
        case NotificationKind::new_conflicts:
            return {conflicts_title(notification), conflicts_body(notification)};
        case NotificationKind::error:
            return {heading_of(notification.code), error_body(notification)};
        case NotificationKind::recovery:
            return {_("Syncing works again"), _("The database and the folder are in step again.")};
    }
    return {};
}

}  // namespace

NotificationText text_of(const Notification& notification, bool with_site,
                         const std::vector<std::string>& names) {
    auto text = text_of(notification);
    text.body += names_text(names);
    if (with_site) text.title = labelled(to_wx(notification.site), text.title);
    return text;
}

}  // namespace cfs
