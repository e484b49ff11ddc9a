#include "core/folder/folder_checks.h"

#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

using namespace cfs;
using namespace cfs::test;

TEST_CASE("folder checks: however a folder is written, it has one absolute path") {
    const TemporaryFolder folder;
    for (const auto* tail : {"", "/", "//", "/.", "/./", "/x/..", "/x/../."}) {
        CAPTURE(tail);
        REQUIRE(absolute_path(folder.text() + tail) == folder.text());
    }
    const auto root = folder.path().root_path().string();
    REQUIRE(absolute_path(root) == root);
    REQUIRE(absolute_path(root + ".") == root);
}
