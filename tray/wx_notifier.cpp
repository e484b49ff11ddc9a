#include "tray/wx_notifier.h"

#include <wx/intl.h>
#include <wx/log.h>
#include <wx/notifmsg.h>

#include "tray/notification_service.h"

namespace cfs {
namespace {

wxString escaped(wxString text) {
    text.Replace("&", "&amp;");
    text.Replace("<", "&lt;");
    text.Replace(">", "&gt;");
    return text;
}

}  // namespace

WxNotifier::WxNotifier(std::function<void()> show_log) : show_log_(std::move(show_log)) {}

WxNotifier::~WxNotifier() = default;

// Showing waits for the service's answer, for 25 seconds where it hangs, so it is asked first.
void WxNotifier::show(const std::string& matter, const NotificationText& text) {
    ask_notification_service(
        [this, alive = std::weak_ptr(alive_), matter, text](NotificationService service) {
            if (alive.expired()) return;
            if (service == NotificationService::missing) {
                wxLogMessage("no notification service answers: %s", text.title);
                return;
            }
            show_now(matter, text, service == NotificationService::reads_markup);
        });
}

void WxNotifier::show_now(const std::string& matter, const NotificationText& text, bool markup) {
    auto& message = message_for(matter);
    message.SetTitle(text.title);
    message.SetMessage(markup ? escaped(text.body) : text.body);
    if (!message.Show(wxNotificationMessage::Timeout_Auto)) {
        wxLogMessage("the notification could not be shown: %s", text.title);
    }
}

wxNotificationMessage& WxNotifier::message_for(const std::string& matter) {
    auto& message = messages_[matter];
    if (!message) {
        message = std::make_unique<wxNotificationMessage>();
        message->SetFlags(wxICON_WARNING);
        message->AddAction(wxID_VIEW_LIST, _("Show Log"));
        message->Bind(wxEVT_NOTIFICATION_MESSAGE_ACTION, [this](wxCommandEvent&) { show_log_(); });
        message->Bind(wxEVT_NOTIFICATION_MESSAGE_CLICK, [this](wxCommandEvent&) { show_log_(); });
    }
    return *message;
}

}  // namespace cfs
