// Shows notifications on the desktop. A new one about the same matter takes the old one's place.
#pragma once

#include <string>

#include "dialogs/notification_text.h"

namespace cfs {

class Notifier {
  public:
    virtual ~Notifier() = default;

    // Returns at once; `matter` is an opaque word ("conflicts of this database").
    virtual void show(const std::string& matter, const NotificationText& text) = 0;
};

}  // namespace cfs
