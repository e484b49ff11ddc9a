// One sync run, a straight line: collect local changes, find changed files, take each patient
// touched through observe, merge, apply, publish; note it in the log; report.
#pragma once

#include <chrono>
#include <functional>
#include <set>
#include <vector>

#include "core/database/lock_times.h"
#include "core/engine/decided_ahead.h"
#include "core/engine/folder_scan.h"
#include "core/engine/log_reader.h"
#include "core/engine/patient_sync.h"
#include "core/engine/publisher.h"
#include "core/engine/run_context.h"

namespace cfs {

class SyncEngine {
  public:
    explicit SyncEngine(RunContext& run);

    // Fills the run's report. Throws what ends the run as a whole (a doubt, a lost database, a
    // full disk, cancelled); what concerns one patient or file is in the report.
    void run();

    // Would run() find nothing to do? Then the report is what that would have told. It is found out
    // without writing anything, so that an idle database and folder stay as they are.
    [[nodiscard]] bool finds_nothing();

    // Changes patients' documents first (settle, undo), in this database alone: the next run
    // publishes them.
    void amend(const std::vector<PatientId>& patients, const Amendment& amendment);

    // Throws the doubts about the folder: missing, without a marker, another one, full.
    void check_folder();

  private:
    void scan_database();
    void check_database();
    void check_writer();
    void drain_journal();
    [[nodiscard]] bool take_latest_notes();
    [[nodiscard]] std::set<PatientId> find_folder_changes();
    void retry_what_differs(std::set<PatientId>& patients);
    void check_gone(FolderChanges& changes);
    void touch(const std::set<PatientId>& patients);
    void preview();
    void sync_patients();
    void sync_waiting();
    [[nodiscard]] std::vector<PendingRow> rows_waiting();
    void sync_batch(const std::vector<PatientId>& patients, std::size_t& next);
    void write_batch(const std::vector<PatientId>& patients, std::size_t& next, std::size_t end,
                     std::set<PatientId>& synced);
    DrainResult drain();
    void sync_one(PatientId patient, const Amendment& amendment);
    enum class Turn { done, notes_first, files_first, in_the_way };
    void get_files_ready();
    [[nodiscard]] Turn take_turn(const std::function<void()>& work);
    [[nodiscard]] bool write(const std::function<void()>& work);
    void leave(PatientId patient);
    void mark_done(PatientId patient);
    void merge_again(PatientId patient);
    void finish();
    [[nodiscard]] bool looks_idle();
    [[nodiscard]] bool is_look_due();
    void note_look();
    void note_clock_set_back();
    void part_from_clone();
    void report_pending();
    void count_open();

    RunContext& run_;
    Time began_{};
    PatientFiles files_;
    PatientSync patient_sync_;
    DecidedAhead decided_;
    FolderScan scan_;
    LogReader logs_;
    Publisher publisher_;
    std::set<PatientId> done_;
    std::vector<PatientId> done_now_;           // in the transaction that is open
    std::vector<PatientDecision> carried_out_;  // freed when the lock is: that takes its time
    std::set<PatientId> batch_;                 // to be published when it is committed
    std::size_t ahead_ = 32;                    // how many are decided while the lock is given up
    std::chrono::milliseconds locked_{0};       // when the lock was taken
    // What the last turn took behind its patients: notes of what was seen, and the commit.
    std::chrono::milliseconds time_behind_{0};
    // When the lock was given up last; work that needs none may follow at once.
    std::chrono::milliseconds let_go_ = -kGap;
    bool scanned_all_ = false;
};

}  // namespace cfs
