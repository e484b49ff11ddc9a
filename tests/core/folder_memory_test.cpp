// What was seen in the folder, from one run to the next.
#include "core/database/folder_memory.h"

#include "tests/support/catch.h"
#include "tests/support/sites.h"

using namespace cfs;
using namespace cfs::test;

namespace {

const std::string kFile = "patients/0a/0a000000-0000-4000-8000-000000000001.xml";
const std::string kCopy = "patients/0a/0a000000-0000-4000-8000-000000000001 (copy).xml";
constexpr std::size_t kAll = 1000;

struct Memory {
    Memory() : folder(new_sync_folder(clock)), site("A", *folder, clock) {}

    // What an earlier run saved, as a later one reads it.
    [[nodiscard]] FolderMemory later() { return {site.database().session(), writer}; }

    void save(const std::string& path, FileState state, std::uint64_t size) {
        auto memory = later();
        memory.see(path, {{size, 7, 8}, state, Time{std::chrono::milliseconds(9)}});
        memory.save(kAll);
    }

    [[nodiscard]] std::int64_t rows() {
        return site.database().session().number("SELECT COUNT(*) FROM cfs_file");
    }

    ManualClock clock;
    std::unique_ptr<MemoryFolder> folder;
    TestSite site;
    WriterId writer{Uuid{{1}}};
};

constexpr FileState kStates[] = {FileState::read, FileState::copy, FileState::foreign,
                                 FileState::damaged};

}  // namespace

TEST_CASE("folder memory: a file is in the state that was saved last, and in no other") {
    Memory kept;
    const auto before = kept.rows();
    for (const auto first : kStates) {
        for (const auto second : kStates) {
            kept.save(kFile, first, 1);
            kept.save(kFile, second, 2);
            REQUIRE(kept.rows() == before + 1);
            const auto found = kept.later().file(kFile);
            REQUIRE(found);
            REQUIRE(found->state == second);
            REQUIRE(found->stamp == FileStamp{2, 7, 8});
            REQUIRE(found->since == Time{std::chrono::milliseconds(9)});
            REQUIRE(kept.later().files_in("patients/0a").at(kFile).state == second);
            for (const auto state : {FileState::copy, FileState::foreign, FileState::damaged}) {
                REQUIRE(kept.later().files_with(state).contains(kFile) == (state == second));
            }
        }
    }
    auto memory = kept.later();
    memory.forget(kFile);
    REQUIRE_FALSE(memory.file(kFile));
    memory.save(kAll);
    REQUIRE_FALSE(memory.file(kFile));
    REQUIRE(kept.rows() == before);
}

TEST_CASE("folder memory: one run sees a file in several states") {
    Memory kept;
    const auto before = kept.rows();
    auto memory = kept.later();
    for (const auto state : {FileState::damaged, FileState::read, FileState::copy,
                             FileState::foreign, FileState::read, FileState::damaged}) {
        memory.see(kFile, {{3, 4, 5}, state, Time{}});
        memory.save(kAll);
        REQUIRE(kept.rows() == before + 1);
        REQUIRE(memory.file(kFile)->state == state);
        REQUIRE(memory.files_in("patients/0a").at(kFile).state == state);
        REQUIRE(memory.files_with(FileState::damaged).contains(kFile) ==
                (state == FileState::damaged));
    }
}

TEST_CASE("folder memory: what was undone leaves no second state behind") {
    Memory kept;
    kept.save(kFile, FileState::damaged, 1);
    const auto before = kept.rows();
    auto memory = kept.later();
    auto& session = kept.site.database().session();
    session.execute("BEGIN");
    memory.see(kFile, {{2, 7, 8}, FileState::read, Time{}});
    memory.save(kAll);
    session.execute("ROLLBACK");
    memory.see(kFile, {{3, 7, 8}, FileState::read, Time{}});
    memory.save(kAll);
    REQUIRE(kept.rows() == before);
    REQUIRE(kept.later().file(kFile)->state == FileState::read);
    REQUIRE(kept.later().file(kFile)->stamp.size == 3);
}

TEST_CASE("folder memory: a directory's files are those in it, not below and not beside") {
    Memory kept;
    const auto in = kept.later().files_in("");
    for (const auto& path : {kFile, kCopy}) kept.save(path, FileState::read, 1);
    kept.save(kCopy, FileState::copy, 1);
    for (const std::string path : {"patients/0a-old/x.xml", "patients/0a/below/x.xml", "x.png"}) {
        kept.save(path, FileState::foreign, 1);
    }
    const auto paths = [&](const std::string& directory) {
        std::vector<std::string> found;
        for (const auto& [path, seen] : kept.later().files_in(directory)) found.push_back(path);
        return found;
    };
    REQUIRE(paths("patients/0a") == std::vector{kCopy, kFile});
    REQUIRE(paths("patients/0a/below") == std::vector<std::string>{"patients/0a/below/x.xml"});
    REQUIRE(paths("patients").empty());
    REQUIRE(paths("").size() == in.size() + 1);
    FolderMemory other(kept.site.database().session(), WriterId{Uuid{{2}}});
    REQUIRE(other.files_in("patients/0a").empty());
    REQUIRE_FALSE(other.file(kFile));
    other.set_writer(kept.writer);
    REQUIRE(other.file(kCopy)->state == FileState::copy);
}
