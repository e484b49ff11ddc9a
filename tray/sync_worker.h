// The one background thread: syncs and whatever else touches a database run here, one after the
// other. All functions are called on the thread of the windows, and so is the listener.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "core/engine/sync_service.h"
#include "dialogs/background.h"

namespace cfs {

// What was read of one database outside of a sync.
struct DatabaseNews {
    std::string connection;
    std::optional<DatabaseStatus> status;  // none: `fault` says why
    std::optional<ErrorCode> fault;
    std::vector<SyncReport> history;              // oldest first; only where it was asked for
    std::optional<std::vector<KnownSite>> sites;  // none: the folder could not be read
};

class SyncListener {
  public:
    virtual ~SyncListener() = default;
    virtual void on_sync_started(const std::string& connection, bool preview) = 0;
    virtual void on_sync_moved(const SyncProgress& progress,
                               const std::vector<ReportLine>& lines) = 0;
    virtual void on_sync_ended(const SyncReport& report) = 0;
    virtual void on_news(const DatabaseNews& news) = 0;
};

class SyncWorker : public Background {
  public:
    // Hands a function to the thread of the windows; callable from any thread.
    using Post = std::function<void(std::function<void()>)>;

    SyncWorker(SyncService& service, SyncListener& listener, Post post);
    ~SyncWorker() override;  // cancels what runs and waits for its end

    // Does nothing where the same is waiting already, whoever asked for it.
    void sync(const std::string& connection, const SyncRequest& request);
    void undo(const std::string& connection, const RunId& run);
    void read_news(const std::string& connection, bool with_history);
    void run(std::function<void()> work, std::function<void(std::exception_ptr)> done) override;

    // The running sync or undo ends between two patients, those that wait are dropped.
    void cancel_syncs();

    // As cancel_syncs(), takes nothing more, and calls `ended` once the thread is idle.
    void end(std::function<void()> ended);

  private:
    struct Job {
        std::string run_of;                  // the connection; empty: work that has no report
        std::optional<SyncRequest> request;  // of a sync
        std::function<void(std::stop_token)> work;
    };
    using Run = std::function<SyncReport(SyncObserver&, std::stop_token)>;

    void add(Job job);
    void work_off();
    [[nodiscard]] std::optional<Job> next();
    void post(std::function<void()> function);
    void run_here(const std::string& connection, const SyncRequest& request, const Run& run,
                  std::stop_token stop);
    [[nodiscard]] DatabaseNews read_here(const std::string& connection, bool with_history);

    SyncService& service_;
    SyncListener& listener_;
    Post post_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // posts outlive the worker

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Job> jobs_;
    std::stop_source running_;
    std::function<void()> ended_;
    bool ending_ = false;
    std::thread thread_;  // last: it uses all of the above
};

}  // namespace cfs
