// The lines of a run, in which a text can be found and from which lines can be copied.
#pragma once

#include <wx/panel.h>

#include <vector>

#include "dialogs/row_search.h"

class wxStaticText;
class wxTextCtrl;

namespace cfs {

class TextTable;

class LineList : public wxPanel {
  public:
    explicit LineList(wxWindow* parent);

    void set_rows(std::vector<TextRow> rows);
    void append_rows(std::vector<TextRow> rows);
    [[nodiscard]] std::size_t row_count() const;

    void copy() const;  // the chosen lines, else all
    void start_search();
    void find(SearchDirection direction);

  private:
    wxSizer* make_search();

    TextTable* table_ = nullptr;
    wxTextCtrl* text_ = nullptr;
    wxStaticText* none_ = nullptr;
};

}  // namespace cfs
