#include "core/engine/local_files.h"

#include "core/model/error.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

using namespace cfs;
using namespace cfs::test;

TEST_CASE("local files: a path in UTF-8 survives the way to Boost and back") {
    for (const std::string path : {"/a b/c\"d'e/f=g", "/Praxis Müller/データ", "relative/x", ""}) {
        REQUIRE(to_utf8(to_path(path)) == path);
    }
}

TEST_CASE("local files: a file is replaced as a whole and nothing else is left") {
    const TemporaryFolder folder;
    write_whole_file(folder.path() / "a", "first and long");
    write_whole_file(folder.path() / "a", std::string("sec\0ond", 7));
    REQUIRE(read_file(folder / "a") == std::string("sec\0ond", 7));
    REQUIRE(names_in(folder.text()) == std::vector<std::string>{"a"});
}

TEST_CASE("local files: a file that can't be written is an error with a sentence") {
    const TemporaryFolder folder;
    boost::filesystem::create_directory(folder.path() / "taken");
    write_file(folder / "taken/x", "");
    for (const auto* name : {"missing/a", "taken"}) {
        try {
            write_whole_file(folder.path() / name, "x");
            FAIL("written");
        } catch (const Error& error) {
            REQUIRE(error.code() == ErrorCode::folder_unwritable);
            REQUIRE(std::string(error.what()).find(name) != std::string::npos);
        }
    }
    REQUIRE(names_in(folder.text()) == std::vector<std::string>{"taken"});
}
