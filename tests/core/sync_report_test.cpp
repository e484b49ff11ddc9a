#include "core/engine/sync_report.h"

#include "tests/support/catch.h"

using namespace cfs;

TEST_CASE("sync report: results and triggers have the names that scripts test") {
    REQUIRE(name_of(SyncResult::ok) == "ok");
    REQUIRE(name_of(SyncResult::attention) == "attention");
    REQUIRE(name_of(SyncResult::refused) == "refused");
    REQUIRE(name_of(SyncResult::failed) == "failed");
    REQUIRE(name_of(SyncResult::busy) == "busy");
    REQUIRE(name_of(SyncResult::cancelled) == "cancelled");
    REQUIRE(name_of(SyncTrigger::manual) == "manual");
    REQUIRE(name_of(SyncTrigger::scheduled) == "scheduled");
    REQUIRE(name_of(SyncTrigger::command_line) == "command_line");
}
