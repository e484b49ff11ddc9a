// The second page: the clinic program, recognised by its tables, and the site's name.
#pragma once

#include <string>
#include <vector>

#include "dialogs/assistant/assistant_page.h"

class wxButton;
class wxChoice;
class wxStaticText;
class wxTextCtrl;

namespace cfs {

class FaultText;
class PathField;
class WrappedText;

class ProgramPage : public AssistantPage {
  public:
    ProgramPage(wxWindow* book, AssistantHost& host);

    void enter() override;
    void next() override;

  private:
    wxSizer* labelled_row(const wxString& label, wxWindow* control);
    void align_labels();
    void add_mapping_rows(wxSizer* column);
    void add_site_rows(wxSizer* column);
    void fill_programs();
    void show_file();
    [[nodiscard]] bool from_file() const;
    [[nodiscard]] std::string chosen_mapping() const;
    [[nodiscard]] bool check();
    void matched(const std::exception_ptr& error, const MappingMatch& match);
    void show_mapping_fault(const wxString& sentence);

    void write_first_mapping();
    void written(const std::exception_ptr& error, const std::string& path);

    std::string known_connection_;       // whose programs are listed
    std::vector<std::string> mappings_;  // as listed
    std::vector<wxStaticText*> labels_;
    WrappedText* recognised_ = nullptr;
    wxChoice* program_ = nullptr;
    PathField* file_ = nullptr;
    wxButton* write_ = nullptr;
    FaultText* mapping_fault_ = nullptr;
    WrappedText* note_ = nullptr;
    wxTextCtrl* site_ = nullptr;
    FaultText* site_fault_ = nullptr;
};

}  // namespace cfs
