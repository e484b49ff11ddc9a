#include "dialogs/review_window.h"

#include <wx/button.h>
#include <wx/checkbox.h>
#include <wx/intl.h>
#include <wx/msgdlg.h>
#include <wx/panel.h>
#include <wx/sizer.h>
#include <wx/splitter.h>
#include <wx/stattext.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "dialogs/accessible.h"
#include "dialogs/buttons.h"
#include "dialogs/conflict_panel.h"
#include "dialogs/database_choice.h"
#include "dialogs/error_text.h"
#include "dialogs/icons.h"
#include "dialogs/number_text.h"
#include "dialogs/report_text.h"
#include "dialogs/review_text.h"
#include "dialogs/text_table.h"
#include "dialogs/wx_text.h"

namespace cfs {
namespace {

// The next choice may come soon, and Undo need not travel.
constexpr int kSyncPauseMs = 20'000;

Time now() { return system_clock().now(); }

bool holds(const std::vector<Conflict>& conflicts, const std::string& id) {
    return std::any_of(conflicts.begin(), conflicts.end(),
                       [&](const Conflict& conflict) { return conflict.id == id; });
}

wxString count_text(std::size_t count) {
    if (count == 0) return _("There are no conflicts to review.");
    return counted("%s conflict to review.", "%s conflicts to review.",
                   static_cast<std::int64_t>(count));
}

wxString kept_text(std::size_t count) {
    return counted("Kept. The other sites are told by the next sync.",
                   "%s conflicts are settled. The other sites are told by the next sync.",
                   static_cast<std::int64_t>(count));
}

wxString question_text(const std::vector<Conflict>& conflicts) {
    const auto safety = std::count_if(conflicts.begin(), conflicts.end(),
                                      [](const Conflict& conflict) { return conflict.safety; });
    const auto text = counted("%s conflict is settled by keeping what is shown at present.",
                              "%s conflicts are settled by keeping what is shown at present.",
                              static_cast<std::int64_t>(conflicts.size()));
    if (safety == 0) return text;
    return text + "\n" +
           counted("%s of them concerns allergies or other safety entries.",
                   "%s of them concern allergies or other safety entries.", safety);
}

}  // namespace

// Of the work in the background.
struct ReviewWindow::Answer {
    std::vector<Conflict> conflicts;
    Settlement settlement;
    SyncReport undone;
};

ReviewWindow::ReviewWindow(SyncService& service, Background& background, ReviewActions actions)
    : wxFrame(nullptr, wxID_ANY, _("Cloud Folder Sync: Review Conflicts")),
      service_(service),
      background_(background),
      actions_(std::move(actions)) {
    SetIcons(window_icons());
    auto* panel = new wxPanel(this);
    auto* column = new wxBoxSizer(wxVERTICAL);
    choice_ = new DatabaseChoice(panel, _("&Database:"), [this] { open(choice_->connection()); });
    auto* splitter = new wxSplitterWindow(panel, wxID_ANY, wxDefaultPosition, wxDefaultSize,
                                          wxSP_LIVE_UPDATE | wxSP_NOBORDER);
    make_panes(splitter);
    status_ =
        new wxStaticText(panel, wxID_ANY, {}, wxDefaultPosition, wxDefaultSize, wxST_NO_AUTORESIZE);
    column->Add(choice_, wxSizerFlags().Expand().Border(wxLEFT | wxRIGHT | wxTOP));
    column->Add(splitter, wxSizerFlags(1).Expand().Border());
    column->Add(status_, wxSizerFlags().Expand().Border(wxLEFT | wxRIGHT));
    column->Add(make_bottom(panel), wxSizerFlags().Expand().Border());
    panel->SetSizer(column);
    SetMinClientSize(FromDIP(wxSize(720, 400)));
    SetClientSize(FromDIP(wxSize(1040, 560)));
    sync_timer_.Bind(wxEVT_TIMER, [this](wxTimerEvent&) { sync_at_once(); });
    Bind(wxEVT_CHAR_HOOK, [this](wxKeyEvent& event) {
        event.GetKeyCode() == WXK_ESCAPE ? static_cast<void>(Close()) : event.Skip();
    });
    Bind(wxEVT_CLOSE_WINDOW, [this](wxCloseEvent& event) {
        sync_at_once();
        event.Skip();
    });
    update_buttons();
    table_->SetFocus();
}

void ReviewWindow::make_panes(wxSplitterWindow* splitter) {
    auto* left = new wxPanel(splitter);
    auto* list = new wxBoxSizer(wxVERTICAL);
    auto* label = new wxStaticText(left, wxID_ANY, _("&Open conflicts:"));
    table_ = new TextTable(
        left,
        {{_("Safety"), 78}, {_("Patient"), 200}, {_("Record"), 110}, {_("What differs"), 100}});
    set_label_for(*label, *table_);
    list->Add(label, wxSizerFlags().Border(wxBOTTOM));
    list->Add(table_, wxSizerFlags(1).Expand());
    left->SetSizer(list);

    auto* right = new wxPanel(splitter);
    auto* column = new wxBoxSizer(wxVERTICAL);
    patient_ = new wxStaticText(right, wxID_ANY, {}, wxDefaultPosition, wxDefaultSize,
                                wxST_NO_AUTORESIZE | wxST_ELLIPSIZE_END);
    patient_->SetFont(patient_->GetFont().Bold().Larger());
    record_ = new wxStaticText(right, wxID_ANY, {}, wxDefaultPosition, wxDefaultSize,
                               wxST_NO_AUTORESIZE | wxST_ELLIPSIZE_END);
    only_different_ = new wxCheckBox(right, wxID_ANY, _("Show only &what differs"));
    values_ = new ConflictPanel(right, [this](const ConflictValue& value) { keep(value); });
    set_accessible_name(*values_, _("Values"));
    column->Add(patient_, wxSizerFlags().Expand().Border(wxLEFT));
    column->Add(record_, wxSizerFlags().Expand().Border(wxLEFT | wxBOTTOM));
    column->Add(only_different_, wxSizerFlags().Border(wxLEFT | wxBOTTOM));
    column->Add(values_, wxSizerFlags(1).Expand().Border(wxLEFT));
    right->SetSizer(column);

    splitter->SplitVertically(left, right, FromDIP(490));
    splitter->SetMinimumPaneSize(FromDIP(200));
    table_->Bind(wxEVT_DATAVIEW_SELECTION_CHANGED, [this](wxDataViewEvent&) { show_selected(); });
    only_different_->Bind(wxEVT_CHECKBOX, [this](wxCommandEvent&) { show_selected(); });
}

wxSizer* ReviewWindow::make_bottom(wxWindow* parent) {
    auto* row = new wxBoxSizer(wxHORIZONTAL);
    previous_ = add_button(
        parent, row, _("&Previous"), [this] { move(-1); }, wxRIGHT);
    next_ = add_button(
        parent, row, _("&Next"), [this] { move(1); }, wxRIGHT);
    row->AddStretchSpacer();
    all_ = add_button(
        parent, row, _("Keep &All as Shown..."), [this] { keep_all(); }, wxRIGHT);
    undo_ = add_button(
        parent, row, _("&Undo"), [this] { undo(); }, wxRIGHT);
    add_button(
        parent, row, _("&Close"), [this] { Close(); }, wxRIGHT);
    return row;
}

void ReviewWindow::open(const std::string& connection) {
    try {
        choice_->set(service_.settings().databases);
    } catch (...) {
        return show_status(describe(std::current_exception()).sentence);
    }
    choice_->choose(connection);
    choice_->GetParent()->Layout();
    if (choice_->connection() != connection_) {
        sync_at_once();
        connection_ = choice_->connection();
        kept_.clear();
        take({});
    }
    reload();
}

void ReviewWindow::note_last_sync(const std::string& connection, std::optional<Time> end) {
    if (connection != connection_ || end == last_sync_) return;
    last_sync_ = end;
    reload();
}

void ReviewWindow::reload() {
    run([](SyncService&, const std::string&, Answer&) {}, [](const Answer&) { return wxString(); });
}

void ReviewWindow::run(Work work, Done done) {
    if (busy_ || connection_.empty()) return;
    busy_ = true;
    const auto answer = std::make_shared<Answer>();
    background_.run(
        [answer, work = std::move(work), service = &service_, connection = connection_] {
            work(*service, connection, *answer);
            answer->conflicts = in_review_order(service->conflicts(connection));
        },
        [this, answer, done = std::move(done),
         connection = connection_](const std::exception_ptr& error) {
            busy_ = false;
            if (connection != connection_) return reload();
            if (error) return show_status(describe(error).sentence);
            take(std::move(answer->conflicts));
            const auto status = done(*answer);
            show_status(status.empty() ? count_text(conflicts_.size()) : status);
        });
}

void ReviewWindow::keep(const ConflictValue& value) {
    if (const auto* conflict = selected()) {
        settle({{conflict->id, value.version, conflict->state}});
    }
}

void ReviewWindow::keep_all() {
    if (busy_ || conflicts_.empty()) return;
    std::vector<Choice> choices;
    for (const auto& conflict : conflicts_) {
        choices.push_back({conflict.id, conflict.values.front().version, conflict.state});
    }
    wxMessageDialog question(this, question_text(conflicts_), _("Keep all as shown?"),
                             wxOK | wxCANCEL | wxCANCEL_DEFAULT | wxICON_QUESTION);
    question.SetOKLabel(_("&Keep All"));
    if (question.ShowModal() == wxID_OK) settle(std::move(choices));
}

void ReviewWindow::settle(std::vector<Choice> choices) {
    const auto first = choices.front().conflict;
    const auto count = choices.size();
    run([choices = std::move(choices)](
            SyncService& service, const std::string& connection,
            Answer& answer) { answer.settlement = service.resolve(connection, choices); },
        [this, first, count](const Answer& answer) {
            return settled(answer.settlement, first, count);
        });
}

wxString ReviewWindow::settled(const Settlement& settlement, const std::string& first,
                               std::size_t asked) {
    const auto changed = settlement.changed.size();
    table_->SetFocus();
    if (changed < asked) {
        kept_.push_back({settlement.run, first});
        update_buttons();
        sync_soon();
    }
    if (changed == 0) return kept_text(asked);
    return asked == 1
               ? _("This conflict has changed meanwhile: nothing was kept. Please look at it "
                   "again.")
               : _("Some conflicts have changed meanwhile and are still open. Please look at them "
                   "again.");
}

void ReviewWindow::undo() {
    if (busy_ || kept_.empty()) return;
    run([run = kept_.back().run](SyncService& service, const std::string& connection,
                                 Answer& answer) { answer.undone = service.undo(connection, run); },
        [this](const Answer& answer) { return undone(answer.undone); });
}

wxString ReviewWindow::undone(const SyncReport& report) {
    if (!succeeded(report))
        return report.errors.empty() ? wxString() : to_wx(report.errors.back().sentence);
    const auto conflict = kept_.back().conflict;
    kept_.pop_back();
    update_buttons();
    sync_soon();
    table_->SetFocus();
    if (!holds(conflicts_, conflict)) {
        return _("The record was edited since, so what was kept stays.");
    }
    select_conflict(conflict);
    return _("Undone: the conflict is open again.");
}

// The same conflict stays selected; where it is settled, the next one is.
void ReviewWindow::take(std::vector<Conflict> conflicts) {
    const auto* before = selected();
    const auto id = before ? before->id : std::string();
    const int row = table_->selected_row();
    conflicts_ = std::move(conflicts);
    std::vector<TextTable::Row> rows;
    for (const auto& conflict : conflicts_) rows.push_back(conflict_row(conflict));
    table_->set_rows(std::move(rows));
    holds(conflicts_, id) ? select_conflict(id) : select(std::max(row, 0));
}

void ReviewWindow::select_conflict(const std::string& id) {
    for (std::size_t i = 0; i < conflicts_.size(); ++i) {
        if (conflicts_[i].id == id) return select(static_cast<int>(i));
    }
}

// The nearest row that there is.
void ReviewWindow::select(int row) {
    const int last = static_cast<int>(conflicts_.size()) - 1;
    if (last >= 0) table_->select_row(std::clamp(row, 0, last));
    show_selected();
}

void ReviewWindow::move(int by) { select(table_->selected_row() + by); }

void ReviewWindow::show_selected() {
    const auto* conflict = selected();
    patient_->SetLabelText(conflict ? patient_text(*conflict) : wxString());
    record_->SetLabelText(conflict ? record_text(*conflict) : wxString());
    only_different_->Show(conflict != nullptr);
    values_->show(conflict ? std::optional(*conflict) : std::nullopt, only_different_->GetValue(),
                  now());
    update_buttons();
}

void ReviewWindow::show_status(const wxString& text) { status_->SetLabelText(text); }

void ReviewWindow::update_buttons() {
    const int row = table_->selected_row();
    previous_->Enable(row > 0);
    next_->Enable(row >= 0 && static_cast<std::size_t>(row) + 1 < conflicts_.size());
    all_->Enable(!conflicts_.empty());
    undo_->Enable(!kept_.empty());
}

void ReviewWindow::sync_soon() {
    to_sync_ = connection_;
    actions_.changed(connection_);
    sync_timer_.StartOnce(kSyncPauseMs);
}

void ReviewWindow::sync_at_once() {
    sync_timer_.Stop();
    if (!to_sync_.empty()) actions_.sync(std::exchange(to_sync_, {}));
}

const Conflict* ReviewWindow::selected() const {
    const int row = table_->selected_row();
    const bool any = row >= 0 && static_cast<std::size_t>(row) < conflicts_.size();
    return any ? &conflicts_[static_cast<std::size_t>(row)] : nullptr;
}

}  // namespace cfs
