#include "dialogs/assistant/folder_page.h"

#include <wx/intl.h>
#include <wx/listbox.h>
#include <wx/sizer.h>

#include "core/engine/sync_service.h"
#include "dialogs/accessible.h"
#include "dialogs/error_text.h"
#include "dialogs/path_field.h"
#include "dialogs/wrapped_text.h"

namespace cfs {
namespace {

constexpr int kTypingPauseMs = 400;
constexpr int kListHeight = 110;

// A cloud client's folder usually holds other files: a folder in it serves.
FolderPlan plan_of(SyncService& service, const std::string& folder, const SetupChoices& choices) {
    const auto look = service.look_at_folder(folder, choices.connection, choices.mapping);
    if (look.state != FolderState::occupied) return plan_for(folder, look);
    const auto inner = folder + "/" + kSubfolder;
    return plan_for(inner, service.look_at_folder(inner, choices.connection, choices.mapping));
}

}  // namespace

// By looking at the folder, which may be on a slow drive.
struct FolderPage::Look {
    FolderPlan plan;
    std::optional<CloudClient> client;
};

FolderPage::FolderPage(wxWindow* book, AssistantHost& host)
    : AssistantPage(book, host, _("The sync folder")) {
    auto* column = new wxBoxSizer(wxVERTICAL);
    const auto row = wxSizerFlags().Expand().Border(wxBOTTOM);
    add_intro(column,
              _("Choose a folder that a cloud client carries to the other sites. What is in it "
                "now decides whether this site joins others or is the first."));
    label_ = new wxStaticText(this, wxID_ANY, _("&Folders of cloud clients found here:"));
    list_ = new wxListBox(this, wxID_ANY, wxDefaultPosition, FromDIP(wxSize(-1, kListHeight)));
    set_label_for(*label_, *list_);
    none_ = new WrappedText(this, kTextWidth);
    folder_ = new PathField(this, PathField::Kind::folder, _("Sync fol&der:"));
    plan_ = new WrappedText(this, kTextWidth);
    advice_ = new WrappedText(this, kTextWidth);
    column->Add(label_, row);
    column->Add(list_, wxSizerFlags(1).Expand().Border(wxBOTTOM));
    for (wxWindow* part : {static_cast<wxWindow*>(none_), static_cast<wxWindow*>(folder_),
                           static_cast<wxWindow*>(plan_), static_cast<wxWindow*>(advice_)}) {
        column->Add(part, row);
    }
    SetSizer(column);
    list_->Bind(wxEVT_LISTBOX, [this](wxCommandEvent& event) {
        folder_->set_path(found_[static_cast<std::size_t>(event.GetSelection())].path);
        folder_->show_fault({});
        look_now();
    });
    folder_->Bind(wxEVT_TEXT, [this](wxCommandEvent&) { look_soon(); });
    pause_.Bind(wxEVT_TIMER, [this](wxTimerEvent&) { look_now(); });
}

void FolderPage::enter() {
    if (!searched_) find_folders();
    look_now();
    (found_.empty() ? static_cast<wxWindow*>(folder_) : list_)->SetFocus();
}

void FolderPage::find_folders() {
    searched_ = true;
    const auto found = std::make_shared<std::vector<CloudFolder>>();
    host().look([found] { *found = find_cloud_folders(client_places()); },
                [this, found](const std::exception_ptr&) {
                    found_ = *found;
                    show_found();
                });
}

void FolderPage::show_found() {
    list_->Clear();
    for (const auto& folder : found_) list_->Append(cloud_folder_text(folder));
    label_->Show(!found_.empty());
    list_->Show(!found_.empty());
    none_->show(found_.empty() ? _("No folder of a cloud client was found on this computer. Set "
                                   "up the client first, or choose a folder that all sites reach.")
                               : wxString());
    Layout();
    if (IsShownOnScreen() && !found_.empty()) list_->SetFocus();
}

void FolderPage::look_soon() {
    plan_->clear();
    pause_.StartOnce(kTypingPauseMs);
}

std::function<void()> FolderPage::look_into(const std::shared_ptr<Look>& look) {
    return [service = &host().service(), choices = choices(), folder = folder_->path(),
            found = found_, look] {
        look->client = client_of(folder, found);
        look->plan = plan_of(*service, folder, choices);
    };
}

void FolderPage::look_now() {
    pause_.Stop();
    const auto folder = folder_->path();
    if (folder.empty()) return looked(nullptr, {});
    const auto look = std::make_shared<Look>();
    host().look(look_into(look), [this, folder, look](const std::exception_ptr& error) {
        if (folder == folder_->path()) looked(error, *look);
    });
}

// While somebody types, a fault would take the keyboard from the field that has it.
void FolderPage::looked(const std::exception_ptr& error, const Look& look) {
    plan_->show(error ? describe(error).sentence : look.plan.text);
    advice_->show(look.client ? client_advice(*look.client) : wxString());
}

void FolderPage::refuse(const wxString& sentence) {
    plan_->clear();
    folder_->show_fault(sentence);
}

void FolderPage::next() {
    pause_.Stop();
    if (folder_->path().empty()) {
        return folder_->show_fault(_("Please choose the sync folder."));
    }
    const auto look = std::make_shared<Look>();
    host().run(
        look_into(look),
        [this, look](const std::exception_ptr& error) {
            const auto& plan = look->plan;
            if (error) return refuse(describe(error).sentence);
            if (!plan.use) return refuse(plan.text);
            choices().folder = plan.folder;
            choices().use = *plan.use;
            host().go_on();
        },
        true);
}

}  // namespace cfs
