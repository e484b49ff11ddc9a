#include "tray/notification_service.h"

namespace cfs {

// Windows and macOS always have one, and it takes the text as it is.
void ask_notification_service(std::function<void(NotificationService)> answer) {
    answer(NotificationService::plain_text);
}

}  // namespace cfs
