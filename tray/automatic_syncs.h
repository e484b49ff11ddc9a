// Which automatic syncs are due: by the interval, by what came into the folder, after a sleep; none
// during a pause, and none while the computer sleeps or lacks what the user wants to spare. Pure,
// every time is passed in.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tray/folder_hints.h"
#include "tray/known_databases.h"
#include "tray/supply.h"

namespace cfs {

class AutomaticSyncs {
  public:
    void set_settings(const Settings& settings);
    void set_supply(const Supply& supply) { supply_ = supply; }
    void fall_asleep() { asleep_ = true; }
    void wake(Time now);

    [[nodiscard]] FolderHints& hints() { return hints_; }
    [[nodiscard]] std::optional<Shortage> waits_for() const { return shortage(general_, supply_); }

    // The databases to be synced now.
    [[nodiscard]] std::vector<std::string> take_due(const KnownDatabases& databases, Time now);
    // When one will be due or the pause ends by itself, unless something happens before.
    [[nodiscard]] std::optional<Time> next_event(const KnownDatabases& databases, Time now) const;

  private:
    [[nodiscard]] bool wait() const { return asleep_ || waits_for(); }

    GeneralSettings general_;
    Supply supply_;
    FolderHints hints_;
    bool asleep_ = false;
};

}  // namespace cfs
