// A clinic of the story: a real SQLite file, a state folder and a sync folder in one directory.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/engine/sync_service.h"

namespace cfs::faults {

// An invariant does not hold; what() says which.
struct Broken : std::runtime_error {
    using std::runtime_error::runtime_error;
};

inline void require(bool holds, const std::string& otherwise) {
    if (!holds) throw Broken(otherwise);
}

// Begins at the machine's time, moves only when it is read or told, and never waits: what a sync
// does is then the same at every trial.
class StillClock : public Clock {
  public:
    [[nodiscard]] Time now() const override { return now_ += std::chrono::milliseconds(1); }
    void pause(std::chrono::milliseconds) override {}
    [[nodiscard]] std::chrono::milliseconds elapsed() const override {
        return now_.time_since_epoch();
    }
    void set(Time time) { now_ = time; }
    void advance(std::chrono::milliseconds duration) { now_ += duration; }

  private:
    mutable Time now_ = system_clock().now();
};

class Site {
  public:
    // Everything lies in `place`, a directory that exists.
    Site(std::string name, std::string place, StillClock& clock);

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const std::string& place() const { return place_; }
    [[nodiscard]] std::string database() const { return place_ + "/clinic.db"; }
    [[nodiscard]] std::string state() const { return place_ + "/state"; }
    [[nodiscard]] std::string folder() const { return place_ + "/folder"; }
    // That of both clinics.
    [[nodiscard]] std::string mapping() const;
    [[nodiscard]] std::string connection() const { return "sqlite3://" + database(); }

    // A program that was started for it.
    [[nodiscard]] std::unique_ptr<SyncService> service() const;
    void enable(SyncService& service) const;
    [[nodiscard]] bool is_enabled() const;
    [[nodiscard]] SyncReport sync() const;
    [[nodiscard]] SyncReport sync(SyncService& service) const;

    // The clinic program, which waits 100 ms at most.
    void sql(const std::string& statements) const;
    [[nodiscard]] std::vector<std::string> lines(const std::string& query) const;  // sorted
    [[nodiscard]] std::string value(const std::string& query) const;

    // Every row of the clinic's own tables, with its local keys; a record of several rows is one.
    [[nodiscard]] std::vector<std::string> rows() const;
    // The same told without local keys, equal at all sites that hold the same.
    [[nodiscard]] std::vector<std::string> picture() const;

  private:
    std::string name_, place_;
    StillClock& clock_;
};

// What ended or marred a run, or nothing.
[[nodiscard]] std::string errors_of(const SyncReport& report);

}  // namespace cfs::faults
