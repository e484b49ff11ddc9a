#include "dialogs/sites_window.h"

#include <wx/intl.h>
#include <wx/panel.h>
#include <wx/sizer.h>
#include <wx/stattext.h>

#include <memory>

#include "dialogs/accessible.h"
#include "dialogs/buttons.h"
#include "dialogs/database_choice.h"
#include "dialogs/error_text.h"
#include "dialogs/icons.h"
#include "dialogs/sites_text.h"
#include "dialogs/text_table.h"

namespace cfs {
namespace {

constexpr int kNoteWidth = 590;

std::vector<TextTable::Column> columns() {
    return {{_("Site"), 190},
            {_("Last seen"), 140},
            {_("Changes on their way"), 175},
            {_("Version"), 90}};
}

}  // namespace

SitesWindow::SitesWindow(SyncService& service, Background& background)
    : wxFrame(nullptr, wxID_ANY, _("Cloud Folder Sync: Sites")),
      service_(service),
      background_(background) {
    SetIcons(window_icons());
    auto* panel = new wxPanel(this);
    auto* column = new wxBoxSizer(wxVERTICAL);
    choice_ = new DatabaseChoice(panel, _("&Database:"), [this] { reload(); });
    auto* label = new wxStaticText(panel, wxID_ANY, _("&Sites that share the sync folder:"));
    table_ = new TextTable(panel, columns());
    set_label_for(*label, *table_);
    note_ = new wxStaticText(panel, wxID_ANY, {});
    column->Add(choice_, wxSizerFlags().Expand().Border(wxLEFT | wxRIGHT | wxTOP));
    column->Add(label, wxSizerFlags().Border(wxLEFT | wxRIGHT | wxTOP));
    column->Add(table_, wxSizerFlags(1).Expand().Border());
    column->Add(note_, wxSizerFlags().Expand().Border(wxLEFT | wxRIGHT));
    column->Add(make_bottom(panel), wxSizerFlags().Expand().Border());
    panel->SetSizer(column);
    SetMinClientSize(FromDIP(wxSize(480, 260)));
    SetClientSize(FromDIP(wxSize(620, 320)));
    Bind(wxEVT_CHAR_HOOK, [this](wxKeyEvent& event) {
        if (event.GetKeyCode() == WXK_ESCAPE) return static_cast<void>(Close());
        if (event.GetKeyCode() == 'C' && event.GetModifiers() == wxMOD_CONTROL) return copy();
        event.Skip();
    });
    table_->SetFocus();
}

wxSizer* SitesWindow::make_bottom(wxWindow* parent) {
    auto* row = new wxBoxSizer(wxHORIZONTAL);
    row->AddStretchSpacer();
    add_button(parent, row, _("&Look Again"), [this] { reload(); });
    add_button(parent, row, _("C&opy"), [this] { copy(); });
    add_button(parent, row, _("&Close"), [this] { Close(); });
    return row;
}

void SitesWindow::open(const std::string& connection) {
    try {
        choice_->set(service_.settings().databases);
    } catch (...) {
        return show_note(describe(std::current_exception()).sentence);
    }
    choice_->choose(connection);
    reload();
}

void SitesWindow::reload() {
    const auto connection = choice_->connection();
    if (connection.empty()) return show_note(_("No database is enabled yet."));
    const auto sites = std::make_shared<std::vector<KnownSite>>();
    background_.run(
        [sites, service = &service_, connection] { *sites = service->sites(connection); },
        [this, sites, connection](const std::exception_ptr& error) {
            if (connection != choice_->connection()) return;
            show_sites(*sites);
            if (error) show_note(describe(error).sentence);
        });
}

void SitesWindow::show_sites(const std::vector<KnownSite>& sites) {
    const auto now = system_clock().now();
    std::vector<TextRow> rows;
    for (const auto& site : sites) rows.push_back(site_row(site, now));
    table_->set_rows(std::move(rows));
    if (!sites.empty()) table_->select_row(0);
    const auto warning = sites_warning(sites, now);
    show_note(!warning.empty() ? warning
                               : _("A site may have synced later than it was seen: what it wrote "
                                   "since is still on its way."));
}

void SitesWindow::show_note(const wxString& text) {
    note_->SetLabelText(text);
    note_->Wrap(FromDIP(kNoteWidth));
    note_->GetParent()->Layout();
}

void SitesWindow::copy() {
    auto rows = table_->rows();
    TextRow titles;
    for (const auto& column : columns()) titles.push_back(column.title);
    rows.insert(rows.begin(), std::move(titles));
    copy_rows(rows);
}

}  // namespace cfs
