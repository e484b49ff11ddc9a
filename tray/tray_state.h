// From what is known of the databases to what the tray shows. Pure: no I/O and no clock of its own.
// It never claims more than is known.
#pragma once

#include <wx/string.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/known_sites.h"
#include "core/engine/sync_observer.h"
#include "core/engine/sync_report.h"
#include "tray/supply.h"

namespace cfs {

// `unknown`: nothing can be said yet, since no sync has got through.
enum class IconState { unknown, idle, syncing, paused, attention, error, offline };

// Of the file in icons/. A running sync moves: `frame` counts its pictures, from 0 on.
[[nodiscard]] std::string icon_name(IconState state, int frame = 0);

struct DatabaseFacts {
    std::string connection, site;
    bool has_folder = false;
    bool known = false;  // its state was read, or a run has ended
    bool enabled = true;
    std::optional<Time> failed_at;  // the last run that came to a result failed or was refused then
    std::optional<ErrorCode> failure;     // what that run began with
    std::optional<ErrorCode> unreadable;  // why its state could not be read at the start, so far
    std::optional<Time> last_success;
    std::optional<SyncResult> last_result;  // of the last run, whatever came of it
    std::optional<Time> last_end;
    std::int64_t conflicts = 0, pending = 0;
    bool safety = false;            // a `safety` column is among them
    std::optional<Time> next_sync;  // none: automatic syncs are off
    std::vector<KnownSite> sites;   // that share the folder, as they were seen last
};

struct RunningFacts {
    std::string connection, site;
    SyncProgress progress;
    bool stopping = false;
};

struct TrayFacts {
    std::vector<DatabaseFacts> databases;
    std::optional<RunningFacts> running;
    std::optional<Time> paused_until;   // kLastTime: until resumed
    std::optional<Shortage> waits_for;  // what automatic syncs wait for
    std::string fault;  // the settings can't be read, as a sentence; empty: they can
    Time now{};
};

struct DatabaseView {
    std::string connection, site;
    wxString status;
    std::int64_t conflicts = 0;
    bool has_folder = false;

    bool operator==(const DatabaseView&) const = default;
};

struct TrayView {
    IconState icon = IconState::unknown;
    int frame = 0;     // which picture of a moving icon
    wxString status;   // one line, the menu's first
    wxString tooltip;  // a few lines with the last and the next sync
    bool can_sync = false;
    bool has_guide = false;  // of the program, not of the databases
    bool can_open_folder = false;
    bool paused = false;
    std::int64_t conflicts = 0;  // of all databases
    std::vector<DatabaseView> databases;

    bool operator==(const TrayView&) const = default;
};

[[nodiscard]] TrayView view_of(const TrayFacts& facts);

}  // namespace cfs
