// Only what the sync folder's tests do not show: files that are given their place.
#include "core/folder/file_tree.h"

#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

using namespace cfs;
using namespace cfs::test;

namespace {

namespace fs = boost::filesystem;

struct Place {
    TemporaryFolder inside, outside;
    FileTree tree{inside.text(), open_root_directory, nullptr};
};

template <class Call>
std::optional<FileTrouble> trouble_of(Call call) {
    try {
        call();
    } catch (const FileFailure& failure) {
        return failure.trouble();
    }
    return std::nullopt;
}

}  // namespace

TEST_CASE("file tree: a prepared file gets its place with its directories") {
    Place place;
    const auto prepared = place.tree.prepare("content");
    REQUIRE(names_in(place.inside.text()) == std::vector<std::string>{prepared});
    REQUIRE(place.tree.place(prepared, "14/2026/scan.pdf"));
    REQUIRE(read_file(place.inside / "14/2026/scan.pdf") == "content");
    REQUIRE(names_in(place.inside.text()) == std::vector<std::string>{"14"});
}

TEST_CASE("file tree: a file never takes the place of another") {
    Place place;
    write_file(place.inside / "scan.pdf", "other");
    fs::create_directory(place.inside / "directory");
    const auto prepared = place.tree.prepare("content");
    REQUIRE_FALSE(place.tree.place(prepared, "scan.pdf"));
    REQUIRE_FALSE(place.tree.place(prepared, "directory"));
    REQUIRE(read_file(place.inside / "scan.pdf") == "other");
    REQUIRE(place.tree.place(prepared, "scan-2.pdf"));
    REQUIRE(read_file(place.inside / "scan-2.pdf") == "content");
}

TEST_CASE("file tree: nothing is placed through a link or out of the directory") {
    Place place;
    fs::create_directory_symlink(place.outside.path(), place.inside / "link");
    fs::create_symlink(place.outside / "new", place.inside / "scan.pdf");
    const auto prepared = place.tree.prepare("content");
    REQUIRE(trouble_of([&] { (void)place.tree.place(prepared, "link/scan.pdf"); }) ==
            FileTrouble::special);
    REQUIRE(trouble_of([&] { (void)place.tree.place(prepared, "../scan.pdf"); }) ==
            FileTrouble::special);
    REQUIRE_FALSE(place.tree.place(prepared, "scan.pdf"));
    REQUIRE(names_in(place.outside.text()).empty());
    REQUIRE(read_file(place.inside / prepared) == "content");
}

TEST_CASE("file tree: a directory that is not there is told, never made") {
    const TemporaryFolder folder;
    FileTree tree(folder / "missing", open_root_directory, nullptr);
    REQUIRE(trouble_of([&] { (void)tree.prepare("content"); }) == FileTrouble::gone);
    REQUIRE(trouble_of([&] { (void)tree.read("x", 10, Excess::refuse); }) == FileTrouble::gone);
    REQUIRE_FALSE(tree.exists());
    REQUIRE(names_in(folder.text()).empty());
}
