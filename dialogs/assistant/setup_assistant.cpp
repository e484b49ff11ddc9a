#include "dialogs/assistant/setup_assistant.h"

#include <wx/activityindicator.h>
#include <wx/button.h>
#include <wx/intl.h>
#include <wx/simplebook.h>
#include <wx/sizer.h>
#include <wx/statline.h>
#include <wx/stattext.h>

#include "dialogs/assistant/database_page.h"
#include "dialogs/assistant/first_sync_page.h"
#include "dialogs/assistant/folder_page.h"
#include "dialogs/assistant/options_page.h"
#include "dialogs/assistant/program_page.h"
#include "dialogs/icons.h"

namespace cfs {

SetupAssistant::SetupAssistant(SyncService& service, Background& background,
                               AssistantActions actions)
    : wxDialog(nullptr, wxID_ANY, _("Set Up Cloud Folder Sync"), wxDefaultPosition, wxDefaultSize,
               wxDEFAULT_DIALOG_STYLE | wxRESIZE_BORDER),
      service_(service),
      background_(background),
      actions_(std::move(actions)) {
    SetIcons(window_icons());
    auto* column = new wxBoxSizer(wxVERTICAL);
    column->Add(make_heading(), wxSizerFlags().Expand().DoubleBorder());
    column->Add(new wxStaticLine(this), wxSizerFlags().Expand());
    book_ = new wxSimplebook(this);
    column->Add(book_, wxSizerFlags(1).Expand().DoubleBorder());
    column->Add(new wxStaticLine(this), wxSizerFlags().Expand());
    column->Add(make_buttons(), wxSizerFlags().Expand().DoubleBorder());
    add_pages();
    SetSizerAndFit(column);
    Bind(
        wxEVT_BUTTON, [this](wxCommandEvent&) { cancel(); }, wxID_CANCEL);
    Bind(wxEVT_CLOSE_WINDOW, [this](wxCloseEvent&) { cancel(); });
    show_page(0);
}

void SetupAssistant::add_pages() {
    pages_ = {new DatabasePage(book_, *this), new ProgramPage(book_, *this),
              new FolderPage(book_, *this), new OptionsPage(book_, *this),
              new FirstSyncPage(book_, *this)};
    for (auto* page : pages_) book_->AddPage(page, page->title());
}

wxSizer* SetupAssistant::make_heading() {
    auto* row = new wxBoxSizer(wxHORIZONTAL);
    title_ = new wxStaticText(this, wxID_ANY, {});
    title_->SetFont(title_->GetFont().Bold().Larger());
    step_ = new wxStaticText(this, wxID_ANY, {});
    row->Add(title_, wxSizerFlags(1).CenterVertical());
    row->Add(step_, wxSizerFlags().CenterVertical());
    return row;
}

wxSizer* SetupAssistant::make_buttons() {
    auto* row = new wxBoxSizer(wxHORIZONTAL);
    activity_ = new wxActivityIndicator(this);
    activity_->Hide();
    cancel_ = new wxButton(this, wxID_CANCEL);
    back_ = new wxButton(this, wxID_ANY, _("&Back"));
    next_ = new wxButton(this, wxID_ANY, _("&Next"));
    next_->SetDefault();
    back_->Bind(wxEVT_BUTTON, [this](wxCommandEvent&) { show_page(shown_ - 1); });
    next_->Bind(wxEVT_BUTTON, [this](wxCommandEvent&) { page().next(); });
    row->Add(activity_, wxSizerFlags().CenterVertical());
    row->AddStretchSpacer();
    row->Add(cancel_, wxSizerFlags().Border(wxRIGHT));
    row->Add(back_, wxSizerFlags().Border(wxRIGHT));
    row->Add(next_, wxSizerFlags());
    return row;
}

void SetupAssistant::show_page(std::size_t index) {
    shown_ = index;
    book_->SetSelection(index);
    title_->SetLabelText(page().title());
    step_->SetLabelText(wxString::Format(_("Step %d of %d"), static_cast<int>(index) + 1,
                                         static_cast<int>(pages_.size())));
    buttons_changed();
    page().enter();
    Layout();
}

void SetupAssistant::go_on() {
    if (shown_ + 1 < pages_.size()) return show_page(shown_ + 1);
    Destroy();
}

void SetupAssistant::buttons_changed() {
    back_->Enable(!busy_ && shown_ > 0 && page().can_go_back());
    next_->Enable(!busy_);
    next_->SetLabel(page().next_label());
    cancel_->Enable((!busy_ || cancellable_) && page().can_cancel());
    Layout();
}

void SetupAssistant::cancel() {
    if (!cancel_->IsEnabled()) return;
    page().cancel([this] { Destroy(); });
}

void SetupAssistant::run(std::function<void()> work, std::function<void(std::exception_ptr)> done,
                         bool cancellable) {
    set_busy(true, cancellable);
    look(std::move(work), [this, done = std::move(done)](const std::exception_ptr& error) {
        set_busy(false, true);
        done(error);
    });
}

void SetupAssistant::look(std::function<void()> work,
                          std::function<void(std::exception_ptr)> done) {
    background_.run(std::move(work), std::move(done));
}

// The page keeps the keyboard where it can, so that Escape still reaches the window.
void SetupAssistant::set_busy(bool busy, bool cancellable) {
    busy_ = busy;
    cancellable_ = cancellable;
    book_->Enable(!busy);
    activity_->Show(busy);
    if (busy) activity_->Start();
    if (!busy) activity_->Stop();
    buttons_changed();
    if (busy && cancel_->IsEnabled()) cancel_->SetFocus();
    if (!busy) next_->SetFocus();
}

void SetupAssistant::stop() {
    for (auto* page : pages_) page->stop();
}

}  // namespace cfs
