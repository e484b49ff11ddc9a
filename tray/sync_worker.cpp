#include "tray/sync_worker.h"

#include <algorithm>

#include "tray/throttled_observer.h"

namespace cfs {
namespace {

constexpr int kRememberedRuns = 20;  // enough to know what the user was told before

// Runs report their failures; what they throw all the same becomes a report too.
SyncReport failed_report(const std::string& connection, const SyncRequest& request, ErrorCode code,
                         const std::string& sentence) {
    SyncReport report;
    report.database = connection;
    report.trigger = request.trigger;
    report.preview = request.preview;
    report.started = report.ended = system_clock().now();
    report.result = SyncResult::failed;
    report.errors.push_back({code, sentence, std::nullopt, {}});
    return report;
}

bool same_wish(SyncRequest one, const SyncRequest& other) {
    one.trigger = other.trigger;
    return one == other;
}

std::vector<SyncReport> last_runs(SyncService& service, const std::string& connection) {
    auto runs = service.runs(kRememberedRuns, {connection, {}, {}});
    std::reverse(runs.begin(), runs.end());
    return runs;
}

// That the folder can't be read is the syncs' news.
std::optional<std::vector<KnownSite>> sites_of(SyncService& service,
                                               const std::string& connection) {
    try {
        return service.sites(connection);
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

}  // namespace

SyncWorker::SyncWorker(SyncService& service, SyncListener& listener, Post post)
    : service_(service),
      listener_(listener),
      post_(std::move(post)),
      thread_([this] { work_off(); }) {}

SyncWorker::~SyncWorker() {
    alive_.reset();
    end({});
    thread_.join();
}

void SyncWorker::sync(const std::string& connection, const SyncRequest& request) {
    {
        const std::lock_guard lock(mutex_);
        const auto waits = [&](const Job& job) {
            return job.run_of == connection && job.request && same_wish(*job.request, request);
        };
        if (std::any_of(jobs_.begin(), jobs_.end(), waits)) return;
    }
    const auto run = [this, connection, request](SyncObserver& observer, std::stop_token stop) {
        return service_.sync(connection, request, observer, std::move(stop));
    };
    add({connection, request, [this, connection, request, run](std::stop_token stop) {
             run_here(connection, request, run, std::move(stop));
         }});
}

void SyncWorker::undo(const std::string& connection, const RunId& undone) {
    const auto run = [this, connection, undone](SyncObserver& observer, std::stop_token stop) {
        return service_.undo(connection, undone, {}, &observer, std::move(stop));
    };
    add({connection, {}, [this, connection, run](std::stop_token stop) {
             run_here(connection, {}, run, std::move(stop));
         }});
}

void SyncWorker::read_news(const std::string& connection, bool with_history) {
    add({{}, {}, [this, connection, with_history](const std::stop_token&) {
             post([this, news = read_here(connection, with_history)] { listener_.on_news(news); });
         }});
}

void SyncWorker::run(std::function<void()> work, std::function<void(std::exception_ptr)> done) {
    add({{}, {}, [this, work = std::move(work), done = std::move(done)](const std::stop_token&) {
             std::exception_ptr error;
             try {
                 work();
             } catch (...) {
                 error = std::current_exception();
             }
             post([done, error] { done(error); });
         }});
}

void SyncWorker::cancel_syncs() {
    const std::lock_guard lock(mutex_);
    running_.request_stop();
    std::erase_if(jobs_, [](const Job& job) { return !job.run_of.empty(); });
}

void SyncWorker::end(std::function<void()> ended) {
    {
        const std::lock_guard lock(mutex_);
        running_.request_stop();
        jobs_.clear();
        ended_ = std::move(ended);
        ending_ = true;
    }
    changed_.notify_all();
}

void SyncWorker::add(Job job) {
    {
        const std::lock_guard lock(mutex_);
        if (ending_) return;
        jobs_.push_back(std::move(job));
    }
    changed_.notify_all();
}

std::optional<SyncWorker::Job> SyncWorker::next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
    if (ending_) return std::nullopt;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    running_ = std::stop_source();
    return job;
}

void SyncWorker::work_off() {
    while (const auto job = next()) job->work(running_.get_token());
    const std::lock_guard lock(mutex_);
    if (ended_) post(ended_);
}

void SyncWorker::post(std::function<void()> function) {
    post_([alive = std::weak_ptr(alive_), function = std::move(function)] {
        if (!alive.expired()) function();
    });
}

void SyncWorker::run_here(const std::string& connection, const SyncRequest& request, const Run& run,
                          std::stop_token stop) {
    post([this, connection, preview = request.preview] {
        listener_.on_sync_started(connection, preview);
    });
    ThrottledObserver observer([this](const SyncProgress& progress, std::vector<ReportLine> lines) {
        post([this, progress, lines = std::move(lines)] {
            listener_.on_sync_moved(progress, lines);
        });
    });
    SyncReport report;
    try {
        report = run(observer, std::move(stop));
    } catch (const Error& error) {
        report = failed_report(connection, request, error.code(), error.what());
    } catch (const std::exception& error) {
        report = failed_report(connection, request, ErrorCode::internal, error.what());
    }
    observer.flush();
    post([this, report = std::move(report)] { listener_.on_sync_ended(report); });
}

DatabaseNews SyncWorker::read_here(const std::string& connection, bool with_history) {
    DatabaseNews news;
    news.connection = connection;
    try {
        if (with_history) news.history = last_runs(service_, connection);
        news.status = service_.status(connection);
    } catch (const Error& error) {
        news.fault = error.code();
    } catch (const std::exception&) {
        news.fault = ErrorCode::internal;
    }
    if (news.status && news.status->enabled) news.sites = sites_of(service_, connection);
    return news;
}

}  // namespace cfs
