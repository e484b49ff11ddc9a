#include "tray/user_guide.h"

#include <boost/filesystem.hpp>

#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

using namespace cfs;
using namespace cfs::test;

TEST_CASE("user guide: it is found beside a program as built and as installed, or not at all") {
    const TemporaryFolder folder;
    const boost::filesystem::path root(folder / "");
    boost::filesystem::create_directories(root / "bin");
    REQUIRE_FALSE(user_guide((root / "bin").string()));
    for (const char* place : {"share/doc/cloud-folder-sync/guide", "bin/guide"}) {
        CAPTURE(place);
        boost::filesystem::create_directories(root / place);
        const auto page = (root / place / "README.html").string();
        write_file(page, "x");
        REQUIRE(user_guide((root / "bin").string()) == page);
    }
}
