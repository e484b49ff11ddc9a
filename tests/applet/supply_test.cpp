#include "tray/supply.h"

#include "tests/support/catch.h"

using namespace cfs;

TEST_CASE("supply: automatic syncs wait for nothing unless the user says so") {
    REQUIRE_FALSE(shortage({}, {true, true}));
}

TEST_CASE("supply: automatic syncs wait while there is what the user wants to spare") {
    GeneralSettings general;
    general.spare_battery = true;
    REQUIRE(shortage(general, {true, false}) == Shortage::battery);
    REQUIRE_FALSE(shortage(general, {false, true}));
    general.spare_metered = true;
    REQUIRE(shortage(general, {false, true}) == Shortage::metered);
    REQUIRE(shortage(general, {true, true}) == Shortage::battery);
    REQUIRE_FALSE(shortage(general, {}));
}
