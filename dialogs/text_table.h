// A read-only table of texts that stays quick and readable by screen readers for 10,000 rows.
#pragma once

#include <wx/dataview.h>

#include <vector>

#include "dialogs/row_search.h"

namespace cfs {

class TextTable : public wxDataViewCtrl {
  public:
    using Row = TextRow;
    enum class Choice { one, many };

    struct Column {
        wxString title;
        int width;  // in device-independent pixels
        // Too long for it, a path is shortened in the middle.
        bool holds_paths = false;
    };

    TextTable(wxWindow* parent, const std::vector<Column>& columns, Choice choice = Choice::one);

    void set_rows(std::vector<Row> rows);
    // Adds below and scrolls to the end.
    void append_rows(std::vector<Row> rows);
    [[nodiscard]] std::size_t row_count() const { return rows().size(); }
    [[nodiscard]] const std::vector<Row>& rows() const;

    [[nodiscard]] int selected_row() const;                // the first; -1: none
    [[nodiscard]] std::vector<Row> selected_rows() const;  // in their order
    void select_row(int row);

  private:
    [[nodiscard]] std::vector<unsigned> selected() const;

    class Model;
    wxObjectDataPtr<Model> model_;
};

// To the clipboard, as a table that a mail or a spreadsheet takes.
void copy_rows(const std::vector<TextRow>& rows);

}  // namespace cfs
