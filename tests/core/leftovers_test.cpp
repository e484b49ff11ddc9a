// What a sync that was killed leaves lying: temporary files, in the folder and in the state.
#include "core/engine/local_files.h"
#include "core/folder/folder_layout.h"
#include "core/folder/temporary_name.h"
#include "tests/support/catch.h"
#include "tests/support/sites.h"

using namespace cfs;
using namespace cfs::test;

namespace {

std::vector<std::string> temporaries(const MemoryFolder& folder) {
    auto paths = folder.paths();
    std::erase_if(paths, [](const std::string& path) { return !path.ends_with(".tmp"); });
    return paths;
}

}  // namespace

TEST_CASE("leftovers: a killed sync's temporary files go after a day") {
    ManualClock clock;
    const auto folder = new_sync_folder(clock);
    TestSite site("East", *folder, clock);
    site.options.use_logs = GENERATE(true, false);
    (void)site.sync();
    const auto shard = patient_path(site.patient(1)).substr(0, 12);
    for (const std::string& directory :
         {std::string(), shard, std::string("attachments/ab/"), std::string("sites/"),
          log_directory(site.writer()) + "/"}) {
        folder->plant(directory + temporary_name(), "half of a fi");
    }
    folder->plant(shard + "~cfs-notes.tmp", "a person's own");
    clock.advance(std::chrono::hours(1));
    (void)site.sync();
    REQUIRE(temporaries(*folder).size() == 6);
    clock.advance(std::chrono::hours(24));
    (void)site.sync();
    REQUIRE(temporaries(*folder) == std::vector<std::string>{shard + "~cfs-notes.tmp"});
}

TEST_CASE("leftovers: one that can't be removed spoils no sync") {
    ManualClock clock;
    const auto folder = new_sync_folder(clock);
    TestSite site("East", *folder, clock);
    (void)site.sync();
    (void)site.sync();
    folder->plant("attachments/ab/" + temporary_name(), "half of a fi", 0);
    folder->set_read_only(true);
    site.full = true;
    REQUIRE(site.sync().errors.empty());
    REQUIRE(temporaries(*folder).size() == 1);
}

TEST_CASE("leftovers: a killed program's temporary files in the state go after a day") {
    const TemporaryFolder folder;
    const auto now =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    for (const auto* name : {"settings.xml.0123abcd.tmp", "settings.xml", "mine.tmp", "x.12.tmp",
                             "settings.xml.0123ABCD.tmp"}) {
        write_file(folder / name, "x");
    }
    boost::filesystem::create_directory(folder.path() / "a.0123abcd.tmp");
    remove_abandoned_files(folder.path(), now + std::chrono::hours(23));
    REQUIRE(names_in(folder.text()).size() == 6);
    remove_abandoned_files(folder.path(), now + std::chrono::hours(25));
    REQUIRE(names_in(folder.text()) ==
            std::vector<std::string>{"a.0123abcd.tmp", "mine.tmp", "settings.xml",
                                     "settings.xml.0123ABCD.tmp", "x.12.tmp"});
    remove_abandoned_files(folder.path() / "missing", now);
}
