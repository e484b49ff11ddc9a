#include "dialogs/assistant/first_sync_page.h"

#include <wx/gauge.h>
#include <wx/intl.h>
#include <wx/msgdlg.h>
#include <wx/sizer.h>

#include <algorithm>

#include "dialogs/accessible.h"
#include "dialogs/assistant/first_sync.h"
#include "dialogs/assistant/setup_text.h"
#include "dialogs/error_text.h"
#include "dialogs/fault_text.h"
#include "dialogs/number_text.h"
#include "dialogs/report_text.h"

namespace cfs {
namespace {

constexpr int kProgressPauseMs = 200;
constexpr int kGaugeSteps = 1000;

}  // namespace

FirstSyncPage::FirstSyncPage(wxWindow* book, AssistantHost& host)
    : AssistantPage(book, host, _("The first sync")) {
    auto* column = new wxBoxSizer(wxVERTICAL);
    text_ = new WrappedText(this, kTextWidth);
    fault_ = new FaultText(this);
    note_ = new WrappedText(this, kTextWidth);
    progress_ = new WrappedText(this, kTextWidth);
    gauge_ = new wxGauge(this, wxID_ANY, kGaugeSteps);
    set_accessible_name(*gauge_, _("Progress"));
    gauge_->Hide();
    for (wxWindow* part : {static_cast<wxWindow*>(text_), static_cast<wxWindow*>(fault_),
                           static_cast<wxWindow*>(note_), static_cast<wxWindow*>(progress_),
                           static_cast<wxWindow*>(gauge_)}) {
        column->Add(part, wxSizerFlags().Expand().DoubleBorder(wxBOTTOM));
    }
    SetSizer(column);
    timer_.Bind(wxEVT_TIMER, [this](wxTimerEvent&) { show_progress(); });
}

wxString FirstSyncPage::next_label() const {
    switch (step_) {
        case Step::summary:
            return _("&Enable");
        case Step::preview:
            return _("&Try Again");
        case Step::sync:
            return _("&Sync Now");
        case Step::done:
            return _("&Done");
    }
    return {};
}

void FirstSyncPage::enter() { show(Step::summary, summary_text(choices())); }

void FirstSyncPage::next() {
    switch (step_) {
        case Step::summary:
            return enable();
        case Step::preview:
            return preview();
        case Step::sync:
            return sync();
        case Step::done:
            return host().go_on();
    }
}

// Each attempt begins anew, since Back may have led to other choices.
void FirstSyncPage::enable() {
    fault_->clear();
    first_ = std::make_shared<FirstSync>(host().service(), choices());
    progress_->show(_("Enabling the database..."));
    host().run([first = first_] { first->enable(); },
               [this](const std::exception_ptr& error) {
                   progress_->clear();
                   if (error) return show_fault(error);
                   keep_password();
               },
               false);
}

void FirstSyncPage::keep_password() {
    if (!choices().password_to_keep) return preview();
    host().run(
        [host = &host(), connection = choices().connection,
         password = *choices().password_to_keep] { host->keep_password(connection, password); },
        [this](const std::exception_ptr& error) {
            if (error) show_password_note(describe(error).sentence);
            preview();
        },
        false);
}

void FirstSyncPage::show_password_note(const wxString& sentence) {
    note_->show(wxString::Format(_("%s Until this program ends the password is known all the same. "
                                   "Later Change Password in Preferences keeps it."),
                                 sentence));
}

void FirstSyncPage::start(std::function<void()> work, std::function<void()> done) {
    fault_->clear();
    running_ = true;
    show_progress();
    gauge_->Show();
    timer_.Start(kProgressPauseMs);
    Layout();
    host().run(
        std::move(work),
        [this, done = std::move(done)](const std::exception_ptr& error) {
            running_ = false;
            timer_.Stop();
            gauge_->Hide();
            progress_->clear();
            if (error) show_fault(error);
            if (!error) done();
            if (const auto close = std::exchange(close_, {})) cancel(close);
        },
        true);
}

void FirstSyncPage::preview() {
    show(Step::preview, _("Looking at what the first sync will do. Nothing is changed yet."));
    start([first = first_] { first->preview(); }, [this] { previewed(); });
}

void FirstSyncPage::previewed() {
    if (!succeeded(first_->report())) return show_report_fault();
    auto text = overlap_text(first_->overlap());
    const auto doubts = doubts_text(first_->report());
    if (!doubts.empty()) text += "\n\n" + doubts;
    show(Step::sync, text + "\n\n" + _("Is that what you expect? Then start the first sync."));
}

void FirstSyncPage::sync() {
    show(Step::sync, _("The first sync is running. Your clinic program can be used meanwhile."));
    start([first = first_] { first->sync(); }, [this] { synced(); });
}

void FirstSyncPage::synced() {
    close_ = {};  // what Cancel asked for is that the sync stops
    const auto& report = first_->report();
    if (succeeded(report)) {
        show(Step::done, done_text(report, choices()));
        return host().settings_changed();
    }
    if (report.result != SyncResult::cancelled) return show_report_fault();
    show(Step::sync, _("The sync was stopped. What was synced until then stays; the next sync "
                       "goes on from there."));
}

void FirstSyncPage::cancel(const std::function<void()>& close) {
    if (running_) {
        close_ = close;
        return stop();
    }
    if (!first_ || !first_->enabled()) return close();
    if (first_->can_take_back()) return ask_to_keep(close);
    keep_enabled();
    close();
}

void FirstSyncPage::ask_to_keep(const std::function<void()>& close) {
    wxMessageDialog question(
        this,
        _("The database is enabled already, but nothing was sent or received yet. If you leave it "
          "enabled, the first sync takes place later, with Sync Now or automatically."),
        _("Leave the database enabled?"), wxYES_NO | wxCANCEL | wxICON_QUESTION);
    question.SetYesNoCancelLabels(_("&Leave Enabled"), _("&Disable Again"), _("&Go On"));
    const int answer = question.ShowModal();
    if (answer == wxID_NO) return take_back(close);
    if (answer != wxID_YES) return;
    keep_enabled();
    close();
}

void FirstSyncPage::keep_enabled() {
    try {
        first_->apply_options();
    } catch (...) {
        show_fault(std::current_exception());
    }
    host().settings_changed();
}

void FirstSyncPage::take_back(const std::function<void()>& close) {
    host().run([first = first_] { first->take_back(); },
               [this, close](const std::exception_ptr& error) {
                   if (error) return show_fault(error);
                   close();
               },
               false);
}

void FirstSyncPage::stop() {
    if (first_) first_->stop();
}

void FirstSyncPage::show(Step step, const wxString& text) {
    step_ = step;
    fault_->clear();
    text_->show(text);
    host().buttons_changed();
}

void FirstSyncPage::show_fault(const std::exception_ptr& error) {
    fault_->show(describe(error).whole());
}

void FirstSyncPage::show_report_fault() {
    const auto& errors = first_->report().errors;
    if (errors.empty()) return fault_->show(_("See the log."));
    fault_->show(describe(errors.front().code, errors.front().sentence).whole());
}

// The total grows while changes are still being found.
void FirstSyncPage::show_progress() {
    const auto progress = first_->progress();
    if (progress.patients_total == 0) return gauge_->Pulse();
    const auto share = progress.patients_done * kGaugeSteps / progress.patients_total;
    gauge_->SetValue(static_cast<int>(std::clamp<std::int64_t>(share, 0, kGaugeSteps)));
    progress_->show(wxString::Format(_("%s of %s patients"), number_text(progress.patients_done),
                                     number_text(progress.patients_total)));
}

}  // namespace cfs
