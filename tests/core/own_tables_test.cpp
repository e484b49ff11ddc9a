#include "core/database/own_tables.h"

#include "core/model/digest.h"
#include "tests/support/catch.h"

using namespace cfs;

TEST_CASE("own tables: whoever changes them gives their layout another number") {
    std::string declared;
    for (const auto& statement :
         create_own_tables({"id", "name", "key", "path", "text", "number", "serial", "", ""})) {
        declared += statement + "\n";
    }
    INFO(declared);
    INFO("Raise kOwnLayout, then put the number and the digest here.");
    REQUIRE(kOwnLayout == 3);
    REQUIRE(sha256(declared).text() ==
            "4cc462e2428c2feb89d4d97b785d542bf2de902cef7a7969931e74717ea90bdf");
}
