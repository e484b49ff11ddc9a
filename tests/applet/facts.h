// What the tests of the applet's words and rules begin with.
#pragma once

#include <string>
#include <vector>

#include "tray/tray_state.h"

namespace cfs::test {

// 2026-11-22 10:42 UTC
inline constexpr Time kNow{std::chrono::milliseconds{1'795'344'120'000}};

// A database that synced well, at last `when`.
inline DatabaseFacts synced(const std::string& site, Time when = kNow) {
    DatabaseFacts facts;
    facts.connection = "sqlite3:///" + site;
    facts.site = site;
    facts.has_folder = true;
    facts.known = true;
    facts.last_success = facts.last_end = when;
    facts.last_result = SyncResult::ok;
    return facts;
}

inline TrayFacts facts_of(std::vector<DatabaseFacts> databases) {
    TrayFacts facts;
    facts.databases = std::move(databases);
    facts.now = kNow;
    return facts;
}

}  // namespace cfs::test
