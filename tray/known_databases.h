// What the applet knows of its databases, put together from the settings, what was read of them and
// the runs that ended. No I/O; used by the thread of the windows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/engine/settings.h"
#include "core/rules/notification_rules.h"
#include "tray/sync_worker.h"
#include "tray/tray_state.h"

namespace cfs {

class KnownDatabases {
  public:
    // What is known of databases that stay is kept. Returns the connections that are new.
    std::vector<std::string> set_settings(const Settings& settings);
    [[nodiscard]] const std::vector<DatabaseSettings>& settings() const { return settings_; }
    [[nodiscard]] const GeneralSettings& general() const { return general_; }

    void add_news(const DatabaseNews& news);

    // Returns what the user is to be told.
    [[nodiscard]] std::vector<Notification> add_run(const SyncReport& report, Time now);

    // The end of a pause that lasts at this moment; kLastTime: until it is resumed.
    [[nodiscard]] std::optional<Time> paused_until(Time now) const;

    [[nodiscard]] std::string site_of(const std::string& connection) const;
    [[nodiscard]] std::vector<DatabaseFacts> facts(Time now) const;

    // Whose automatic sync is due, and when the next will be.
    [[nodiscard]] std::vector<std::string> due(Time now) const;
    [[nodiscard]] std::optional<Time> next_due(Time now) const;

  private:
    struct Known {
        DatabaseFacts facts;
        ToldState told;
    };

    void take_run(Known& known, const SyncReport& report);
    [[nodiscard]] Known* find(const std::string& connection);
    [[nodiscard]] std::optional<Time> next_of(std::size_t index, Time now) const;

    std::vector<DatabaseSettings> settings_;
    std::optional<Time> paused_until_;
    GeneralSettings general_;
    std::vector<Known> known_;  // as many, in the same order
};

}  // namespace cfs
