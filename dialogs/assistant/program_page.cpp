#include "dialogs/assistant/program_page.h"

#include <wx/button.h>
#include <wx/choice.h>
#include <wx/filedlg.h>
#include <wx/intl.h>
#include <wx/sizer.h>
#include <wx/textctrl.h>
#include <wx/utils.h>

#include <algorithm>

#include "core/engine/sync_service.h"
#include "dialogs/accessible.h"
#include "dialogs/assistant/setup_text.h"
#include "dialogs/error_text.h"
#include "dialogs/fault_text.h"
#include "dialogs/path_field.h"
#include "dialogs/wx_text.h"

namespace cfs {

ProgramPage::ProgramPage(wxWindow* book, AssistantHost& host)
    : AssistantPage(book, host, _("The clinic program")) {
    auto* column = new wxBoxSizer(wxVERTICAL);
    recognised_ = new WrappedText(this, kTextWidth);
    column->Add(recognised_, wxSizerFlags().Expand().Border(wxBOTTOM));
    add_mapping_rows(column);
    add_site_rows(column);
    align_labels();
    SetSizer(column);
}

wxSizer* ProgramPage::labelled_row(const wxString& label, wxWindow* control) {
    auto* row = new wxBoxSizer(wxHORIZONTAL);
    auto* text = new wxStaticText(this, wxID_ANY, label);
    text->MoveBeforeInTabOrder(control);
    set_label_for(*text, *control);
    row->Add(text, wxSizerFlags().CenterVertical().Border(wxRIGHT));
    row->Add(control, wxSizerFlags(1).CenterVertical());
    labels_.push_back(text);
    return row;
}

void ProgramPage::align_labels() {
    int widest = 0;
    for (const auto* label : labels_) widest = std::max(widest, label->GetBestSize().GetWidth());
    for (auto* label : labels_) label->SetMinSize(wxSize(widest, -1));
}

void ProgramPage::add_mapping_rows(wxSizer* column) {
    const auto row = wxSizerFlags().Expand().Border(wxBOTTOM);
    program_ = new wxChoice(this, wxID_ANY);
    file_ = new PathField(this, PathField::Kind::file, _("&Mapping file:"),
                          _("Mappings") + "|*.xml|" + _("All files") + "|*");
    write_ = new wxButton(this, wxID_ANY, _("&Write a First Mapping..."));
    mapping_fault_ = new FaultText(this);
    note_ = new WrappedText(this, kTextWidth);
    column->Add(labelled_row(_("Clinic &program:"), program_), row);
    column->Add(file_, row);
    labels_.push_back(file_->label());
    column->Add(mapping_fault_, row);
    column->Add(write_, wxSizerFlags().Border(wxBOTTOM));
    column->Add(note_, row);
    program_->Bind(wxEVT_CHOICE, [this](wxCommandEvent&) { show_file(); });
    file_->Bind(wxEVT_TEXT, [this](wxCommandEvent&) { mapping_fault_->clear(); });
    write_->Bind(wxEVT_BUTTON, [this](wxCommandEvent&) { write_first_mapping(); });
}

void ProgramPage::add_site_rows(wxSizer* column) {
    const auto row = wxSizerFlags().Expand().Border(wxBOTTOM);
    site_ = new wxTextCtrl(this, wxID_ANY, wxGetHostName());
    site_->SetToolTip(_("How other sites will see where a change came from, for example West"));
    site_fault_ = new FaultText(this);
    site_->Bind(wxEVT_TEXT, [this](wxCommandEvent&) { site_fault_->clear(); });
    column->Add(labelled_row(_("Name of this &site:"), site_), row);
    column->Add(site_fault_, row);
}

void ProgramPage::enter() {
    if (known_connection_ != choices().connection) fill_programs();
    program_->SetFocus();
}

void ProgramPage::fill_programs() {
    known_connection_ = choices().connection;
    const auto& look = choices().database;
    mappings_.clear();
    program_->Clear();
    for (const auto& match : look.mappings) {
        mappings_.push_back(match.mapping);
        program_->Append(program_name(match.mapping));
    }
    program_->Append(_("From a mapping file"));
    const bool known = best_match(look) != nullptr;
    program_->SetSelection(known ? 0 : static_cast<int>(mappings_.size()));
    recognised_->show(recognised_text(look));
    note_->clear();
    show_file();
}

void ProgramPage::show_file() {
    mapping_fault_->clear();
    file_->Show(from_file());
    write_->Show(from_file());
    Layout();
}

bool ProgramPage::from_file() const {
    return program_->GetSelection() == static_cast<int>(mappings_.size());
}

std::string ProgramPage::chosen_mapping() const {
    return from_file() ? file_->path()
                       : mappings_[static_cast<std::size_t>(program_->GetSelection())];
}

bool ProgramPage::check() {
    mapping_fault_->clear();
    site_fault_->clear();
    const bool mapped = !chosen_mapping().empty();
    const bool named = !site_->GetValue().Strip(wxString::both).empty();
    if (!named) {
        site_fault_->show(_("Please give this site a name."));
        site_->SetFocus();
    }
    if (!mapped) file_->show_fault(_("Please choose the mapping's file."));
    return mapped && named;
}

void ProgramPage::next() {
    if (!check()) return;
    choices().site = to_utf8(site_->GetValue().Strip(wxString::both));
    choices().mapping = chosen_mapping();
    const auto match = std::make_shared<MappingMatch>();
    host().run([service = &host().service(), choices = choices(),
                match] { *match = service->match_mapping(choices.connection, choices.mapping); },
               [this, match](const std::exception_ptr& error) { matched(error, *match); }, true);
}

void ProgramPage::matched(const std::exception_ptr& error, const MappingMatch& match) {
    if (error) return show_mapping_fault(describe(error).sentence);
    if (!match.fits()) return show_mapping_fault(to_wx(match.obstacle));
    host().go_on();
}

void ProgramPage::show_mapping_fault(const wxString& sentence) {
    mapping_fault_->show(sentence);
    program_->SetFocus();
}

void ProgramPage::write_first_mapping() {
    wxFileDialog dialog(this, _("Save the first mapping"), {}, "mapping.xml",
                        _("Mappings") + "|*.xml", wxFD_SAVE | wxFD_OVERWRITE_PROMPT);
    if (dialog.ShowModal() != wxID_OK) return;
    const auto path = to_utf8(dialog.GetPath());
    host().run([service = &host().service(), connection = choices().connection,
                path] { service->write_first_mapping(connection, path); },
               [this, path](const std::exception_ptr& error) { written(error, path); }, true);
}

void ProgramPage::written(const std::exception_ptr& error, const std::string& path) {
    if (error) return show_mapping_fault(describe(error).sentence);
    file_->set_path(path);
    note_->show(
        _("A first mapping was written. It is a guess: somebody who knows the database "
          "must check it before patients are synced with it."));
    file_->SetFocus();
}

}  // namespace cfs
