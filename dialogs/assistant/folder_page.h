// The third page: the sync folder, one of a cloud client's or any other. Whether it is joined or
// begun is found out by looking into it.
#pragma once

#include <wx/timer.h>

#include <string>
#include <vector>

#include "core/clients/cloud_folders.h"
#include "dialogs/assistant/assistant_page.h"
#include "dialogs/assistant/setup_text.h"

class wxListBox;
class wxStaticText;

namespace cfs {

class PathField;
class WrappedText;

class FolderPage : public AssistantPage {
  public:
    FolderPage(wxWindow* book, AssistantHost& host);

    void enter() override;
    void next() override;

  private:
    struct Look;

    void find_folders();
    void show_found();
    void look_soon();
    void look_now();
    void looked(const std::exception_ptr& error, const Look& look);
    [[nodiscard]] std::function<void()> look_into(const std::shared_ptr<Look>& look);
    void refuse(const wxString& sentence);

    std::vector<CloudFolder> found_;
    bool searched_ = false;
    wxTimer pause_;  // while the path is being typed
    wxStaticText* label_ = nullptr;
    wxListBox* list_ = nullptr;
    WrappedText* none_ = nullptr;
    PathField* folder_ = nullptr;
    WrappedText* plan_ = nullptr;
    WrappedText* advice_ = nullptr;
};

}  // namespace cfs
