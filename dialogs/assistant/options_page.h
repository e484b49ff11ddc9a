// The fourth page: the lasting options, as in the preferences.
#pragma once

#include "dialogs/assistant/assistant_page.h"

namespace cfs {

class OptionsPanel;

class OptionsPage : public AssistantPage {
  public:
    OptionsPage(wxWindow* book, AssistantHost& host);

    void enter() override;
    void next() override;

  private:
    OptionsPanel* options_ = nullptr;
};

}  // namespace cfs
