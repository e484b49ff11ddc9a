#include "dialogs/path_field.h"

#include <wx/button.h>
#include <wx/dirdlg.h>
#include <wx/filedlg.h>
#include <wx/intl.h>
#include <wx/sizer.h>
#include <wx/textctrl.h>

#include "dialogs/accessible.h"
#include "dialogs/fault_text.h"
#include "dialogs/wx_text.h"

namespace cfs {

PathField::PathField(wxWindow* parent, Kind kind, const wxString& label, const wxString& wildcard)
    : wxPanel(parent), kind_(kind), wildcard_(wildcard) {
    auto* column = new wxBoxSizer(wxVERTICAL);
    column->Add(make_row(label), wxSizerFlags().Expand());
    fault_ = new FaultText(this);
    column->Add(fault_, wxSizerFlags().Expand().Border(wxTOP, FromDIP(3)));
    SetSizer(column);
    text_->Bind(wxEVT_TEXT, [this](wxCommandEvent& event) {
        fault_->clear();
        event.SetEventObject(this);
        event.Skip();
    });
}

wxSizer* PathField::make_row(const wxString& label) {
    auto* row = new wxBoxSizer(wxHORIZONTAL);
    label_ = new wxStaticText(this, wxID_ANY, label);
    text_ = new wxTextCtrl(this, wxID_ANY, {}, wxDefaultPosition, FromDIP(wxSize(280, -1)));
    auto* button = new wxButton(this, wxID_ANY, _("Browse..."));
    button->Bind(wxEVT_BUTTON, [this](wxCommandEvent&) { browse(); });
    set_label_for(*label_, *text_);
    set_accessible_name(*button,
                        wxString::Format(_("Browse: %s"), without_colon(label_->GetLabelText())));
    row->Add(label_, wxSizerFlags().CenterVertical().Border(wxRIGHT));
    row->Add(text_, wxSizerFlags(1).CenterVertical().Border(wxRIGHT));
    row->Add(button, wxSizerFlags().CenterVertical());
    return row;
}

std::string PathField::path() const { return to_utf8(text_->GetValue().Strip(wxString::both)); }

void PathField::set_path(const std::string& path) { text_->ChangeValue(to_wx(path)); }

void PathField::show_fault(const wxString& sentence) {
    fault_->show(sentence);
    if (!sentence.empty()) text_->SetFocus();
}

void PathField::browse() {
    const auto path = chosen();
    if (!path.empty()) text_->SetValue(path);
    text_->SetFocus();
}

wxString PathField::chosen() {
    if (kind_ == Kind::folder) {
        wxDirDialog dialog(this, _("Choose the folder"), text_->GetValue(),
                           wxDD_DEFAULT_STYLE | wxDD_DIR_MUST_EXIST);
        return dialog.ShowModal() == wxID_OK ? dialog.GetPath() : wxString();
    }
    wxFileDialog dialog(this, _("Choose the file"), {}, text_->GetValue(), wildcard_,
                        wxFD_OPEN | wxFD_FILE_MUST_EXIST);
    return dialog.ShowModal() == wxID_OK ? dialog.GetPath() : wxString();
}

}  // namespace cfs
