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
    REQUIRE(kOwnLayout == 2);
    REQUIRE(sha256(declared).text() ==
            "92c0859d08c9e8a658142990a642d926abd337c5332e9421da18ce930f357e3b");
}
