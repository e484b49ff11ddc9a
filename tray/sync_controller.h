// Brings the databases, the worker, the timer and the notifications together. Lives on the thread
// of the windows.
#pragma once

#include <wx/timer.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/engine/sync_service.h"
#include "dialogs/live_run.h"
#include "tray/automatic_syncs.h"
#include "tray/folder_watch.h"
#include "tray/known_databases.h"
#include "tray/notifier.h"
#include "tray/reading_thread.h"
#include "tray/sync_worker.h"
#include "tray/tray_state.h"

namespace cfs {

class SyncController : public SyncListener {
  public:
    // `changed` is called whenever facts() or live() may have changed.
    SyncController(SyncService& service, Notifier& notifier, std::function<void()> changed);
    ~SyncController() override;

    void reload_settings();
    void sync_now(const std::string& database = {});                     // empty: all in turn
    void sync(const std::string& database, const SyncRequest& request);  // empty: all in turn
    void undo(const std::string& database, const RunId& run);
    void stop_sync();
    // Automatic syncs stand still until then (kLastTime: until resumed); none: they go on. Throws
    // what saving the settings throws.
    void pause(std::optional<Time> until);
    // Something else than a sync changed the database.
    void read_news(const std::string& database);

    void set_supply(const Supply& supply);
    // Ends what runs cleanly and begins nothing by itself; `ready` is called once it has ended.
    void fall_asleep(std::function<void()> ready);
    void wake();

    // Ends what runs cleanly; `ended` is called once it has.
    void end(std::function<void()> ended);

    [[nodiscard]] bool nothing_enabled() const {
        return fault_.empty() && databases_.settings().empty();
    }
    [[nodiscard]] TrayFacts facts() const;
    [[nodiscard]] const std::optional<LiveRun>& live() const { return live_; }
    // Those of one database, or of all (empty), each once.
    [[nodiscard]] std::vector<std::string> folders(const std::string& database = {}) const;
    [[nodiscard]] Background& background() { return *worker_; }
    [[nodiscard]] Background& reading() { return reading_; }

    void on_sync_started(const std::string& connection, bool preview) override;
    void on_sync_moved(const SyncProgress& progress, const std::vector<ReportLine>& lines) override;
    void on_sync_ended(const SyncReport& report) override;
    void on_news(const DatabaseNews& news) override;

  private:
    void folder_changed(const std::string& folder, const std::string& directory);
    void tick();
    void set_timer();
    void show(const Notification& notification);
    void show_with_names(const Notification& notification);

    SyncService& service_;
    Notifier& notifier_;
    std::function<void()> changed_;
    KnownDatabases databases_;
    AutomaticSyncs automatic_;
    std::optional<LiveRun> live_;
    std::string fault_;
    bool ending_ = false;
    wxTimer timer_;
    ReadingThread reading_;
    std::unique_ptr<SyncWorker> worker_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // posts outlive this
    std::unique_ptr<FolderWatch> watch_;
};

}  // namespace cfs
