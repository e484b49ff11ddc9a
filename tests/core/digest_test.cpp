#include "core/model/digest.h"

#include "tests/support/catch.h"

using namespace cfs;

TEST_CASE("digest: SHA-256 of the published examples") {
    REQUIRE(sha256("").text() ==
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    REQUIRE(sha256("abc").text() ==
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    REQUIRE(Digest::parse(sha256("abc").text()) == sha256("abc"));
}

TEST_CASE("digest: every other spelling is refused") {
    const auto text = sha256("abc").text();
    REQUIRE_FALSE(Digest::parse(""));
    REQUIRE_FALSE(Digest::parse(text.substr(1)));
    REQUIRE_FALSE(Digest::parse(text + "0"));
    REQUIRE_FALSE(Digest::parse("B" + text.substr(1)));
    REQUIRE_FALSE(Digest::parse("g" + text.substr(1)));
}

TEST_CASE("digest: hex is lower case both ways") {
    const std::string bytes("\x00\x7F\xFF", 3);
    REQUIRE(to_hex(bytes) == "007fff");
    REQUIRE(from_hex("007fff") == bytes);
    REQUIRE(from_hex("") == "");
    for (const auto* text : {"0", "0G", "FF", "0x", "00 "}) REQUIRE_FALSE(from_hex(text));
}

TEST_CASE("digest: base64 is padded and has one spelling for all bytes") {
    REQUIRE(to_base64("") == "");
    REQUIRE(to_base64("f") == "Zg==");
    REQUIRE(to_base64("foobar") == "Zm9vYmFy");
    for (std::size_t size = 0; size < 300; ++size) {
        std::string bytes;
        for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(i * 37 + size);
        REQUIRE(from_base64(to_base64(bytes)) == bytes);
    }
    for (const auto* text : {"Zg", "Zg=", "Zh==", "Zg==\n", "Z g=", "Zm9v_mFy", "====", "Zg===="}) {
        CAPTURE(text);
        REQUIRE_FALSE(from_base64(text));
    }
}
