// Sites that a test puts together itself around the real engine: the sync folder and the time are
// the test's own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/engine/run_context.h"
#include "tests/support/counting_folder.h"
#include "tests/support/memory_folder.h"
#include "tests/support/temporary_folder.h"

namespace cfs::test {

// Time passes only when told; a pause takes as long as it lasts.
class ManualClock : public Clock {
  public:
    [[nodiscard]] Time now() const override { return now_; }
    void pause(std::chrono::milliseconds duration) override { now_ += duration; }
    void advance(std::chrono::milliseconds duration) { now_ += duration; }
    [[nodiscard]] std::chrono::milliseconds elapsed() const override {
        return now_.time_since_epoch();
    }

  private:
    Time now_ = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22);
};

// A folder in memory with a marker of the demo mapping, whose files are as old as the clock says.
[[nodiscard]] std::unique_ptr<MemoryFolder> new_sync_folder(const ManualClock& clock);

// Brings all files below `prefix` that are not there or differ; the other folder's clock says when.
void deliver(const MemoryFolder& from, MemoryFolder& to, const std::string& prefix = "");

// The demo clinic, enabled and joined.
class TestSite {
  public:
    TestSite(std::string name, SyncFolder& folder, ManualClock& clock);
    // With a database and a mapping (XML) of its own.
    TestSite(std::string name, SyncFolder& folder, ManualClock& clock, const std::string& script,
             const std::string& mapping);

    void sql(const std::string& statement);
    [[nodiscard]] std::string value(const std::string& query);
    [[nodiscard]] PatientId patient(int key);

    // Five seconds later; whatever ends the run is thrown, and in the report as well.
    SyncReport sync();
    // What the last sync did with the folder: patients' files opened, and so on.
    [[nodiscard]] std::vector<std::string> opened(const std::string& prefix = "patients/") const;
    [[nodiscard]] std::vector<std::string> written(const std::string& prefix = "") const;
    [[nodiscard]] std::vector<std::string> listed(const std::string& prefix = "patients/") const;
    [[nodiscard]] std::vector<std::string> examined(const std::string& prefix = "patients/") const;

    // The database as it is, and as it was: a backup, or another machine's disk.
    [[nodiscard]] std::string image();
    void put_back(const std::string& image);

    [[nodiscard]] ClinicDatabase& database() { return *database_; }
    [[nodiscard]] WriterId writer() const { return writer_; }

    SyncOptions options;
    bool full = false;
    SyncReport report;  // of the last sync
    std::vector<std::pair<ArchiveKind, std::string>> archived;

  private:
    void open();
    void enable(const std::string& mapping);

    TemporaryFolder place_{"cfs-site", quick_place()};
    std::string name_, path_;
    ManualClock& clock_;
    CountingFolder folder_;
    WriterId writer_;
    std::unique_ptr<ClinicDatabase> database_;
};

// Sites A and B, not synced yet: each with a folder of its own, or both with one.
struct SitePair {
    enum class Folders { two, one };

    explicit SitePair(Folders folders = Folders::two);

    // The cloud clients bring each what the other has.
    void exchange();
    // Until both know the same.
    void meet();

    ManualClock clock;
    std::unique_ptr<MemoryFolder> at_a, at_b;  // at_b: none where they share one
    std::unique_ptr<TestSite> a, b;
};

}  // namespace cfs::test
