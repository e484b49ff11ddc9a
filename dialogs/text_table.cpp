#include "dialogs/text_table.h"

namespace cfs {

// A wxListCtrl's rows are invisible to screen readers under GTK; a data view is a native list.
class TextTable::Model : public wxDataViewVirtualListModel {
  public:
    explicit Model(std::size_t columns) : columns_(static_cast<unsigned>(columns)) {}

    unsigned GetColumnCount() const override { return columns_; }
    wxString GetColumnType(unsigned) const override { return "string"; }
    bool SetValueByRow(const wxVariant&, unsigned, unsigned) override { return false; }

    void GetValueByRow(wxVariant& value, unsigned row, unsigned column) const override {
        value = row < rows_.size() && column < rows_[row].size() ? rows_[row][column] : wxString();
    }

    std::vector<Row> rows_;

  private:
    unsigned columns_;
};

TextTable::TextTable(wxWindow* parent, const std::vector<Column>& columns)
    : wxDataViewCtrl(parent, wxID_ANY, wxDefaultPosition, wxDefaultSize,
                     wxDV_SINGLE | wxDV_ROW_LINES),
      model_(new Model(columns.size())) {
    AssociateModel(model_.get());
    unsigned index = 0;
    for (const auto& column : columns) {
        AppendTextColumn(column.title, index++, wxDATAVIEW_CELL_INERT, FromDIP(column.width),
                         wxALIGN_LEFT, wxDATAVIEW_COL_RESIZABLE);
    }
}

void TextTable::set_rows(std::vector<Row> rows) {
    model_->rows_ = std::move(rows);
    model_->Reset(static_cast<unsigned>(model_->rows_.size()));
}

void TextTable::append_rows(std::vector<Row> rows) {
    for (auto& row : rows) {
        model_->rows_.push_back(std::move(row));
        model_->RowAppended();
    }
    if (!rows.empty()) EnsureVisible(model_->GetItem(static_cast<unsigned>(row_count() - 1)));
}

std::size_t TextTable::row_count() const { return model_->rows_.size(); }

int TextTable::selected_row() const {
    const auto item = GetSelection();
    return item.IsOk() ? static_cast<int>(model_->GetRow(item)) : -1;
}

void TextTable::select_row(int row) {
    const auto item = model_->GetItem(static_cast<unsigned>(row));
    UnselectAll();
    SetCurrentItem(item);
    Select(item);
    EnsureVisible(item);
}

}  // namespace cfs
