// The first page: which database, a file or one on a server, and whether it can be reached.
#pragma once

#include <string>

#include "dialogs/assistant/assistant_page.h"

class wxButton;
class wxRadioButton;

namespace cfs {

class PathField;
class ServerFields;
class WrappedText;

class DatabasePage : public AssistantPage {
  public:
    DatabasePage(wxWindow* book, AssistantHost& host);

    void enter() override;
    void next() override;

  private:
    void add_choice(wxSizer* column);
    void show_kind();
    [[nodiscard]] bool check();  // what is filled in; false: a fault is shown
    [[nodiscard]] std::string connection() const;
    void test(std::function<void()> found);
    void tested(const std::exception_ptr& error, const std::function<void()>& found);
    void show_fault(const std::exception_ptr& error);
    void show_fault(const wxString& sentence);

    wxRadioButton* file_kind_ = nullptr;
    wxRadioButton* server_kind_ = nullptr;
    PathField* file_ = nullptr;
    ServerFields* server_ = nullptr;
    wxButton* test_ = nullptr;
    WrappedText* found_ = nullptr;
};

}  // namespace cfs
