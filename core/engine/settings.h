// What the user chose, for several databases, in settings.xml of the state folder.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/model/ids.h"
#include "core/model/time.h"

namespace cfs {

// The lasting options of one database, the controls of the preferences dialog.
struct SyncOptions {
    bool use_logs = true;               // "Use logs for faster sync"
    bool delete_conflicts = false;      // "Automatically delete conflicts"
    bool auto_sync = false;             // "Automatically sync when app is running"
    std::chrono::minutes interval{15};  // 1 to 1440

    bool operator==(const SyncOptions&) const = default;
};

struct DatabaseSettings {
    std::string connection;  // SOCI style, without a password: "sqlite3:///path"
    std::string site;        // the name given at enabling
    std::string folder;      // the sync folder, absolute, UTF-8; empty until chosen
    std::string mapping;     // a shipped mapping's name or a file's path
    SyncOptions options;

    bool operator==(const DatabaseSettings&) const = default;
};

// What holds for the applet as a whole, whatever the database.
struct GeneralSettings {
    std::string language;  // a catalogue's name, "de" or "pt_BR"; empty: the system's
    bool notify_conflicts = true;
    bool notify_errors = true;
    bool notify_recovery = true;  // the first success after errors
    bool name_patients = false;   // in notifications
    bool watch_folder = true;     // a change in the sync folder starts a sync soon
    bool spare_battery = false;   // automatic syncs wait for mains power
    bool spare_metered = false;   // automatic syncs wait for a network that costs nothing

    bool operator==(const GeneralSettings&) const = default;
};

struct Settings {
    std::vector<DatabaseSettings> databases;
    GeneralSettings general{};
    // No automatic sync begins before; kLastTime: until the user resumes them.
    std::optional<Time> paused_until{};

    [[nodiscard]] DatabaseSettings* find(const std::string& connection);
    bool operator==(const Settings&) const = default;
};

// Reads `path`; a missing file gives empty settings, a damaged one throws settings_invalid.
[[nodiscard]] Settings load_settings(const std::string& path);

// Replaces the file as a whole.
void save_settings(const std::string& path, const Settings& settings);

}  // namespace cfs
