#include "core/model/ids.h"

#include "tests/support/catch.h"

using namespace cfs;

TEST_CASE("ids: the tag of a writer is its first eight digits") {
    const auto writer = WriterId::parse("89abcdef-4455-4677-8899-aabbccddeeff");
    REQUIRE(writer);
    REQUIRE(tag_of(*writer) == 0x89ABCDEFU);
    REQUIRE(VersionId{tag_of(*writer), {}}.text().substr(0, 8) == writer->text().substr(0, 8));
}

TEST_CASE("ids: a version's text is read back to the same version") {
    VersionId id{0x00C0FFEE,
                 {0xFB, 0xFF, 0xBF, 0x00, 0x01, 0x02, 0x10, 0x83, 0x10, 0x51, 0x87, 0x20}};
    REQUIRE(id.text() == "00c0ffee.-_-_AAECEIMQUYcg");
    REQUIRE(VersionId::parse(id.text()) == id);
    for (unsigned seed = 1; seed < 2000; ++seed) {
        id.writer = seed * 2654435761U;
        for (auto& byte : id.random) byte = static_cast<std::uint8_t>(byte * 31U + seed);
        REQUIRE(VersionId::parse(id.text()) == id);
    }
}

TEST_CASE("ids: every other spelling of a version is refused") {
    REQUIRE(VersionId::parse("00c0ffee.AAAAAAAAAAAAAAAA"));
    for (const std::string_view text :
         {"", ".", "00C0FFEE.AAAAAAAAAAAAAAAA", "00c0ffee-AAAAAAAAAAAAAAAA",
          "00c0ffee.AAAAAAAAAAAAAAA", "00c0ffee.AAAAAAAAAAAAAAAAA", "00c0ffee.AAAAAAAAAAAAAAA=",
          "00c0ffee.AAAAAAAA+AAAAAAA", "00c0ffee.AAAA/AAAAAAAAAAA", "0c0ffee.AAAAAAAAAAAAAAAAA",
          "00c0ffe .AAAAAAAAAAAAAAAA", "00c0ffee.AAAAAAAAAAAAAA\xC3\xA9"}) {
        CAPTURE(text);
        REQUIRE_FALSE(VersionId::parse(text));
    }
}

TEST_CASE("ids: versions are ordered by writer, then by their random bytes") {
    REQUIRE(VersionId{1, {255}} < VersionId{2, {0}});
    REQUIRE(VersionId{1, {1, 9}} < VersionId{1, {2, 0}});
}
