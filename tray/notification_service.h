// Whether the desktop's notification service answers, asked without waiting for it.
#pragma once

#include <functional>

namespace cfs {

enum class NotificationService { missing, plain_text, reads_markup };

// `answer` is called on the thread of the windows, after two seconds at the latest.
void ask_notification_service(std::function<void(NotificationService)> answer);

}  // namespace cfs
