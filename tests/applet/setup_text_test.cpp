#include "dialogs/assistant/setup_text.h"

#include "tests/support/catch.h"

using namespace cfs;

namespace {

DatabaseLook look_with(const std::vector<MappingMatch>& mappings) {
    DatabaseLook look;
    look.name = "clinic at db.example";
    look.tables = 54;
    look.mappings = mappings;
    return look;
}

FolderLook folder_in(FolderState state) {
    FolderLook look;
    look.state = state;
    return look;
}

}  // namespace

TEST_CASE("set-up: a database that one mapping fits is recognised by its program's own name") {
    REQUIRE(recognised_text(look_with({{"open-emr", 24, 24, ""}, {"demo", 6, 1, "no"}})) ==
            "This looks like OpenEMR: 24 of 24 tables found.");
}

TEST_CASE("set-up: where several mappings fit or none the person chooses") {
    REQUIRE(recognised_text(look_with({{"open-emr", 3, 3, ""}, {"demo", 3, 3, ""}}))
                .Contains("choose yours"));
    REQUIRE(recognised_text(look_with({{"demo", 6, 1, "no"}})).Contains("first mapping"));
    REQUIRE(recognised_text(look_with({})).Contains("first mapping"));
}

TEST_CASE(
    "set-up: where only a right or a column is missing the program is named, and what it is") {
    const auto look =
        look_with({{"open-emr", 24, 24, "A right is missing."}, {"demo", 6, 1, "no"}});
    REQUIRE(best_match(look) == &look.mappings.front());
    REQUIRE(recognised_text(look) ==
            "This looks like OpenEMR, but it can't be synced as it is. A right is missing.");
    REQUIRE(best_match(look_with({{"demo", 6, 5, "no"}})) == nullptr);
    REQUIRE(best_match(look_with({})) == nullptr);
}

TEST_CASE("set-up: a tested connection says where it leads and how much is there") {
    REQUIRE(connected_text(look_with({})) == "Connected to clinic at db.example: 54 tables.");
}

TEST_CASE("set-up: what a folder holds decides what happens in it") {
    REQUIRE(plan_for("/d", folder_in(FolderState::empty)).use == FolderUse::start);
    REQUIRE(plan_for("/d", folder_in(FolderState::missing)).use == FolderUse::make_and_start);
    REQUIRE(plan_for("/d", folder_in(FolderState::sync_folder)).use == FolderUse::join);
    REQUIRE(plan_for("/d", folder_in(FolderState::incomplete)).use == std::nullopt);
    REQUIRE(plan_for("/d", folder_in(FolderState::occupied)).use == std::nullopt);
    REQUIRE(plan_for("/d", folder_in(FolderState::incomplete)).text.Contains("Wait"));
}

TEST_CASE("set-up: who takes part in a folder that is joined is named") {
    auto look = folder_in(FolderState::sync_folder);
    look.sites = {"East", "West"};
    REQUIRE(plan_for("/d", look).text ==
            "/d is a sync folder already. This site will join: East, West.");
}

TEST_CASE("set-up: the patients on each side are counted, and those that are none left out") {
    REQUIRE(overlap_text({120, 80, 3}) ==
            "120 patients are only in this database and will be sent.\n"
            "80 patients are only in the folder and will be received.\n"
            "3 patients are on both sides: what each side has is joined.");
    REQUIRE(overlap_text({1, 0, 0}) == "1 patient is only in this database and will be sent.");
    REQUIRE(overlap_text({}).Contains("no patient yet"));
}

TEST_CASE("set-up: doubts of a preview are told before the sync, at most three in words") {
    SyncReport preview;
    REQUIRE(doubts_text(preview).empty());
    preview.counts.conflicts_open = 2;
    preview.counts.pending = 1;
    for (int i = 0; i < 5; ++i) preview.errors.push_back({ErrorCode::file_damaged, "Odd.", {}, ""});
    REQUIRE(doubts_text(preview) ==
            "2 conflicts will need your decision afterwards.\n"
            "1 row can't be taken over yet and will be held back.\n"
            "Odd.\nOdd.\nOdd.\n2 more problems: see the log.");
}

TEST_CASE("set-up: the end says what was done and how it goes on") {
    SetupChoices choices;
    choices.site = "North";
    SyncReport report;
    report.counts.patients_exported = 24;
    REQUIRE(done_text(report, choices).StartsWith("North is set up: 24 patients sent."));
    REQUIRE(done_text(report, choices).Contains("every 15 minutes"));
    choices.options.auto_sync = false;
    REQUIRE(done_text(report, choices).Contains("when you choose Sync Now"));
}

TEST_CASE("set-up: every cloud client has a name and advice") {
    for (int client = 0; client <= static_cast<int>(CloudClient::box); ++client) {
        REQUIRE_FALSE(client_name(static_cast<CloudClient>(client)).empty());
        REQUIRE_FALSE(client_advice(static_cast<CloudClient>(client)).empty());
    }
    REQUIRE(cloud_folder_text({CloudClient::syncthing, "/data/sync", "Clinic"}) ==
            "Syncthing (Clinic): /data/sync");
    REQUIRE(cloud_folder_text({CloudClient::dropbox, "/home/u/Dropbox", ""}) ==
            "Dropbox: /home/u/Dropbox");
}
