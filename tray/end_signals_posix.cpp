#include <wx/app.h>

#include <csignal>

#include "tray/end_signals.h"

namespace cfs {
namespace {

std::function<void()> end_handler;

void call_handler(int) {
    if (end_handler) end_handler();
}

}  // namespace

void on_end_signals(wxApp& app, std::function<void()> handler) {
    end_handler = std::move(handler);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) app.SetSignalHandler(signal, call_handler);
}

}  // namespace cfs
