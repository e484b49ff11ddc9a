// The system's wish that the program ends: SIGTERM and its kin.
#pragma once

#include <functional>

class wxApp;

namespace cfs {

// `handler` is called on the thread of the windows, outside of the signal.
void on_end_signals(wxApp& app, std::function<void()> handler);

}  // namespace cfs
