#include <wx/log.h>
#include <wx/notifmsg.h>

#include <map>

#include "tray/notifier.h"

namespace cfs {
namespace {

class NativeNotifier : public Notifier {
  public:
    explicit NativeNotifier(CommandHandler handler) : handler_(std::move(handler)) {}

    void show(const Notice& notice) override {
        auto& message = messages_[notice.matter];
        if (message) message->Close();
        message = std::make_unique<wxNotificationMessage>(notice.text.title, notice.text.body);
        message->SetFlags(wxICON_WARNING);
        message->AddAction(wxID_VIEW_LIST, notice.button);
        for (const auto& click :
             {wxEVT_NOTIFICATION_MESSAGE_ACTION, wxEVT_NOTIFICATION_MESSAGE_CLICK}) {
            message->Bind(click,
                          [this, command = notice.command](wxCommandEvent&) { handler_(command); });
        }
        if (!message->Show(wxNotificationMessage::Timeout_Auto)) {
            wxLogMessage("the notification could not be shown: %s", notice.text.title);
        }
    }

  private:
    CommandHandler handler_;
    // Kept while the program runs: a destroyed message loses its buttons.
    std::map<std::string, std::unique_ptr<wxNotificationMessage>> messages_;
};

}  // namespace

std::unique_ptr<Notifier> desktop_notifier(CommandHandler handler) {
    return std::make_unique<NativeNotifier>(std::move(handler));
}

}  // namespace cfs
