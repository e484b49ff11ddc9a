// When what comes into the sync folders starts an automatic sync. A hint only: the interval goes on
// as well. Pure, every time is passed in.
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine/settings.h"
#include "core/model/ids.h"
#include "core/model/time.h"

namespace cfs {

// Is it a file that sites exchange? `path` is relative to the sync folder: "patients/ab/x.xml".
[[nodiscard]] bool is_exchanged(std::string_view path);

class FolderHints {
  public:
    static constexpr std::chrono::seconds kSettle{2};  // after the last event, and after a sync
    static constexpr std::chrono::seconds kRest{60};   // between two hinted syncs of a database
    static constexpr std::chrono::seconds kAfterSleep{10};  // the network needs a while

    void set_settings(const Settings& settings);
    [[nodiscard]] std::vector<std::string> folders() const;  // to be watched, each once

    // Files came into a directory of the folder: "patients/ab". Our own log is never news, those of
    // other writers always are; other files are taken for ours during a sync and shortly after. Of
    // the logs that come then before we know our writer, it is decided when we do.
    void folder_changed(const std::string& folder, const std::string& directory, Time now);
    void set_writer(const std::string& connection, const WriterId& writer, Time now);
    void sync_started(const std::string& connection);
    void sync_ended(const std::string& connection, Time now);
    void woken(Time now);  // the computer slept

    // The databases to be synced now; each is due once.
    [[nodiscard]] std::vector<std::string> take_due(Time now);
    [[nodiscard]] std::optional<Time> next_due() const;

  private:
    struct Hint {
        std::string connection, folder;
        std::string own_log;  // empty: not known yet
        std::set<std::string> undecided_logs;
        bool watched = false;
        bool syncing = false;
        Time deaf_until{}, rests_until{};
        std::optional<Time> due{};
    };

    static void take_change(Hint& hint, const std::string& directory, Time now);
    static void make_due(Hint& hint, Time now);
    [[nodiscard]] Hint* find(const std::string& connection);

    std::vector<Hint> hints_;  // of the databases that sync automatically
};

}  // namespace cfs
