#include "dialogs/log_window.h"

#include <wx/button.h>
#include <wx/filedlg.h>
#include <wx/gauge.h>
#include <wx/intl.h>
#include <wx/msgdlg.h>
#include <wx/panel.h>
#include <wx/sizer.h>
#include <wx/splitter.h>
#include <wx/stattext.h>

#include <memory>

#include "dialogs/buttons.h"
#include "dialogs/error_text.h"
#include "dialogs/icons.h"
#include "dialogs/line_list.h"
#include "dialogs/log_file.h"
#include "dialogs/log_rows.h"
#include "dialogs/log_text.h"
#include "dialogs/number_text.h"
#include "dialogs/report_text.h"
#include "dialogs/run_list.h"
#include "dialogs/run_questions.h"
#include "dialogs/wx_text.h"

namespace cfs {
namespace {

constexpr int kMargin = 12;

wxString progress_text(const LiveRun& live) {
    if (live.stopping) return _("Ending...");
    if (live.progress.patients_total == 0) {
        return live.preview ? _("Looking what a sync would do...") : _("Syncing...");
    }
    const auto done = number_text(live.progress.patients_done);
    const auto total = number_text(live.progress.patients_total);
    const auto left = remaining_text(live.remaining.estimate());
    if (left.empty()) return wxString::Format(_("%s of %s patients"), done, total);
    return wxString::Format(_("%s of %s patients, %s"), done, total, left);
}

// The table has no room for the whole of a sentence.
wxString summary_with_error(const SyncReport& report) {
    if (report.errors.empty()) return summary_text(report);
    return summary_text(report) + '\n' + to_wx(report.errors.front().sentence);
}

bool agrees(wxWindow* parent, const Question& question) {
    wxMessageDialog dialog(parent, question.title, "Cloud Folder Sync",
                           wxOK | wxCANCEL | wxCANCEL_DEFAULT | wxICON_QUESTION);
    dialog.SetExtendedMessage(question.text);
    dialog.SetOKLabel(question.yes);
    return dialog.ShowModal() == wxID_OK;
}

// Only the doubts of the newest run still stand.
std::optional<SyncReport> newest_of(const SyncService& service, const std::string& database) {
    RunFilter filter;
    filter.database = database;
    auto runs = service.runs(1, filter);
    return runs.empty() ? std::nullopt : std::optional(std::move(runs.front()));
}

}  // namespace

template <class Result>
void LogWindow::read(std::function<Result()> work, std::function<void(Result)> then) {
    const auto result = std::make_shared<std::optional<Result>>();
    reading_.run([result, work = std::move(work)] { *result = work(); },
                 [this, result, then = std::move(then)](const std::exception_ptr& error) {
                     error ? show_fault(error) : then(std::move(**result));
                 });
}

LogWindow::LogWindow(SyncService& service, Background& reading, LogWindowActions actions)
    : wxFrame(nullptr, wxID_ANY, _("Cloud Folder Sync: Latest Logs")),
      service_(service),
      reading_(reading),
      actions_(std::move(actions)) {
    SetIcons(window_icons());
    auto* panel = new wxPanel(this);
    auto* splitter = new wxSplitterWindow(panel, wxID_ANY, wxDefaultPosition, wxDefaultSize,
                                          wxSP_LIVE_UPDATE | wxSP_NOBORDER);
    auto* column = new wxBoxSizer(wxVERTICAL);
    runs_ = new RunList(
        splitter, service, reading, [this] { show_chosen(); },
        [this](const std::exception_ptr& error) { show_fault(error); });
    lines_ = new LineList(splitter);
    splitter->SplitVertically(runs_, lines_, FromDIP(370));
    splitter->SetMinimumPaneSize(FromDIP(150));
    summary_ =
        new wxStaticText(panel, wxID_ANY, {}, wxDefaultPosition, wxDefaultSize, wxST_NO_AUTORESIZE);
    summary_->SetMinSize(FromDIP(wxSize(-1, 80)));
    panel->Bind(wxEVT_SIZE, [this](wxSizeEvent& event) {
        event.Skip();
        show_summary(summary_text_);
    });
    column->Add(splitter, wxSizerFlags(1).Expand().Border());
    column->Add(summary_, wxSizerFlags().Expand().Border(wxLEFT | wxRIGHT));
    column->Add(make_run_buttons(panel), wxSizerFlags().Expand().Border());
    column->Add(make_bottom(panel), wxSizerFlags().Expand().Border());
    panel->SetSizer(column);
    SetMinClientSize(FromDIP(wxSize(760, 420)));
    SetClientSize(FromDIP(wxSize(1080, 560)));
    bind_keys();
    update_buttons();
    runs_->focus();
}

wxSizer* LogWindow::make_run_buttons(wxWindow* panel) {
    auto* row = new wxBoxSizer(wxHORIZONTAL);
    confirm_ = add_button(panel, row, _("&Answer and Sync..."), [this] { confirm_chosen(); });
    undo_ = add_button(panel, row, _("&Undo This Run..."), [this] { undo_chosen(); });
    row->AddStretchSpacer();
    add_button(panel, row, _("Cop&y Lines"), [this] { lines_->copy(); });
    export_run_ = add_button(panel, row, _("E&xport This Run..."), [this] { export_chosen(); });
    export_all_ = add_button(panel, row, _("Export All S&hown..."), [this] { export_shown(); });
    return row;
}

wxSizer* LogWindow::make_bottom(wxWindow* panel) {
    auto* row = new wxBoxSizer(wxHORIZONTAL);
    gauge_ = new wxGauge(panel, wxID_ANY, 100, wxDefaultPosition, FromDIP(wxSize(140, -1)));
    progress_ =
        new wxStaticText(panel, wxID_ANY, {}, wxDefaultPosition, wxDefaultSize, wxST_NO_AUTORESIZE);
    row->Add(gauge_, wxSizerFlags().CenterVertical().ReserveSpaceEvenIfHidden());
    row->Add(progress_, wxSizerFlags(1).CenterVertical().Border(wxLEFT));
    sync_ = add_button(panel, row, _("&Sync Now"), [this] { sync({}, {}); });
    preview_ = add_button(panel, row, _("Pre&view Sync..."), [this] { preview({}); });
    cancel_ = add_button(panel, row, _("&Cancel"), [this] { actions_.cancel(); });
    add_button(panel, row, _("Cl&ose"), [this] { Close(); });
    return row;
}

void LogWindow::bind_keys() {
    Bind(wxEVT_CHAR_HOOK, [this](wxKeyEvent& event) {
        const bool control = event.GetModifiers() == wxMOD_CONTROL;
        const bool typing = dynamic_cast<wxTextEntry*>(FindFocus()) != nullptr;
        if (event.GetKeyCode() == WXK_ESCAPE) {
            Close();
        } else if (control && event.GetKeyCode() == 'F') {
            lines_->start_search();
        } else if (control && event.GetKeyCode() == 'C' && !typing) {
            lines_->copy();
        } else if (event.GetKeyCode() == WXK_F3) {
            lines_->find(event.ShiftDown() ? SearchDirection::previous : SearchDirection::next);
        } else {
            event.Skip();
        }
    });
}

void LogWindow::show_chosen() {
    if (runs_->live_chosen()) {
        shown_.reset();
        lines_->set_rows({});
        show_live_lines();
        return update_buttons();
    }
    const auto chosen = runs_->chosen();
    if (!chosen) {
        shown_.reset();
        lines_->set_rows({});
        show_summary(runs_->filtered() ? _("No run is like that.") : _("No sync has run yet."));
        return update_buttons();
    }
    if (shown_ && shown_->run == chosen->run) return;
    read<SyncReport>(
        [service = &service_, run = *chosen] { return service->run(run.run).value_or(run); },
        [this](const SyncReport& report) {
            const auto now = runs_->chosen();
            if (now && now->run == report.run) show_run(report);
        });
}

void LogWindow::show_run(const SyncReport& report) {
    shown_ = report;
    show_summary(summary_with_error(report));
    lines_->set_rows(line_rows(report));
    update_buttons();
}

void LogWindow::show_live_lines() {
    if (!live_) return;
    const auto format = live_->preview
                            ? _("%s: it is looked what a sync would do; nothing is changed.")
                            : _("%s: the sync is running.");
    show_summary(wxString::Format(format, to_wx(live_->site)));
    std::vector<TextRow> rows;
    for (auto i = lines_->row_count(); i < live_->lines.size(); ++i) {
        rows.push_back(line_row(live_->lines[i]));
    }
    lines_->append_rows(std::move(rows));
}

void LogWindow::show_summary(const wxString& text) {
    summary_text_ = text;
    summary_->SetLabelText(text);
    summary_->Wrap(summary_->GetParent()->GetClientSize().x - FromDIP(2 * kMargin));
}

void LogWindow::show_fault(const std::exception_ptr& error) {
    show_summary(describe(error).sentence);
}

void LogWindow::show_live(const std::optional<LiveRun>& live, bool can_sync) {
    live_ = live;
    can_sync_ = can_sync;
    runs_->show_live(live);
    if (live && runs_->live_chosen()) show_live_lines();
    update_buttons();
}

void LogWindow::update_buttons() {
    const bool ended = shown_.has_value();
    undo_->Enable(ended && can_sync_ && !shown_->preview && shown_->counts.rows_updated > 0);
    if (confirm_->Show(ended && has_doubt(*shown_))) confirm_->GetParent()->Layout();
    confirm_->Enable(can_sync_);
    export_run_->Enable(ended);
    export_all_->Enable(!runs_->runs().empty());
    sync_->Enable(can_sync_);
    preview_->Enable(can_sync_);
    cancel_->Enable(live_ && !live_->stopping);
    gauge_->Show(live_.has_value());
    progress_->SetLabelText(live_ ? progress_text(*live_) : wxString());
    if (!live_) return;
    const auto total = live_->progress.patients_total;
    if (total == 0) return gauge_->Pulse();
    gauge_->SetValue(static_cast<int>(100 * live_->progress.patients_done / total));
}

void LogWindow::sync(const std::string& database, const SyncRequest& request) {
    runs_->choose_newest();
    actions_.sync(database, request);
}

void LogWindow::preview(const std::string& database) {
    SyncRequest request;
    request.preview = true;
    sync(database, request);
}

void LogWindow::undo_chosen() {
    if (shown_) ask_undo(shown_->database, shown_->run);
}

void LogWindow::ask_undo(const std::string& database, const std::optional<RunId>& run) {
    struct Found {
        std::string connection;
        UndoExtent extent;
        std::optional<SyncReport> run;
    };
    read<Found>(
        [service = &service_, database, run]() -> Found {
            const auto connection = service->resolve_connection(database);
            auto extent = service->undo_extent(connection, run);
            auto report = extent.run ? service->run(*extent.run) : std::nullopt;
            return {connection, std::move(extent), std::move(report)};
        },
        [this](const Found& found) {
            const auto question = undo_question(found.extent, found.run);
            if (!question) {
                wxMessageBox(_("No value that this sync overwrote is still as it left it, so there "
                               "is nothing to put back."),
                             _("Nothing to undo"), wxOK | wxICON_INFORMATION, this);
                return;
            }
            if (!agrees(this, *question)) return;
            runs_->choose_newest();
            actions_.undo(found.connection, *found.extent.run);
        });
}

void LogWindow::confirm_chosen() {
    if (!shown_) return;
    const auto database = shown_->database;
    read<std::optional<SyncReport>>(
        [service = &service_, database] { return newest_of(*service, database); },
        [this, database](const std::optional<SyncReport>& newest) {
            const auto doubt = newest ? doubt_question(*newest) : std::nullopt;
            if (!doubt) {
                wxMessageBox(
                    _("A later run found nothing in doubt, so there is nothing to answer."),
                    _("No longer in doubt"), wxOK | wxICON_INFORMATION, this);
                return;
            }
            if (!agrees(this, doubt->question)) return;
            SyncRequest request;
            request.confirmed = {doubt->confirmation};
            sync(database, request);
        });
}

void LogWindow::export_chosen() {
    if (shown_) export_runs({shown_->run});
}

void LogWindow::export_shown() {
    std::vector<RunId> runs;
    for (const auto& run : runs_->runs()) runs.push_back(run.run);
    export_runs(runs);
}

void LogWindow::export_runs(const std::vector<RunId>& runs) {
    wxFileDialog dialog(this, _("Save the log as a text file"), {},
                        log_file_name(system_clock().now()), _("Text files") + "|*.txt",
                        wxFD_SAVE | wxFD_OVERWRITE_PROMPT);
    if (dialog.ShowModal() != wxID_OK) return;
    const auto path = to_utf8(dialog.GetPath());
    read<bool>(
        [service = &service_, path, runs] {
            save_runs(path, *service, runs);
            return true;
        },
        [this, path](bool) {
            show_summary(wxString::Format(_("The log was saved as %s."), to_wx(path)));
        });
}

}  // namespace cfs
