// Knows the modal dialogs that are open, so that quitting can end them all.
#pragma once

#include <wx/modalhook.h>

#include <vector>

namespace cfs {

class OpenDialogs : private wxModalDialogHook {
  public:
    OpenDialogs() { Register(); }

    void cancel_all();
    [[nodiscard]] bool any() const { return !dialogs_.empty(); }

  private:
    int Enter(wxDialog* dialog) override;
    void Exit(wxDialog* dialog) override;

    std::vector<wxDialog*> dialogs_;
};

}  // namespace cfs
