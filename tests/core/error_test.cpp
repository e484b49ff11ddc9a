#include "core/model/error.h"

#include <set>

#include "tests/support/catch.h"

using namespace cfs;

TEST_CASE("error: every code has a name of its own, in small letters") {
    std::set<std::string> names;
    const int last = static_cast<int>(ErrorCode::internal);
    for (int i = 0; i <= last; ++i) {
        const std::string name(name_of(static_cast<ErrorCode>(i)));
        CAPTURE(name);
        REQUIRE(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos);
        REQUIRE(names.insert(name).second);
    }
    REQUIRE(name_of(ErrorCode::database_missing) == "database_missing");
}
