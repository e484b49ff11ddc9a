#include "tests/support/memory_folder.h"

#include "core/model/error.h"
#include "core/rules/ignored_names.h"
#include "tests/support/catch.h"

using namespace cfs;
using namespace cfs::test;

namespace {

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("memory folder: a cloud client carries files between copies") {
    MemoryFolder north;
    north.write("patients/ab/x.xml", "one");
    MemoryFolder south = north;
    north.write("patients/ab/x.xml", "two");
    REQUIRE(south.read("patients/ab/x.xml", 9) == "one");
    for (const auto& [path, content] : north.files()) south.plant(path, content, 42);
    REQUIRE(south.read("patients/ab/x.xml", 9) == "two");
    REQUIRE(south.stat("patients/ab/x.xml")->stamp.modified == 42);
    south.move("patients/ab/x.xml", "patients (1)/ab/x.xml");
    REQUIRE(south.paths() == Names{"patients (1)/ab/x.xml"});
    south.erase("patients (1)");
    REQUIRE(south.paths().empty());
    REQUIRE(north.paths() == Names{"patients/ab/x.xml"});
}

TEST_CASE("memory folder: a fault strikes at the n-th operation, once") {
    MemoryFolder folder;
    folder.write("a", "1");
    folder.fail_at(2, Fault::refused);
    REQUIRE(folder.read("a", 9) == "1");
    REQUIRE_THROWS_AS(folder.read("a", 9), Error);
    REQUIRE(folder.read("a", 9) == "1");
    folder.fail_at(1, Fault::disk_full, Counted::changes);
    REQUIRE(folder.read("a", 9) == "1");
    REQUIRE_THROWS_AS(folder.write("a", "2"), Error);
    REQUIRE(folder.content("a") == "1");
    REQUIRE(folder.operations() == 6);
    REQUIRE(folder.changes() == 2);
}

TEST_CASE("memory folder: a crash stops everything until the program starts again") {
    const auto crash = [](MemoryFolder& folder, Fault fault) {
        folder.fail_at(1, fault);
        REQUIRE_THROWS_AS(folder.write("a", "1234"), SimulatedCrash);
        REQUIRE(folder.has_crashed());
        REQUIRE_THROWS_AS(folder.read("a", 9), SimulatedCrash);
        REQUIRE_THROWS_AS(folder.exists(), SimulatedCrash);
        folder.restart();
    };
    MemoryFolder folder;
    crash(folder, Fault::crash_before);
    REQUIRE_FALSE(folder.read("a", 9));
    crash(folder, Fault::crash_halfway);
    REQUIRE_FALSE(folder.read("a", 9));
    REQUIRE(folder.paths().size() == 1);
    REQUIRE(is_ignored_name(folder.paths().front()));
    crash(folder, Fault::crash_torn);
    REQUIRE(folder.read("a", 9) == "12");
    crash(folder, Fault::crash_after);
    REQUIRE(folder.read("a", 9) == "1234");
    folder.fail_at(1, Fault::crash_after);
    REQUIRE_THROWS_AS(folder.remove("a"), SimulatedCrash);
    folder.restart();
    REQUIRE_FALSE(folder.read("a", 9));
}

TEST_CASE("memory folder: a power cut undoes what was not flushed") {
    MemoryFolder folder;
    folder.write("a", "old");
    const auto write_both = [&](const std::string& content) {
        return folder.write_all({{"a", content, folder.entry("a")->stamp}, {"b", content, {}}});
    };
    REQUIRE(write_both("new").front().written);
    folder.fail_at(1, Fault::power_cut);
    REQUIRE_THROWS_AS(folder.stat("a"), SimulatedCrash);
    folder.restart();
    REQUIRE(folder.files() == std::map<std::string, std::string>{{"a", "old"}});
    (void)write_both("new");
    folder.flush_written();
    folder.fail_at(1, Fault::power_cut);
    REQUIRE_THROWS_AS(folder.stat("a"), SimulatedCrash);
    folder.restart();
    REQUIRE(folder.content("b") == "new");
}

TEST_CASE("memory folder: a disk fills up and is freed") {
    MemoryFolder folder;
    folder.set_free_space(10);
    folder.write("a", "123456");
    REQUIRE(folder.free_space() == 4);
    REQUIRE_THROWS_AS(folder.write("a", "12345"), Error);
    REQUIRE(folder.content("a") == "123456");
    folder.write("a", "12");
    REQUIRE(folder.free_space() == 8);
    folder.remove("a");
    REQUIRE(folder.free_space() == 10);
    REQUIRE(folder.paths().empty());
}

TEST_CASE("memory folder: read-only, unreadable and online-only") {
    MemoryFolder folder;
    folder.plant("a", "x");
    folder.set_read_only(true);
    REQUIRE_THROWS_AS(folder.write("a", "y"), Error);
    REQUIRE_THROWS_AS(folder.remove("a"), Error);
    folder.set_unreadable("a", true);
    REQUIRE_THROWS_AS(folder.read("a", 9), Error);
    folder.set_unreadable("a", false);
    folder.set_online_only("a", true);
    REQUIRE(folder.stat("a")->online_only);
    REQUIRE(folder.read_head("a", 1) == "x");
    REQUIRE_FALSE(folder.stat("a")->online_only);
}

TEST_CASE("memory folder: a coarse clock gives equal stamps") {
    MemoryFolder folder;
    std::int64_t time = 5;
    folder.set_clock([&] { return time; });
    folder.write("a/x", "1");
    const auto file = folder.stat("a/x")->stamp;
    const auto directory = folder.stat("a")->stamp;
    folder.write("a/x", "2");
    REQUIRE(folder.stat("a")->stamp == directory);
    REQUIRE(folder.stat("a/x")->stamp.modified == file.modified);
    REQUIRE(folder.stat("a/x")->stamp.identity != file.identity);
    time = 6;
    folder.plant("a/y", "3");
    REQUIRE(folder.stat("a")->stamp.modified == 6);
}
