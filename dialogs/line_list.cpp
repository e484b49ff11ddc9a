#include "dialogs/line_list.h"

#include <wx/intl.h>
#include <wx/sizer.h>
#include <wx/stattext.h>
#include <wx/textctrl.h>

#include "dialogs/accessible.h"
#include "dialogs/buttons.h"
#include "dialogs/text_table.h"

namespace cfs {

LineList::LineList(wxWindow* parent) : wxPanel(parent) {
    auto* column = new wxBoxSizer(wxVERTICAL);
    auto* label = new wxStaticText(this, wxID_ANY, _("&Lines of the chosen run:"));
    column->Add(make_search(), wxSizerFlags().Expand().Border(wxBOTTOM));
    table_ = new TextTable(this, {{_("Time"), 70}, {_("What happened"), 330}, {_("Patient"), 280}},
                           TextTable::Choice::many);
    set_label_for(*label, *table_);
    column->Add(label, wxSizerFlags().Border(wxBOTTOM));
    column->Add(table_, wxSizerFlags(1).Expand());
    SetSizer(column);
}

wxSizer* LineList::make_search() {
    auto* row = new wxBoxSizer(wxHORIZONTAL);
    auto* label = new wxStaticText(this, wxID_ANY, _("&Find in the lines:"));
    text_ =
        new wxTextCtrl(this, wxID_ANY, {}, wxDefaultPosition, wxDefaultSize, wxTE_PROCESS_ENTER);
    set_label_for(*label, *text_);
    none_ = new wxStaticText(this, wxID_ANY, _("Not found"));
    none_->Hide();
    row->Add(label, wxSizerFlags().CenterVertical().Border(wxRIGHT));
    row->Add(text_, wxSizerFlags(1).CenterVertical());
    row->Add(none_, wxSizerFlags().CenterVertical().Border(wxLEFT));
    add_button(this, row, _("&Next"), [this] { find(SearchDirection::next); });
    add_button(this, row, _("&Previous"), [this] { find(SearchDirection::previous); });
    text_->Bind(wxEVT_TEXT_ENTER, [this](wxCommandEvent&) { find(SearchDirection::next); });
    text_->Bind(wxEVT_TEXT, [this](wxCommandEvent&) {
        none_->Hide();
        Layout();
    });
    return row;
}

void LineList::set_rows(std::vector<TextRow> rows) { table_->set_rows(std::move(rows)); }

void LineList::append_rows(std::vector<TextRow> rows) { table_->append_rows(std::move(rows)); }

std::size_t LineList::row_count() const { return table_->row_count(); }

void LineList::copy() const {
    const auto chosen = table_->selected_rows();
    copy_rows(chosen.empty() ? table_->rows() : chosen);
}

void LineList::start_search() {
    text_->SetFocus();
    text_->SelectAll();
}

void LineList::find(SearchDirection direction) {
    const int row = find_row(table_->rows(), text_->GetValue(), table_->selected_row(), direction);
    none_->Show(row < 0 && !text_->GetValue().empty());
    Layout();
    if (row >= 0) table_->select_row(row);
}

}  // namespace cfs
