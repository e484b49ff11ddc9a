#include "dialogs/database_choice.h"

#include <wx/choice.h>
#include <wx/sizer.h>
#include <wx/stattext.h>

#include "dialogs/accessible.h"
#include "dialogs/wx_text.h"

namespace cfs {

DatabaseChoice::DatabaseChoice(wxWindow* parent, const wxString& label,
                               std::function<void()> chosen)
    : wxPanel(parent) {
    auto* row = new wxBoxSizer(wxHORIZONTAL);
    auto* text = new wxStaticText(this, wxID_ANY, label);
    choice_ = new wxChoice(this, wxID_ANY);
    set_label_for(*text, *choice_);
    choice_->Bind(wxEVT_CHOICE, [chosen = std::move(chosen)](wxCommandEvent&) { chosen(); });
    row->Add(text, wxSizerFlags().CenterVertical().Border(wxRIGHT));
    row->Add(choice_, wxSizerFlags(1).CenterVertical());
    SetSizer(row);
    Hide();
}

void DatabaseChoice::set(std::vector<DatabaseSettings> databases) {
    const auto before = connection();
    databases_ = std::move(databases);
    choice_->Clear();
    for (const auto& database : databases_) choice_->Append(to_wx(database.site));
    if (!choose(before) && !databases_.empty()) choice_->SetSelection(0);
    Show(databases_.size() > 1);
}

bool DatabaseChoice::choose(const std::string& connection) {
    for (std::size_t i = 0; i < databases_.size(); ++i) {
        if (databases_[i].connection != connection) continue;
        choice_->SetSelection(static_cast<int>(i));
        return true;
    }
    return false;
}

std::string DatabaseChoice::connection() const {
    const int selected = choice_->GetSelection();
    if (selected < 0 || static_cast<std::size_t>(selected) >= databases_.size()) return {};
    return databases_[static_cast<std::size_t>(selected)].connection;
}

}  // namespace cfs
