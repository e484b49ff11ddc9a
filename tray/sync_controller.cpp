#include "tray/sync_controller.h"

#include <wx/app.h>

#include <algorithm>
#include <chrono>

#include "dialogs/error_text.h"
#include "dialogs/wx_text.h"

namespace cfs {
namespace {

using std::chrono::milliseconds;

// A timer stands still while the machine sleeps, so the clock is looked at once a minute.
constexpr milliseconds kLongestWait = std::chrono::minutes{1};
constexpr milliseconds kShortestWait = std::chrono::seconds{1};
constexpr std::size_t kMaxNamed = 3;  // patients in one notification, which is small

void post(std::function<void()> function) { wxTheApp->CallAfter(std::move(function)); }

Time now() { return system_clock().now(); }

}  // namespace

SyncController::SyncController(SyncService& service, Notifier& notifier,
                               std::function<void()> changed)
    : service_(service),
      notifier_(notifier),
      changed_(std::move(changed)),
      reading_(post),
      worker_(std::make_unique<SyncWorker>(service, *this, post)) {
    timer_.Bind(wxEVT_TIMER, [this](wxTimerEvent&) { tick(); });
    watch_ = make_folder_watch([this, alive = std::weak_ptr(alive_)](const std::string& folder,
                                                                     const std::string& directory) {
        post([this, alive, folder, directory] {
            if (!alive.expired()) folder_changed(folder, directory);
        });
    });
}

SyncController::~SyncController() = default;

void SyncController::reload_settings() {
    try {
        fault_.clear();
        const auto settings = service_.settings();
        for (const auto& connection : databases_.set_settings(settings)) {
            worker_->read_news(connection, true);
        }
        automatic_.set_settings(settings);
        watch_->watch(automatic_.hints().folders());
    } catch (...) {
        fault_ = to_utf8(describe(std::current_exception()).sentence);
    }
    set_timer();
    changed_();
}

void SyncController::sync_now(const std::string& database) { sync(database, {}); }

void SyncController::sync(const std::string& database, const SyncRequest& request) {
    for (const auto& each : databases_.settings()) {
        if (!database.empty() && each.connection != database) continue;
        worker_->sync(each.connection, request);
    }
}

void SyncController::undo(const std::string& database, const RunId& run) {
    worker_->undo(database, run);
}

void SyncController::read_news(const std::string& database) { worker_->read_news(database, false); }

void SyncController::stop_sync() {
    worker_->cancel_syncs();
    if (live_) live_->stopping = true;
    changed_();
}

void SyncController::pause(std::optional<Time> until) {
    service_.pause(until);
    reload_settings();
}

void SyncController::set_supply(const Supply& supply) {
    automatic_.set_supply(supply);
    set_timer();
    changed_();
}

void SyncController::fall_asleep(std::function<void()> ready) {
    automatic_.fall_asleep();
    timer_.Stop();
    stop_sync();
    worker_->run([] {}, [ready = std::move(ready)](const std::exception_ptr&) { ready(); });
}

void SyncController::wake() {
    automatic_.wake(now());
    set_timer();
    changed_();
}

void SyncController::folder_changed(const std::string& folder, const std::string& directory) {
    automatic_.hints().folder_changed(folder, directory, now());
    set_timer();
}

void SyncController::end(std::function<void()> ended) {
    ending_ = true;
    timer_.Stop();
    if (live_) live_->stopping = true;
    changed_();
    worker_->end(std::move(ended));
}

TrayFacts SyncController::facts() const {
    TrayFacts facts;
    facts.now = now();
    facts.databases = databases_.facts(facts.now);
    facts.paused_until = databases_.paused_until(facts.now);
    facts.waits_for = automatic_.waits_for();
    facts.fault = fault_;
    if (live_)
        facts.running =
            RunningFacts{live_->connection, live_->site, live_->progress, live_->stopping};
    return facts;
}

std::vector<std::string> SyncController::folders(const std::string& database) const {
    std::vector<std::string> result;
    for (const auto& each : databases_.settings()) {
        if (each.folder.empty() || (!database.empty() && each.connection != database)) continue;
        if (std::find(result.begin(), result.end(), each.folder) == result.end()) {
            result.push_back(each.folder);
        }
    }
    return result;
}

void SyncController::on_sync_started(const std::string& connection, bool preview) {
    // A preview brings in nothing, so what changed in the folder still waits.
    if (!preview) automatic_.hints().sync_started(connection);
    live_ = LiveRun{};
    live_->connection = connection;
    live_->site = databases_.site_of(connection);
    live_->started = now();
    live_->preview = preview;
    live_->stopping = ending_;
    changed_();
}

void SyncController::on_sync_moved(const SyncProgress& progress,
                                   const std::vector<ReportLine>& lines) {
    if (!live_) return;
    live_->move(now(), progress, lines);
    changed_();
}

void SyncController::on_sync_ended(const SyncReport& report) {
    if (!report.preview) automatic_.hints().sync_ended(report.database, now());
    live_.reset();
    for (const auto& notification : databases_.add_run(report, now())) show(notification);
    read_news(report.database);
    set_timer();
    changed_();
}

void SyncController::on_news(const DatabaseNews& news) {
    databases_.add_news(news);
    if (news.status && news.status->writer) {
        automatic_.hints().set_writer(news.connection, *news.status->writer, now());
    }
    set_timer();
    changed_();
}

void SyncController::tick() {
    SyncRequest request;
    request.trigger = SyncTrigger::scheduled;
    for (const auto& connection : automatic_.take_due(databases_, now())) {
        worker_->sync(connection, request);
    }
    set_timer();
    changed_();  // a pause may have ended
}

void SyncController::set_timer() {
    timer_.Stop();
    const auto next = automatic_.next_event(databases_, now());
    if (!next || ending_ || live_) return;
    const auto wait = std::clamp<milliseconds>(*next - now(), kShortestWait, kLongestWait);
    timer_.StartOnce(static_cast<int>(wait.count()));
}

void SyncController::show(const Notification& notification) {
    if (databases_.general().name_patients && !notification.patients.empty()) {
        return show_with_names(notification);
    }
    notifier_.show(notice_of(notification, databases_.settings().size() > 1));
}

// Where the names can't be read the rest is told without them.
void SyncController::show_with_names(const Notification& notification) {
    const auto& all = notification.patients;
    const std::vector<PatientId> patients(
        all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), kMaxNamed)));
    const auto names = std::make_shared<std::vector<std::string>>();
    reading_.run(
        [service = &service_, database = notification.database, patients, names] {
            *names = service->patient_labels(database, patients);
        },
        [this, notification, names](const std::exception_ptr&) {
            notifier_.show(notice_of(notification, databases_.settings().size() > 1, *names));
        });
}

}  // namespace cfs
