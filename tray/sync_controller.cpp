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

void post(std::function<void()> function) { wxTheApp->CallAfter(std::move(function)); }

Time now() { return system_clock().now(); }

}  // namespace

SyncController::SyncController(SyncService& service, Notifier& notifier,
                               std::function<void()> changed)
    : service_(service),
      notifier_(notifier),
      changed_(std::move(changed)),
      worker_(std::make_unique<SyncWorker>(service, *this, post)) {
    timer_.Bind(wxEVT_TIMER, [this](wxTimerEvent&) { tick(); });
}

SyncController::~SyncController() = default;

void SyncController::reload_settings() {
    try {
        fault_.clear();
        for (const auto& connection : databases_.set_settings(service_.settings())) {
            worker_->read_news(connection, true);
        }
    } catch (...) {
        fault_ = to_utf8(describe(std::current_exception()).sentence);
    }
    set_timer();
    changed_();
}

void SyncController::sync_now(const std::string& database) {
    for (const auto& each : databases_.settings()) {
        if (!database.empty() && each.connection != database) continue;
        worker_->sync(each.connection, SyncTrigger::manual);
    }
}

void SyncController::stop_sync() {
    worker_->cancel_syncs();
    if (live_) live_->stopping = true;
    changed_();
}

void SyncController::pause(std::optional<Time> until) {
    service_.pause(until);
    reload_settings();
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

void SyncController::on_sync_started(const std::string& connection) {
    live_ = LiveRun{};
    live_->connection = connection;
    live_->site = databases_.site_of(connection);
    live_->started = now();
    live_->stopping = ending_;
    changed_();
}

void SyncController::on_sync_moved(const SyncProgress& progress,
                                   const std::vector<ReportLine>& lines) {
    if (!live_) return;
    live_->progress = progress;
    live_->add(lines);
    changed_();
}

void SyncController::on_sync_ended(const SyncReport& report) {
    live_.reset();
    show_notifications(databases_.add_run(report, now()));
    set_timer();
    changed_();
}

void SyncController::on_news(const DatabaseNews& news) {
    databases_.add_news(news);
    set_timer();
    changed_();
}

void SyncController::tick() {
    for (const auto& connection : databases_.due(now())) {
        worker_->sync(connection, SyncTrigger::scheduled);
    }
    set_timer();
    changed_();  // a pause may have ended
}

void SyncController::set_timer() {
    timer_.Stop();
    const auto next = databases_.next_event(now());
    if (!next || ending_ || live_) return;
    const auto wait = std::clamp<milliseconds>(*next - now(), kShortestWait, kLongestWait);
    timer_.StartOnce(static_cast<int>(wait.count()));
}

void SyncController::show_notifications(const std::vector<Notification>& notifications) {
    for (const auto& notification : notifications) {
        const bool conflicts = notification.kind == NotificationKind::new_conflicts;
        notifier_.show((conflicts ? "conflicts " : "errors ") + notification.database,
                       text_of(notification, databases_.settings().size() > 1));
    }
}

}  // namespace cfs
