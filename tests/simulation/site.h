// One simulated site: a clinic's database and the installation that syncs it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "core/engine/review.h"
#include "core/engine/settings.h"
#include "core/engine/sync_report.h"
#include "tests/simulation/clinic.h"
#include "tests/simulation/cloud.h"
#include "tests/simulation/machine.h"
#include "tests/simulation/present.h"
#include "tests/simulation/virtual_clock.h"

namespace cfs::simulation {

enum class Trouble {
    none,
    crash_in_database,  // the program dies before the n-th statement
    database_fails,     // the n-th statement fails: locked, connection lost
    crash_in_folder,    // dies at the n-th operation, by one of the ways of MemoryFolder
    folder_refuses,     // the n-th operation is refused
    folder_full,        // no space for the n-th change
};

struct SyncOrder {
    Trouble trouble = Trouble::none;
    std::size_t at = 0;
    test::Fault fault = test::Fault::refused;  // for troubles with the folder
    std::size_t dies_at = 0;                   // and then, before this statement, the program dies
    bool full = false;
    bool preview = false;
    bool confirm_all = false;
    bool disturbed = false;
    std::function<void()> meanwhile;           // called wherever others may work
    std::function<void(RunContext&)> instead;  // of a sync: what else a person may ask for
};

struct SyncOutcome {
    bool crashed = false;
    bool troubled = false;  // did the trouble that was ordered come?
    std::string error;      // what ended the run; empty if nothing did
    std::string internal;   // something that must never happen
    SyncReport report;
};

// All that a backup of the whole machine holds.
struct MachineImage {
    std::string database;
    test::MemoryFolder folder;
    Files base;
    WriterId writer;
    std::set<std::string> deleted;
};

enum class FolderState { normal, away, emptied, other_marker };

struct OpenForm {
    ClinicRow row;
    Time opened{};
    bool touched = false;  // somebody at the site saved the row meanwhile
};

class Site {
  public:
    Site(std::size_t number, const ClinicKind& kind, WorldTime& world);
    Site(const Site&) = delete;
    Site& operator=(const Site&) = delete;

    // Begins with a database that holds these rows and was enabled to join the folder.
    void begin(const Filling& filling, FolderId folder, std::uint64_t seed);
    // As `image` has it: database, folder and writer.
    void clone_from(const MachineImage& image);

    [[nodiscard]] SyncOutcome sync(const SyncOrder& order, std::uint64_t seed);

    [[nodiscard]] MachineImage image();
    void restore_database(const std::string& snapshot);
    void restore_machine(const MachineImage& image);
    void take_new_writer(std::uint64_t seed);

    [[nodiscard]] std::string name() const {
        return std::string(1, static_cast<char>('A' + number_));
    }
    // As a person is shown them.
    [[nodiscard]] std::vector<Conflict> conflicts() { return list_conflicts(database_, {}); }
    // Does the row differ from what the form shows, by a sync alone?
    [[nodiscard]] bool is_stale(const OpenForm& form);
    [[nodiscard]] bool has_stale_form();
    // Of values that syncs overwrote.
    [[nodiscard]] bool has_history();
    // The documents that the database holds.
    [[nodiscard]] std::vector<std::string> documents();

    MachineClock clock;
    Clinic clinic;
    test::MemoryFolder folder;
    CloudClient client;
    SyncOptions options;
    WriterId writer;
    std::int64_t kept_segments = 512;
    std::set<std::string> deleted;  // codes of rows that the clinic deleted and did not see again
    std::set<std::string> freed;    // tables and keys of rows that were deleted

    FolderState folder_state = FolderState::normal;
    std::vector<OpenForm> forms;
    // What forms saved late overwrote since the last sync, by place.
    std::map<Place, PlacedId> erased_unseen;
    std::vector<MachineImage> backups;

  private:
    void watch(const SyncOrder& order);
    void run(const SyncOrder& order, SyncOutcome& outcome);

    std::size_t number_;
    SeededRandom& random_;
    ClinicDatabase& database_;
    std::size_t statements_ = 0;
    bool dead_ = false;
    bool troubled_ = false;
};

}  // namespace cfs::simulation
