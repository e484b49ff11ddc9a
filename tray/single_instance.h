// One applet for each state folder: a second start hands its command to the first.
#pragma once

#include <wx/string.h>
// Needs what wx/string.h defines first.
#include <wx/snglinst.h>

#include <memory>
#include <string>

#include "tray/command.h"

namespace cfs {

class InstanceServer;

class SingleInstance {
  public:
    explicit SingleInstance(const std::string& state_folder);
    ~SingleInstance();

    [[nodiscard]] bool is_first();

    // To the first instance; false if it did not take it within two seconds.
    [[nodiscard]] bool forward(Action action);

    // Commands that are forwarded go to `handler`, on the thread of the windows.
    void serve(CommandHandler handler);

  private:
    std::string address_;
    wxSingleInstanceChecker checker_;
    std::unique_ptr<InstanceServer> server_;
};

}  // namespace cfs
