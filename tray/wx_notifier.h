// Notifications by wxNotificationMessage.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "tray/notifier.h"

class wxNotificationMessage;

namespace cfs {

class WxNotifier : public Notifier {
  public:
    // `show_log` is called when the user asks for the log from a notification.
    explicit WxNotifier(std::function<void()> show_log);
    ~WxNotifier() override;

    void show(const std::string& matter, const NotificationText& text) override;

  private:
    void show_now(const std::string& matter, const NotificationText& text, bool markup);
    [[nodiscard]] wxNotificationMessage& message_for(const std::string& matter);

    std::function<void()> show_log_;
    // Kept while the program runs: a destroyed message loses its buttons.
    std::map<std::string, std::unique_ptr<wxNotificationMessage>> messages_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace cfs
