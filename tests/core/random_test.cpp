#include "core/model/random.h"

#include <set>

#include "tests/support/catch.h"

using namespace cfs;

TEST_CASE("random: a UUID is version 4, whatever the source gives") {
    struct Fixed : RandomSource {
        std::uint8_t byte = 0;
        void fill(std::span<std::uint8_t> bytes) override {
            for (auto& out : bytes) out = byte;
        }
    } source;
    REQUIRE(source.uuid().text() == "00000000-0000-4000-8000-000000000000");
    source.byte = 0xFF;
    REQUIRE(source.uuid().text() == "ffffffff-ffff-4fff-bfff-ffffffffffff");
    REQUIRE(source.version(7).text() == "00000007.________________");
}

TEST_CASE("random: the system's generator does not repeat itself") {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        seen.insert(system_random().uuid().text());
        seen.insert(system_random().version(1).text());
    }
    REQUIRE(seen.size() == 2000);
}
