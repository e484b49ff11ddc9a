// How a window comes to the front.
#pragma once

class wxTopLevelWindow;

namespace cfs {

// Shows the window before all others, with the keyboard.
void bring_to_front(wxTopLevelWindow& window);

}  // namespace cfs
