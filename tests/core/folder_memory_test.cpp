// What was seen in the folder, from one run to the next.
#include "core/database/folder_memory.h"

#include <random>

#include "core/folder/folder_layout.h"
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
    {
        SqlTransaction undone(kept.site.database().session(), "BEGIN");
        memory.see(kFile, {{2, 7, 8}, FileState::read, Time{}});
        memory.save(kAll);
    }
    REQUIRE(memory.file(kFile)->state == FileState::damaged);
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

TEST_CASE(
    "folder memory: a shard's sum is that of its files, whatever was seen, saved and undone") {
    const auto seed = GENERATE(take(8, random(1, 1'000'000)));
    CAPTURE(seed);
    std::mt19937 random(static_cast<std::uint32_t>(seed));
    const auto one_of = [&](int count) {
        return std::uniform_int_distribution(0, count - 1)(random);
    };
    const std::string shards[] = {"patients/0a", "patients/0b"};
    Memory kept;
    auto memory = kept.later();
    const auto step = [&] {
        const auto& shard = shards[one_of(2)];
        const auto path = shard + "/" + std::to_string(one_of(4)) + ".xml";
        const FileStamp stamp = {static_cast<std::uint64_t>(one_of(3)), one_of(3), 1};
        switch (one_of(8)) {
            case 0:
                memory.forget(path);
                break;
            case 1:
                memory.see_directory(shard, {0, one_of(3), 4}, one_of(2) == 0);
                break;
            case 2:
                if (one_of(4) == 0) memory.forget_directory(shard);
                break;
            case 3:
                // Of no shard, though below one.
                memory.see(shard + "/below/1.xml", {stamp, FileState::foreign});
                break;
            default:
                memory.see(path, {stamp, kStates[one_of(4)], Time{}});
        }
    };
    int known = 0;
    for (int turn = 0; turn < 60; ++turn) {
        for (int steps = one_of(6); steps > 0; --steps) step();
        SqlTransaction transaction(kept.site.database().session(), "BEGIN");
        memory.save(static_cast<std::size_t>(one_of(5)));
        if (one_of(3) > 0) transaction.commit();
        if (one_of(10) == 0) memory.set_writer(kept.writer);  // another run
        for (const auto& [directory, seen] : kept.later().directories()) {
            if (!is_shard(directory)) continue;
            REQUIRE(seen.files == sum_of(kept.later().files_in(directory)));
            known += directory.ends_with("a") || directory.ends_with("b") ? 1 : 0;
        }
    }
    REQUIRE(known > 20);
}

TEST_CASE("folder memory: to count many files takes the place of many notes") {
    Memory kept;
    auto memory = kept.later();
    for (int i = 0; i < 100; ++i) {
        memory.see("patients/0a/" + std::to_string(i) + ".xml", {{1, 2, 3}});
    }
    memory.save(kAll);
    for (const auto* directory : {"patients/0a", "patients/0b", "patients/0c"}) {
        memory.see_directory(directory, {0, 1, 2}, false);
    }
    memory.save(20);
    REQUIRE(kept.later().directories().contains("patients/0a"));
    REQUIRE_FALSE(kept.later().directories().contains("patients/0b"));
    memory.save(20);
    REQUIRE_FALSE(memory.unsaved());
    REQUIRE(kept.later().directories().contains("patients/0c"));
}

TEST_CASE("seen sum: it tells files by their names, stamps and states, in no order") {
    const auto sum_of = [](std::initializer_list<std::pair<std::string, SeenFile>> files) {
        SeenSum sum;
        for (const auto& [name, file] : files) sum.add(name, file);
        return sum;
    };
    const SeenFile file{{1, 2, 3}};
    const auto both = sum_of({{"a", file}, {"b", file}});
    REQUIRE(both == sum_of({{"b", file}, {"a", file}}));
    for (const auto& other :
         {sum_of({}), sum_of({{"a", file}}), sum_of({{"a", file}, {"c", file}}),
          sum_of({{"ab", file}}), sum_of({{"a", file}, {"b", {{2, 2, 3}}}}),
          sum_of({{"a", file}, {"b", {{1, 3, 3}}}}), sum_of({{"a", file}, {"b", {{1, 2, 4}}}}),
          sum_of({{"a", file}, {"b", {{1, 2, 3}, FileState::copy}}}),
          sum_of({{"a", file}, {"a", file}, {"b", file}})}) {
        REQUIRE_FALSE(both == other);
    }
    auto less = both;
    less.take_out("a", file);
    REQUIRE(less == sum_of({{"b", file}}));
    REQUIRE(SeenSum::parse(both.text()) == both);
    REQUIRE(SeenSum::parse(sum_of({}).text()) == sum_of({}));
    // Kept in databases: another machine has to come to the same.
    REQUIRE(both.text() == "bf644dd6502314c4");
    for (const auto* text : {"", " 1", "1 ", "g", "-1", "11112222333344445"}) {
        CAPTURE(text);
        REQUIRE_FALSE(SeenSum::parse(text));
    }
}
