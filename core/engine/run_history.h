// The log of each synchronization, kept in the installation's state folder and not in the clinic's
// database, so that a run that can't reach the database is logged too. Holds the newest
// `kMaxRuns` runs; safe for several processes at once; one object is used by one thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/sync_report.h"

namespace cfs {

inline constexpr int kMaxRuns = 10'000;
inline constexpr int kMaxLinesPerRun = 5'000;  // the last line says how many more there were

enum class RunKind { any, with_errors, with_new_conflicts };

// Which runs are asked for; all conditions hold together.
struct RunFilter {
    std::string database;  // a connection; empty: all
    RunKind kind = RunKind::any;
    std::string patient;  // an id or how it begins, in lower case; empty: any or none
};

// What a database's status tells of its runs; previews do not count.
struct LastRuns {
    std::optional<RunId> run;          // the newest, whatever came of it
    std::optional<Time> last_success;  // when the newest that got through ended
};

class RunHistory {
  public:
    // Opens or creates `<state>/history.sqlite`. A damaged file is set aside and begun anew.
    explicit RunHistory(const std::string& state_folder);
    ~RunHistory();
    RunHistory(const RunHistory&) = delete;
    RunHistory& operator=(const RunHistory&) = delete;

    void add(const SyncReport& report);

    // Runs without their lines, newest first.
    [[nodiscard]] std::vector<SyncReport> newest(int limit, const RunFilter& filter = {}) const;

    [[nodiscard]] LastRuns last_runs(const std::string& connection) const;

    // One run with its lines and errors.
    [[nodiscard]] std::optional<SyncReport> find(const RunId& run) const;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace cfs
