#include "dialogs/conflict_panel.h"

#include <wx/button.h>
#include <wx/intl.h>
#include <wx/sizer.h>
#include <wx/stattext.h>
#include <wx/textctrl.h>
#include <wx/tokenzr.h>

#include "dialogs/accessible.h"
#include "dialogs/review_text.h"
#include "dialogs/wx_text.h"

namespace cfs {
namespace {

constexpr int kValueWidth = 190;
constexpr int kLongHeight = 90;
constexpr std::size_t kLongText = 200;
constexpr std::size_t kLongWord = 26;

bool has_long_word(const wxString& text) {
    wxStringTokenizer words(text, " \t\n");
    while (words.HasMoreTokens()) {
        if (words.GetNextToken().length() > kLongWord) return true;
    }
    return false;
}

// Is it scrolled in a field of its own?
bool is_long(const wxString& text) {
    return text.length() > kLongText || text.Freq('\n') > 5 || has_long_word(text);
}

// Two records that look alike but for the mark are told apart without colours, and without bold.
wxString marked(const wxString& name) { return wxString::FromUTF8("\xe2\x89\xa0 ") + name; }

}  // namespace

ConflictPanel::ConflictPanel(wxWindow* parent, Keep keep)
    : wxScrolledWindow(parent, wxID_ANY, wxDefaultPosition, wxDefaultSize, wxVSCROLL | wxHSCROLL),
      keep_(std::move(keep)) {
    SetScrollRate(FromDIP(10), FromDIP(10));
}

void ConflictPanel::show(const std::optional<Conflict>& conflict, bool only_different, Time now) {
    Freeze();
    DestroyChildren();
    conflict_ = conflict;
    const int columns = conflict ? 1 + static_cast<int>(conflict->values.size()) : 1;
    grid_ = new wxFlexGridSizer(columns, FromDIP(wxSize(14, 6)));
    SetSizer(grid_);
    if (conflict_) {
        add_heads(now);
        for (const auto& field : compared_fields(*conflict_, only_different)) add_field(field);
        add_buttons(now);
    }
    Scroll(0, 0);
    FitInside();
    Layout();
    Thaw();
}

void ConflictPanel::add_heads(Time now) {
    grid_->AddSpacer(0);
    for (const auto& value : conflict_->values) {
        auto text = writer_text(value, now);
        if (value.shown) text += "\n" + _("Shown at present");
        add_text(text, true, true);
    }
}

void ConflictPanel::add_field(const ComparedField& field) {
    add_text(field.differs ? marked(field.name) : field.name, field.differs, false);
    for (std::size_t i = 0; i < field.values.size(); ++i) {
        const auto name =
            wxString::Format(_("%s, %s"), field.name, to_wx(conflict_->values[i].site));
        add_value(field.values[i], name, field.differs);
    }
}

void ConflictPanel::add_buttons(Time now) {
    grid_->AddSpacer(0);
    int number = 1;
    for (const auto& value : conflict_->values) {
        auto* button =
            new wxButton(this, wxID_ANY, wxString::Format(_("Keep This (&%d)"), number++));
        set_accessible_name(*button, wxString::Format(_("Keep this: %s"), writer_text(value, now)));
        button->Bind(wxEVT_BUTTON, [this, value](wxCommandEvent&) { keep_(value); });
        grid_->Add(button, wxSizerFlags().Border(wxTOP | wxBOTTOM));
    }
}

void ConflictPanel::add_text(const wxString& text, bool bold, bool wrapped) {
    auto* label = new wxStaticText(this, wxID_ANY, {});
    label->SetLabelText(text);
    if (bold) label->SetFont(label->GetFont().Bold());
    if (wrapped) label->Wrap(FromDIP(kValueWidth));
    grid_->Add(label, wxSizerFlags().Top());
}

void ConflictPanel::add_value(const wxString& text, const wxString& name, bool bold) {
    if (!is_long(text)) return add_text(text, bold, true);
    auto* field = new wxTextCtrl(this, wxID_ANY, text, wxDefaultPosition,
                                 FromDIP(wxSize(kValueWidth, kLongHeight)),
                                 wxTE_MULTILINE | wxTE_READONLY | wxTE_BESTWRAP);
    if (bold) field->SetFont(field->GetFont().Bold());
    set_accessible_name(*field, name);
    field->SetInsertionPoint(0);  // and so its beginning is shown
    grid_->Add(field, wxSizerFlags().Top());
}

}  // namespace cfs
