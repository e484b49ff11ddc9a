#include "dialogs/sites_text.h"

#include "tests/applet/facts.h"
#include "tests/support/catch.h"

using namespace cfs;
using namespace cfs::test;
using namespace std::chrono_literals;

namespace {

KnownSite seen(const std::string& name, std::chrono::hours ago) {
    KnownSite site;
    site.name = name;
    site.program = "0.1.0";
    site.last_seen = kNow - ago;
    return site;
}

KnownSite here(KnownSite site) {
    site.here = true;
    return site;
}

}  // namespace

TEST_CASE("sites: the time is told until it is days ago") {
    REQUIRE(seen_text(seen("West", 0h), kNow) == "10:42");
    REQUIRE(seen_text(seen("West", 24h), kNow) == "yesterday 10:42");
    REQUIRE(seen_text(seen("West", 71h), kNow) == "2 days ago");
    REQUIRE(seen_text(seen("West", 72h), kNow) == "3 days ago");
    auto unknown = seen("West", 0h);
    unknown.last_seen.reset();
    REQUIRE(seen_text(unknown, kNow) == "not known");
}

TEST_CASE("sites: another site that was not seen for three days is stale") {
    REQUIRE_FALSE(is_stale(seen("West", 71h), kNow));
    REQUIRE(is_stale(seen("West", 72h), kNow));
    REQUIRE_FALSE(is_stale(here(seen("West", 500h)), kNow));
}

TEST_CASE("sites: the status line names one stale site and counts several") {
    REQUIRE(stale_text({here(seen("East", 0h)), seen("West", 30h)}, kNow).empty());
    REQUIRE(stale_text({seen("West", 80h)}, kNow) == "West last seen 3 days ago");
    REQUIRE(stale_text({seen("West", 80h), seen("North", 900h)}, kNow) ==
            "2 sites not seen for days");
}

TEST_CASE("sites: each site that needs a look has a sentence") {
    auto unknown = seen("North", 0h);
    unknown.last_seen.reset();
    const auto text = sites_warning({seen("South", 1h), seen("West", 80h), unknown}, kNow);
    REQUIRE(text.StartsWith("West was last seen 3 days ago: "));
    REQUIRE(text.Contains("\nThe clock of North is wrong"));
    REQUIRE(sites_warning({seen("South", 1h)}, kNow).empty());
}

TEST_CASE("sites: a row has the site, when it was seen, what is on its way and its version") {
    auto west = seen("West", 80h);
    west.awaited = 2;
    REQUIRE(site_row(west, kNow) == TextTable::Row{"West", "3 days ago", "2 patients", "0.1.0"});
    REQUIRE(site_row(here(seen("East", 0h)), kNow) ==
            TextTable::Row{"East (this site)", "10:42", "", "0.1.0"});
}
