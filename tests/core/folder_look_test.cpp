#include "core/engine/folder_look.h"

#include "core/folder/folder_layout.h"
#include "core/folder/site_file.h"
#include "core/model/error.h"
#include "tests/support/catch.h"
#include "tests/support/memory_folder.h"

using namespace cfs;
using namespace cfs::test;

namespace {

const Marker kMarker{*FolderId::parse("0f1e2d3c-4b5a-4678-8796-a5b4c3d2e1f0"), Time{}, "demo", 1};

SiteInfo site(const char* writer, const char* name) {
    return {*WriterId::parse(writer), name, "0.1.0", Time{}};
}

void plant(MemoryFolder& folder, const SiteInfo& info) {
    folder.plant(site_path(info.writer), to_xml(info));
}

const SiteInfo kWest = site("11111111-1111-4111-8111-111111111111", "West");
const SiteInfo kEast = site("22222222-2222-4222-8222-222222222222", "East");

}  // namespace

TEST_CASE("folder look: a folder that is not there is missing") {
    MemoryFolder folder;
    folder.set_taken_away(true);
    REQUIRE(look_at_folder(folder).state == FolderState::missing);
}

TEST_CASE("folder look: what only the cloud client needs leaves a folder empty") {
    MemoryFolder folder;
    REQUIRE(look_at_folder(folder).state == FolderState::empty);
    folder.plant(".stfolder/x", "");
    folder.plant("desktop.ini", "");
    REQUIRE(look_at_folder(folder).state == FolderState::empty);
    folder.plant("holiday.jpg", "");
    REQUIRE(look_at_folder(folder).state == FolderState::occupied);
}

TEST_CASE("folder look: a marker makes a sync folder, and its sites are named") {
    MemoryFolder folder;
    folder.plant(std::string(kMarkerPath), to_xml(kMarker));
    plant(folder, kWest);
    plant(folder, kEast);
    plant(folder, site("33333333-3333-4333-8333-333333333333", "East"));
    const auto look = look_at_folder(folder);
    REQUIRE(look.state == FolderState::sync_folder);
    REQUIRE(look.marker == kMarker);
    REQUIRE(look.sites == std::vector<std::string>{"East", "West"});
}

TEST_CASE("folder look: a site file that lies, is damaged or a link names nobody") {
    MemoryFolder folder;
    folder.plant(std::string(kMarkerPath), to_xml(kMarker));
    folder.plant(site_path(kWest.writer), to_xml(kEast));
    folder.plant("sites/odd.xml", "<");
    folder.plant_entry("sites/33333333-3333-4333-8333-333333333333.xml", FileKind::link);
    REQUIRE(look_at_folder(folder).sites.empty());
}

TEST_CASE("folder look: a sync folder that is still being downloaded is no place for a new one") {
    MemoryFolder folder;
    folder.plant("note.txt", "");
    plant(folder, kWest);
    REQUIRE(look_at_folder(folder).state == FolderState::incomplete);
}

TEST_CASE("folder look: a damaged marker is told") {
    MemoryFolder folder;
    folder.plant(std::string(kMarkerPath), "<cloud-folder-sync/>");
    REQUIRE_THROWS_AS(look_at_folder(folder), Error);
}
