#include "tray/menu.h"

#include <set>

#include "tests/applet/facts.h"
#include "tests/support/catch.h"

using namespace cfs;
using namespace cfs::test;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> labels(const Menu& menu) {
    std::vector<std::string> result;
    for (const auto& entry : menu) result.push_back(entry.label.utf8_string());
    return result;
}

const MenuEntry& entry_of(const Menu& menu, Action action) {
    for (const auto& entry : menu) {
        if (entry.command && entry.command->action == action) return entry;
    }
    throw std::runtime_error("no such entry");
}

// Two entries of a level that share a mnemonic can't both be reached by it.
bool mnemonics_differ(const Menu& menu) {
    std::set<wxUniChar> seen;
    for (const auto& entry : menu) {
        wxString label = entry.label;
        label.Replace("&&", "");
        const auto at = label.Find('&');
        if (at == wxNOT_FOUND) continue;
        const wxString key = label.Mid(static_cast<std::size_t>(at) + 1, 1).Lower();
        if (!seen.insert(key[0]).second) return false;
    }
    return std::all_of(menu.begin(), menu.end(),
                       [](const auto& entry) { return mnemonics_differ(entry.children); });
}

}  // namespace

TEST_CASE("menu: has the status line, then the entries in their order") {
    const auto menu = menu_of(view_of(facts_of({synced("West")})));
    REQUIRE(labels(menu) ==
            std::vector<std::string>{"Synced with the folder 10:42", "", "&Sync Now",
                                     "Pre&view Sync...", "&Undo Last Sync...", "&Pause",
                                     "&Latest Logs...", "S&ites...", "&Open Sync Folder", "",
                                     "Pr&eferences...", "&About Cloud Folder Sync", "", "&Quit"});
    REQUIRE_FALSE(menu.front().enabled);
}

TEST_CASE("menu: the guide is offered where the program has one") {
    auto view = view_of(facts_of({synced("West")}));
    REQUIRE_THROWS(entry_of(menu_of(view), Action::user_guide));
    view.has_guide = true;
    REQUIRE(entry_of(menu_of(view), Action::user_guide).label == "User's &Guide");
}

TEST_CASE("menu: a pause is offered for three lengths, and then its end") {
    auto facts = facts_of({synced("West")});
    REQUIRE(labels(menu_of(view_of(facts))[5].children) ==
            std::vector<std::string>{"For 1 &hour", "Until &tomorrow", "Until &resumed"});
    facts.paused_until = kLastTime;
    const auto menu = menu_of(view_of(facts));
    REQUIRE(menu[5].label == "&Resume");
    REQUIRE(menu[5].command->action == Action::resume);
}

TEST_CASE("menu: conflicts are offered for review, with their number, only while there are some") {
    auto west = synced("West");
    REQUIRE_THROWS(entry_of(menu_of(view_of(facts_of({west}))), Action::review_conflicts));
    west.conflicts = 3;
    const auto menu = menu_of(view_of(facts_of({west})));
    REQUIRE(entry_of(menu, Action::review_conflicts).label == "Review &Conflicts (3)...");
}

TEST_CASE("menu: each of several databases has a submenu that is about it alone") {
    auto east = synced("East");
    east.conflicts = 2;
    const auto menu = menu_of(view_of(facts_of({synced("West"), east})));
    REQUIRE(menu[2].label == "West");
    REQUIRE(labels(menu[2].children) == std::vector<std::string>{"Synced with the folder 10:42", "",
                                                                 "&Sync Now", "Pre&view Sync...",
                                                                 "&Undo Last Sync...",
                                                                 "&Open Sync Folder"});
    REQUIRE(labels(menu[3].children) ==
            std::vector<std::string>{"2 conflicts to review", "", "&Sync Now", "Pre&view Sync...",
                                     "&Undo Last Sync...", "Review &Conflicts (2)...",
                                     "&Open Sync Folder"});
    const auto& review = entry_of(menu[3].children, Action::review_conflicts);
    REQUIRE(review.command->database == "sqlite3:///East");
    REQUIRE(entry_of(menu, Action::sync_now).command->database.empty());
}

TEST_CASE("menu: while one of several databases syncs, the others' lines are their own") {
    auto facts = facts_of({synced("West"), synced("East")});
    facts.running = RunningFacts{"sqlite3:///East", "East", {3, 9}, false};
    const auto menu = menu_of(view_of(facts));
    REQUIRE(menu[2].children.front().label == "Synced with the folder 10:42");
    REQUIRE(menu[3].children.front().label == "Syncing East: 3 of 9 patients");
}

TEST_CASE("menu: no two entries of a level have the same mnemonic") {
    auto west = synced("West"), east = synced("East");
    west.conflicts = east.conflicts = 1;
    REQUIRE(mnemonics_differ(menu_of(view_of(facts_of({west})))));
    auto both = facts_of({west, east});
    REQUIRE(mnemonics_differ(menu_of(view_of(both))));
    both.paused_until = kLastTime;
    REQUIRE(mnemonics_differ(menu_of(view_of(both))));
}

TEST_CASE("menu: an ampersand in a site's name is shown, not taken for a mnemonic") {
    auto facts = facts_of({synced("Day & Night")});
    facts.running = RunningFacts{"sqlite3:///Day & Night", "Day & Night", {}, false};
    REQUIRE(menu_of(view_of(facts)).front().label == "Syncing Day && Night...");
    const auto menu = menu_of(view_of(facts_of({synced("Day & Night"), synced("West")})));
    REQUIRE(menu[2].label == "Day && Night");
}

TEST_CASE("menu: a database without a folder offers none to open") {
    auto west = synced("West");
    west.has_folder = false;
    const auto menu = menu_of(view_of(facts_of({west})));
    REQUIRE_FALSE(entry_of(menu, Action::open_sync_folder).enabled);
}
