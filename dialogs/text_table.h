// A read-only table of texts that stays quick and readable by screen readers for some 10,000 rows.
#pragma once

#include <wx/dataview.h>

#include <vector>

namespace cfs {

class TextTable : public wxDataViewCtrl {
  public:
    using Row = std::vector<wxString>;

    struct Column {
        wxString title;
        int width;  // in device-independent pixels
    };

    TextTable(wxWindow* parent, const std::vector<Column>& columns);

    void set_rows(std::vector<Row> rows);
    // Adds below and scrolls to the end.
    void append_rows(std::vector<Row> rows);
    [[nodiscard]] std::size_t row_count() const;

    [[nodiscard]] int selected_row() const;  // -1: none
    void select_row(int row);

  private:
    class Model;
    wxObjectDataPtr<Model> model_;
};

}  // namespace cfs
