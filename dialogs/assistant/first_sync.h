// The slow work of the assistant's last page, without a window: enabling, the preview of the first
// sync, the sync itself, and taking it all back before anything was synced. For the background.
#pragma once

#include <atomic>
#include <mutex>
#include <stop_token>

#include "core/engine/sync_observer.h"
#include "core/engine/sync_service.h"
#include "dialogs/assistant/setup_choices.h"

namespace cfs {

// Read by the thread of the windows while a sync runs.
class SharedProgress : public SyncObserver {
  public:
    void on_progress(const SyncProgress& progress) override {
        done_ = progress.patients_done;
        total_ = progress.patients_total;
    }
    [[nodiscard]] SyncProgress now() const { return {done_, total_}; }
    void reset() { done_ = total_ = 0; }

  private:
    std::atomic<std::int64_t> done_{0}, total_{0};
};

class FirstSync {
  public:
    FirstSync(SyncService& service, SetupChoices choices)
        : service_(service), choices_(std::move(choices)) {}

    // Without automatic syncs yet: the person has not seen the preview. Where it fails all is as
    // before.
    void enable();
    void preview();
    // The options that were chosen hold from then on, whatever came of it.
    void sync();
    // Nothing was sent or received; throws usage where it was.
    void take_back();
    // The same where the first sync is left for later.
    void apply_options();

    // Ends a preview or a sync that runs, between two patients; callable from any thread.
    void stop();
    [[nodiscard]] SyncProgress progress() const { return progress_.now(); }

    // What came of it; not while one of the above runs.
    [[nodiscard]] bool enabled() const { return enabled_; }
    [[nodiscard]] bool can_take_back() const;
    [[nodiscard]] const PatientOverlap& overlap() const { return overlap_; }
    [[nodiscard]] const SyncReport& report() const { return report_; }

  private:
    void start_folder();
    void clear_up();
    void take_back_folder();
    void run(bool preview);
    [[nodiscard]] std::stop_token new_stop();

    SyncService& service_;
    SetupChoices choices_;
    SharedProgress progress_;
    std::mutex mutex_;
    std::stop_source stop_;
    bool made_ = false, begun_ = false;  // the folder
    bool enabled_ = false, synced_ = false;
    PatientOverlap overlap_;
    SyncReport report_;
};

}  // namespace cfs
