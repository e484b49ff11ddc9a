#include "core/engine/archive.h"

#include "core/engine/state_folder.h"
#include "core/model/error.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

using namespace cfs;
using namespace cfs::test;
using namespace std::chrono_literals;

namespace fs = boost::filesystem;

namespace {

const Time kNow = *time_from_text("2026-11-22T10:10:10.123Z");
const std::string kName = "patients/0f/0f8fad5b-d9cb-469f-a165-70867728950e (1).xml";

struct State {
    TemporaryFolder temporary;
    std::string folder = prepare_state_folder(temporary / "state");

    std::string keep(std::string_view name, std::string_view bytes, Time time = kNow) const {
        return archive_copy(folder, ArchiveKind::conflict_copy, name, bytes, time);
    }
    std::vector<std::string> archived() const { return names_in(folder + "/archive"); }
};

}  // namespace

TEST_CASE("archive: a copy is kept byte for byte under a flat name that tells when and what") {
    const State state;
    const std::string bytes("\x00\xFF\r\n<x/>", 8);
    const std::string path = state.keep(kName, bytes);
    REQUIRE(read_file(path) == bytes);
    REQUIRE(state.archived().size() == 1);
    const std::string name = state.archived().front();
    REQUIRE(name.substr(0, 20) == "20261122T101010123Z-");
    REQUIRE(name.find("-patients%2f0f%2f0f8fad5b-d9cb-469f-a165-70867728950e%20(1).xml") == 36);
    REQUIRE(path == state.folder + "/archive/" + name);
}

TEST_CASE("archive: damaged files lie in a folder of their own") {
    const State state;
    (void)archive_copy(state.folder, ArchiveKind::damaged_file, kName, "<half", kNow);
    REQUIRE(state.archived().empty());
    REQUIRE(names_in(state.folder + "/damaged").size() == 1);
}

TEST_CASE("archive: no name leads out of the archive or breaks a file system") {
    const State state;
    const std::vector<std::string> names{"../../../etc/passwd",
                                         "/etc/passwd",
                                         "..",
                                         ".",
                                         "",
                                         "C:\\x",
                                         "a\\..\\b",
                                         "con",
                                         "nul.",
                                         "a\nb",
                                         "x:y",
                                         "a*?<>|\"",
                                         "\xFF\xFE",
                                         "ünïcode",
                                         std::string("a\0b", 3),
                                         "trailing. ",
                                         std::string(1 << 20, 'a'),
                                         std::string(1 << 20, '/')};
    for (const std::string& name : names) {
        const std::string path = state.keep(name, name);
        CAPTURE(path);
        REQUIRE(read_file(path) == name);
        const std::string file = fs::path(path).filename().string();
        REQUIRE(file.size() <= 180);
        REQUIRE(file.back() != '.');
        REQUIRE(file.find_first_of("/\\:*?\"<>| \n") == std::string::npos);
        REQUIRE(fs::path(path).parent_path() == state.folder + "/archive");
    }
    REQUIRE(state.archived().size() == names.size());
    REQUIRE(names_in(state.folder).size() == 3);
}

TEST_CASE("archive: other contents and other names never replace each other") {
    const State state;
    const std::string long_name(1000, 'a');
    (void)state.keep(kName, "one");
    (void)state.keep(kName, "two");
    (void)state.keep(kName, "one", kNow + 1ms);
    (void)state.keep("x" + long_name, "one");
    (void)state.keep("y" + long_name, "one");
    REQUIRE(state.archived().size() == 5);
    (void)state.keep(kName, "one");
    REQUIRE(state.archived().size() == 5);
}

TEST_CASE("archive: what is older than 90 days goes, by the time in its name") {
    const State state;
    (void)state.keep("old", "x", kNow - kArchiveAge - 1ms);
    (void)state.keep("young", "x", kNow - kArchiveAge);
    (void)state.keep("future", "x", kNow + kArchiveAge);
    (void)archive_copy(state.folder, ArchiveKind::damaged_file, "old", "x", kNow - 2 * kArchiveAge);
    REQUIRE(prune_archive(state.folder, kNow) == 2);
    REQUIRE(state.archived().size() == 2);
    REQUIRE(names_in(state.folder + "/damaged").empty());
    REQUIRE(prune_archive(state.folder, kNow) == 0);
}

TEST_CASE("archive: files that are not the archive's stay") {
    const State state;
    const std::vector<std::string> names{"20200101T101010123Z", "20200101T101010123Zx",
                                         "20201301T101010123Z-x", "notes.txt"};
    for (const auto& name : names) write_file(state.folder + "/archive/" + name, "");
    fs::create_directory(state.folder + "/archive/20200101T101010123Z-folder");
    REQUIRE(prune_archive(state.folder, kNow) == 0);
    REQUIRE(state.archived().size() == names.size() + 1);
}

TEST_CASE("archive: without a state folder nothing is kept, and that is an error") {
    const TemporaryFolder folder;
    REQUIRE_THROWS_AS(archive_copy(folder / "none", ArchiveKind::conflict_copy, "a", "x", kNow),
                      Error);
    REQUIRE(prune_archive(folder / "none", kNow) == 0);
}
