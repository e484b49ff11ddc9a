#include "core/model/uuid.h"

#include "tests/support/catch.h"

using namespace cfs;

TEST_CASE("uuid: text and bytes are one order, and text is read back") {
    const auto uuid = Uuid::parse("00112233-4455-6677-8899-aabbccddeeff");
    REQUIRE(uuid);
    REQUIRE(uuid->bytes[0] == 0x00);
    REQUIRE(uuid->bytes[15] == 0xFF);
    REQUIRE(uuid->text() == "00112233-4455-6677-8899-aabbccddeeff");
    REQUIRE(Uuid{}.text() == "00000000-0000-0000-0000-000000000000");
}

TEST_CASE("uuid: every other spelling is refused") {
    for (const std::string_view text :
         {"", "00112233-4455-6677-8899-AABBCCDDEEFF", "{00112233-4455-6677-8899-aabbccddeeff}",
          "00112233445566778899aabbccddeeff", "00112233-4455-6677-8899-aabbccddeef",
          "00112233-4455-6677-8899-aabbccddeeff ", "00112233-4455-6677-8899-aabbccddeefg",
          "0011223304455-6677-8899-aabbccddeeff", "00112233-4455-6677-8899--abbccddeeff"}) {
        CAPTURE(text);
        REQUIRE_FALSE(Uuid::parse(text));
    }
}

TEST_CASE("uuid: a derived one is RFC 4122's version 5") {
    const auto dns = Uuid::parse("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
    REQUIRE(derived_uuid(*dns, "www.example.com").text() == "2ed6657d-e927-568b-95e1-2665a8aea6a2");
    REQUIRE(derived_uuid(*dns, "python.org").text() == "886313e1-3b8a-5372-9b90-0c9aee199e5d");
    REQUIRE(derived_uuid(*dns, "").text() != derived_uuid(*dns, std::string_view("\0", 1)).text());
}

TEST_CASE("uuid: those beside another are one piece of their order, from the first to the last") {
    const auto other = *Uuid::parse("0a1b2c3d-9999-4999-8999-999999999999");
    const auto first = first_beside(other), last = last_beside(other);
    REQUIRE(first.text() == "0a1b2c3d-0000-0000-0000-000000000000");
    REQUIRE(last.text() == "0a1b2c3d-ffff-ffff-ffff-ffffffffffff");
    for (const auto* text :
         {"0a1b2c3d-0000-4000-8000-000000000000", "ffffffff-1234-4000-8000-00000000000f",
          "0a1b2c3c-ffff-4fff-bfff-ffffffffffff", "0a1b2c3e-0000-4000-8000-000000000000"}) {
        const auto uuid = *Uuid::parse(text);
        CAPTURE(text);
        REQUIRE(are_beside(beside(other, uuid), other));
        REQUIRE(are_beside(uuid, other) == (first <= uuid && uuid <= last));
    }
}
