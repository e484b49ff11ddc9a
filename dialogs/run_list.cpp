#include "dialogs/run_list.h"

#include <wx/choice.h>
#include <wx/intl.h>
#include <wx/sizer.h>
#include <wx/stattext.h>
#include <wx/textctrl.h>

#include <memory>

#include "core/engine/sync_service.h"
#include "dialogs/accessible.h"
#include "dialogs/log_rows.h"
#include "dialogs/text_table.h"
#include "dialogs/wx_text.h"

namespace cfs {
namespace {

constexpr int kTypingPauseMs = 250;

// In the order of the choice.
enum Shown { all_runs, with_errors, with_new_conflicts, of_one_patient };

bool same_run(const std::optional<LiveRun>& one, const std::optional<LiveRun>& other) {
    return one.has_value() == other.has_value() &&
           (!one || (one->connection == other->connection && one->started == other->started));
}

}  // namespace

RunList::RunList(wxWindow* parent, const SyncService& service, Background& reading,
                 std::function<void()> chosen,
                 std::function<void(const std::exception_ptr&)> failed)
    : wxPanel(parent),
      service_(service),
      reading_(reading),
      chosen_(std::move(chosen)),
      failed_(std::move(failed)) {
    auto* column = new wxBoxSizer(wxVERTICAL);
    make_filter(column);
    auto* label = new wxStaticText(this, wxID_ANY, _("&Runs:"));
    table_ = new TextTable(this, {{_("Started"), 150}, {_("Site"), 90}, {_("Result"), 120}});
    set_label_for(*label, *table_);
    column->Add(label, wxSizerFlags().Border(wxBOTTOM));
    column->Add(table_, wxSizerFlags(1).Expand());
    SetSizer(column);
    table_->Bind(wxEVT_DATAVIEW_SELECTION_CHANGED, [this](wxDataViewEvent&) { chosen_(); });
    typing_.Bind(wxEVT_TIMER, [this](wxTimerEvent&) { load(); });
    load();
}

void RunList::make_filter(wxSizer* column) {
    auto* grid = new wxFlexGridSizer(2, FromDIP(4), FromDIP(6));
    grid->AddGrowableCol(1);
    auto* label = new wxStaticText(this, wxID_ANY, _("Sho&w:"));
    kind_ = new wxChoice(this, wxID_ANY);
    for (const auto& text : {_("All runs"), _("Runs with errors"), _("Runs with new conflicts"),
                             _("Runs about one patient")}) {
        kind_->Append(text);
    }
    kind_->SetSelection(all_runs);
    set_label_for(*label, *kind_);
    patient_label_ = new wxStaticText(this, wxID_ANY, _("Patient's &id:"));
    patient_ = new wxTextCtrl(this, wxID_ANY);
    set_label_for(*patient_label_, *patient_);
    for (auto* label_of_row : {label, patient_label_}) {
        grid->Add(label_of_row, wxSizerFlags().CenterVertical());
        grid->Add(label_of_row == label ? static_cast<wxWindow*>(kind_) : patient_,
                  wxSizerFlags().Expand());
    }
    column->Add(grid, wxSizerFlags().Expand().Border(wxBOTTOM));
    kind_->Bind(wxEVT_CHOICE, [this](wxCommandEvent&) { filter_changed(); });
    patient_->Bind(wxEVT_TEXT, [this](wxCommandEvent&) { typing_.StartOnce(kTypingPauseMs); });
    patient_label_->Hide();
    patient_->Hide();
}

void RunList::filter_changed() {
    const bool patient = kind_->GetSelection() == of_one_patient;
    patient_label_->Show(patient);
    patient_->Show(patient);
    Layout();
    if (patient) patient_->SetFocus();
    load();
}

bool RunList::filtered() const { return kind_->GetSelection() != all_runs; }

RunFilter RunList::filter() const {
    RunFilter filter;
    if (kind_->GetSelection() == with_errors) filter.kind = RunKind::with_errors;
    if (kind_->GetSelection() == with_new_conflicts) filter.kind = RunKind::with_new_conflicts;
    if (kind_->GetSelection() == of_one_patient) {
        filter.patient = to_utf8(patient_->GetValue().Trim().Trim(false).Lower());
    }
    return filter;
}

void RunList::load() {
    const auto runs = std::make_shared<std::vector<SyncReport>>();
    const auto read = [service = &service_, filter = filter(), runs] {
        *runs = service->runs(kMaxRuns, filter);
        for (auto& run : *runs) run.errors.clear();  // they come with the lines
    };
    reading_.run(read, [this, runs, load = ++loads_](const std::exception_ptr& error) {
        if (load != loads_) return;
        loaded(std::move(*runs));
        if (error) failed_(error);  // last: that no run is there is no answer then
    });
}

void RunList::loaded(std::vector<SyncReport> runs) {
    const auto reading = older_chosen();
    if (live_ended_) live_.reset();
    live_ended_ = false;
    runs_ = std::move(runs);
    fill();
    choose(reading);
}

void RunList::show_live(const std::optional<LiveRun>& live) {
    if (!live) {
        if (!live_ || live_ended_) return;
        live_ended_ = true;
        return load();
    }
    const bool same = !live_ended_ && same_run(live, live_);
    const auto reading = same ? std::nullopt : older_chosen();
    live_ended_ = false;
    live_ = live;
    if (same) return;
    fill();
    choose(reading);
    load();
}

void RunList::fill() {
    std::vector<TextTable::Row> rows;
    rows.reserve(runs_.size() + 1);
    if (live_) rows.push_back(live_row(*live_));
    for (const auto& run : runs_) rows.push_back(run_row(run));
    table_->set_rows(std::move(rows));
}

void RunList::choose(const std::optional<RunId>& run) {
    int row = 0;
    for (std::size_t i = 0; run && i < runs_.size(); ++i) {
        if (runs_[i].run == *run) row = static_cast<int>(i) + (live_ ? 1 : 0);
    }
    if (table_->row_count() > 0) table_->select_row(row);
    chosen_();
}

void RunList::choose_newest() { choose(std::nullopt); }

void RunList::focus() { table_->SetFocus(); }

bool RunList::live_chosen() const { return live_ && table_->selected_row() == row_of_live(); }

std::optional<SyncReport> RunList::chosen() const {
    const int index = table_->selected_row() - (live_ ? 1 : 0);
    if (index < 0 || static_cast<std::size_t>(index) >= runs_.size()) return std::nullopt;
    return runs_[static_cast<std::size_t>(index)];
}

std::optional<RunId> RunList::older_chosen() const {
    if (table_->selected_row() <= 0) return std::nullopt;
    const auto run = chosen();
    return run ? std::optional(run->run) : std::nullopt;
}

}  // namespace cfs
