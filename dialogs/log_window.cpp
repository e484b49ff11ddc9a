#include "dialogs/log_window.h"

#include <wx/button.h>
#include <wx/gauge.h>
#include <wx/intl.h>
#include <wx/panel.h>
#include <wx/sizer.h>
#include <wx/splitter.h>
#include <wx/stattext.h>

#include "core/engine/sync_service.h"
#include "dialogs/accessible.h"
#include "dialogs/error_text.h"
#include "dialogs/icons.h"
#include "dialogs/log_rows.h"
#include "dialogs/report_text.h"
#include "dialogs/wx_text.h"

namespace cfs {
namespace {

constexpr int kShownRuns = 5'000;

wxString progress_text(const LiveRun& live) {
    if (live.stopping) return _("Ending the sync...");
    if (live.progress.patients_total == 0) return _("Syncing...");
    return wxString::Format(_("%lld of %lld patients"),
                            static_cast<long long>(live.progress.patients_done),
                            static_cast<long long>(live.progress.patients_total));
}

// A pane of the splitter: the table below its label.
TextTable* add_table(wxWindow* pane, const wxString& label,
                     const std::vector<TextTable::Column>& columns) {
    auto* column = new wxBoxSizer(wxVERTICAL);
    auto* text = new wxStaticText(pane, wxID_ANY, label);
    auto* table = new TextTable(pane, columns);
    set_label_for(*text, *table);
    column->Add(text, wxSizerFlags().Border(wxBOTTOM));
    column->Add(table, wxSizerFlags(1).Expand());
    pane->SetSizer(column);
    return table;
}

wxButton* add_button(wxWindow* parent, wxSizer* row, const wxString& label,
                     std::function<void()> action) {
    auto* button = new wxButton(parent, wxID_ANY, label);
    button->Bind(wxEVT_BUTTON, [action = std::move(action)](wxCommandEvent&) { action(); });
    row->Add(button, wxSizerFlags().CenterVertical().Border(wxLEFT));
    return button;
}

}  // namespace

LogWindow::LogWindow(const SyncService& service, LogWindowActions actions)
    : wxFrame(nullptr, wxID_ANY, _("Cloud Folder Sync: Latest Logs")),
      service_(service),
      actions_(std::move(actions)) {
    SetIcons(window_icons());
    auto* panel = new wxPanel(this);
    auto* splitter = new wxSplitterWindow(panel, wxID_ANY, wxDefaultPosition, wxDefaultSize,
                                          wxSP_LIVE_UPDATE | wxSP_NOBORDER);
    auto* column = new wxBoxSizer(wxVERTICAL);
    summary_ =
        new wxStaticText(panel, wxID_ANY, {}, wxDefaultPosition, wxDefaultSize, wxST_NO_AUTORESIZE);
    summary_->SetMinSize(FromDIP(wxSize(-1, 60)));
    make_lists(splitter);
    column->Add(splitter, wxSizerFlags(1).Expand().Border());
    column->Add(summary_, wxSizerFlags().Expand().Border(wxLEFT | wxRIGHT));
    panel->SetSizer(column);
    column->Add(make_bottom(), wxSizerFlags().Expand().Border());
    SetMinClientSize(FromDIP(wxSize(640, 360)));
    SetClientSize(FromDIP(wxSize(1030, 500)));
    Bind(wxEVT_CHAR_HOOK, [this](wxKeyEvent& event) {
        event.GetKeyCode() == WXK_ESCAPE ? static_cast<void>(Close()) : event.Skip();
    });
    load();
    select_first();
    run_table_->SetFocus();
}

void LogWindow::make_lists(wxSplitterWindow* splitter) {
    auto* left = new wxPanel(splitter);
    auto* right = new wxPanel(splitter);
    run_table_ =
        add_table(left, _("&Runs:"), {{_("Started"), 150}, {_("Site"), 90}, {_("Result"), 120}});
    line_table_ = add_table(right, _("&Lines of the chosen run:"),
                            {{_("Time"), 70}, {_("What happened"), 300}, {_("Patient"), 270}});
    splitter->SplitVertically(left, right, FromDIP(370));
    splitter->SetMinimumPaneSize(FromDIP(150));
    run_table_->Bind(wxEVT_DATAVIEW_SELECTION_CHANGED,
                     [this](wxDataViewEvent&) { show_selected(); });
}

wxSizer* LogWindow::make_bottom() {
    auto* panel = summary_->GetParent();
    auto* row = new wxBoxSizer(wxHORIZONTAL);
    gauge_ = new wxGauge(panel, wxID_ANY, 100, wxDefaultPosition, FromDIP(wxSize(140, -1)));
    progress_ = new wxStaticText(panel, wxID_ANY, {});
    row->Add(gauge_, wxSizerFlags().CenterVertical().ReserveSpaceEvenIfHidden());
    row->Add(progress_, wxSizerFlags(1).CenterVertical().Border(wxLEFT));
    sync_ = add_button(panel, row, _("&Sync Now"), [this] { actions_.sync_now(); });
    stop_ = add_button(panel, row, _("S&top Sync"), [this] { actions_.stop_sync(); });
    add_button(panel, row, _("&Close"), [this] { Close(); });
    return row;
}

void LogWindow::load() {
    try {
        runs_ = service_.runs(kShownRuns);
    } catch (...) {
        runs_.clear();
        summary_->SetLabelText(describe(std::current_exception()).sentence);
    }
    std::vector<TextTable::Row> rows;
    if (live_) rows.push_back(live_row(*live_));
    for (const auto& run : runs_) rows.push_back(run_row(run));
    run_table_->set_rows(std::move(rows));
}

void LogWindow::select_first() {
    if (run_table_->row_count() > 0) run_table_->select_row(0);
    show_selected();
}

std::optional<RunId> LogWindow::older_run_selected() const {
    const int row = run_table_->selected_row();
    const int index = row - (live_ ? 1 : 0);
    if (row <= 0 || index < 0 || static_cast<std::size_t>(index) >= runs_.size()) return {};
    return runs_[static_cast<std::size_t>(index)].run;
}

void LogWindow::select_run(const RunId& run) {
    for (std::size_t i = 0; i < runs_.size(); ++i) {
        if (runs_[i].run != run) continue;
        run_table_->select_row(static_cast<int>(i) + (live_ ? 1 : 0));
        return show_selected();
    }
    select_first();
}

bool LogWindow::live_selected() const { return live_ && run_table_->selected_row() == 0; }

void LogWindow::show_selected() {
    const int selected = run_table_->selected_row() - (live_ ? 1 : 0);
    line_table_->set_rows({});
    if (live_selected()) return show_live_lines();
    if (selected < 0 || static_cast<std::size_t>(selected) >= runs_.size()) {
        summary_->SetLabelText(runs_.empty() ? _("No sync has run yet.") : wxString());
        return;
    }
    const auto& chosen = runs_[static_cast<std::size_t>(selected)];
    try {
        show_report(service_.run(chosen.run).value_or(chosen));
    } catch (...) {
        summary_->SetLabelText(describe(std::current_exception()).sentence);
    }
}

void LogWindow::show_report(const SyncReport& report) {
    summary_->SetLabelText(summary_text(report));
    line_table_->set_rows(line_rows(report));
}

void LogWindow::show_live_lines() {
    summary_->SetLabelText(wxString::Format(_("%s: the sync is running."), to_wx(live_->site)));
    std::vector<TextTable::Row> rows;
    for (auto i = line_table_->row_count(); i < live_->lines.size(); ++i) {
        rows.push_back(line_row(live_->lines[i]));
    }
    line_table_->append_rows(std::move(rows));
}

void LogWindow::show_live(const std::optional<LiveRun>& live, bool can_sync) {
    const bool same =
        live && live_ && live->connection == live_->connection && live->started == live_->started;
    const bool changed = !same && (live || live_);
    const auto reading = changed ? older_run_selected() : std::nullopt;
    live_ = live;
    if (changed) {
        load();
        reading ? select_run(*reading) : select_first();
    } else if (live_selected()) {
        show_live_lines();
    }
    update_bottom(can_sync);
}

void LogWindow::update_bottom(bool can_sync) {
    gauge_->Show(live_.has_value());
    progress_->SetLabelText(live_ ? progress_text(*live_) : wxString());
    sync_->Enable(can_sync);
    stop_->Enable(live_ && !live_->stopping);
    if (!live_) return;
    const auto total = live_->progress.patients_total;
    if (total == 0) return gauge_->Pulse();
    gauge_->SetValue(static_cast<int>(100 * live_->progress.patients_done / total));
}

}  // namespace cfs
