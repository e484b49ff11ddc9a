#include "dialogs/text_table.h"

#include <wx/clipbrd.h>

#include <algorithm>

namespace cfs {

constexpr int kAroundTitle = 40;  // in device-independent pixels: margins, and the title is bold

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

TextTable::TextTable(wxWindow* parent, const std::vector<Column>& columns, Choice choice)
    : wxDataViewCtrl(parent, wxID_ANY, wxDefaultPosition, wxDefaultSize,
                     (choice == Choice::one ? wxDV_SINGLE : wxDV_MULTIPLE) | wxDV_ROW_LINES),
      model_(new Model(columns.size())) {
    AssociateModel(model_.get());
    unsigned index = 0;
    for (const auto& column : columns) {
        const int title = GetTextExtent(column.title).GetWidth() + FromDIP(kAroundTitle);
        auto* made = AppendTextColumn(column.title, index++, wxDATAVIEW_CELL_INERT,
                                      std::max(FromDIP(column.width), title), wxALIGN_LEFT,
                                      wxDATAVIEW_COL_RESIZABLE);
        made->GetRenderer()->EnableEllipsize(column.holds_paths ? wxELLIPSIZE_MIDDLE
                                                                : wxELLIPSIZE_END);
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

const std::vector<TextTable::Row>& TextTable::rows() const { return model_->rows_; }

std::vector<unsigned> TextTable::selected() const {
    wxDataViewItemArray items;
    GetSelections(items);
    std::vector<unsigned> numbers;
    for (const auto& item : items) numbers.push_back(model_->GetRow(item));
    std::sort(numbers.begin(), numbers.end());
    return numbers;
}

int TextTable::selected_row() const {
    const auto numbers = selected();
    return numbers.empty() ? -1 : static_cast<int>(numbers.front());
}

std::vector<TextTable::Row> TextTable::selected_rows() const {
    std::vector<Row> chosen;
    for (const auto number : selected()) {
        if (number < rows().size()) chosen.push_back(rows()[number]);
    }
    return chosen;
}

void TextTable::select_row(int row) {
    const auto item = model_->GetItem(static_cast<unsigned>(row));
    UnselectAll();
    SetCurrentItem(item);
    Select(item);
    EnsureVisible(item);
}

void copy_rows(const std::vector<TextRow>& rows) {
    const wxClipboardLocker lock;
    if (!lock) return;
    wxTheClipboard->SetData(new wxTextDataObject(text_of_rows(rows)));
}

}  // namespace cfs
