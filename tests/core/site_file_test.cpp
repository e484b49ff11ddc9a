#include "core/folder/site_file.h"

#include "core/folder/xml_text.h"
#include "core/model/error.h"
#include "tests/support/catch.h"
#include "tests/support/hostile_xml.h"
#include "tests/support/schema_check.h"

using namespace cfs;
using namespace cfs::test;

namespace {

SiteInfo example() {
    SiteInfo info;
    info.writer = *WriterId::parse("01234567-89ab-4cde-8f01-23456789abcd");
    info.site = "Clinic North";
    info.program = "0.1.0";
    info.last_sync = *time_from_text("2026-11-22T10:10:10.123Z");
    return info;
}

ErrorCode code_of(const std::string& xml) {
    try {
        static_cast<void>(site_from_xml(xml));
    } catch (const Error& error) {
        return error.code();
    }
    return ErrorCode::internal;
}

}  // namespace

TEST_CASE("site file: its bytes are fixed") {
    REQUIRE(to_xml(example()) ==
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<site xmlns=\"urn:cloud-folder-sync:site\" format=\"1\""
            " writer=\"01234567-89ab-4cde-8f01-23456789abcd\""
            " digest=\"d95c2492b9f7c54097f3e0abe0f216a6a2129dc750230dc4499724bc94aed4bf\""
            " name=\"Clinic North\" program=\"0.1.0\" last-sync=\"2026-11-22T10:10:10.123Z\"/>\n");
}

TEST_CASE("site file: what is written is read") {
    auto info = example();
    REQUIRE(site_from_xml(to_xml(info)) == info);
    REQUIRE(fits_schema(to_xml(info), "site.xsd"));
    info.site = "Praxis \"Süd\" & <Söhne> 👩‍⚕️";
    info.program.clear();
    REQUIRE(site_from_xml(to_xml(info)) == info);
    REQUIRE(fits_schema(to_xml(info), "site.xsd"));
}

TEST_CASE("site file: a name that XML can't hold is still readable") {
    auto info = example();
    info.site = "North\x01\xFF";
    REQUIRE(site_from_xml(to_xml(info)).site == "North??");
    REQUIRE(fits_schema(to_xml(info), "site.xsd"));
}

TEST_CASE("site file: a name can't disturb the line that it is told in") {
    auto info = example();
    const std::pair<std::string, std::string> names[] = {
        {"North\nSouth\t\x7F", "North?South??"},
        {"a\u202Eb\u2066c\u2028d\u0085", "a?b?c?d?"},
        {std::string(60'000, 'n'), std::string(kMaxSiteName, 'n')},
        {std::string(kMaxSiteName - 1, 'n') + "ü", std::string(kMaxSiteName - 1, 'n')},
        {"שלום 👩‍⚕️", "שלום 👩‍⚕️"},
    };
    for (const auto& [name, shown] : names) {
        info.site = name;
        info.program = name;
        REQUIRE(site_from_xml(to_xml(info)).site == shown);
        REQUIRE(fits_schema(to_xml(info), "site.xsd"));
        // Written by somebody who is not of ours.
        auto plain = example();
        std::string escaped;
        append_escaped(escaped, name);
        REQUIRE(site_from_xml(forged(to_xml(plain), "Clinic North", escaped)).site == shown);
    }
}

TEST_CASE("site file: hostile files are refused") {
    const auto xml = to_xml(example());
    for (const auto& text : hostile_texts(xml)) {
        CAPTURE(text.substr(0, 200));
        const auto code = code_of(text);
        REQUIRE((code == ErrorCode::file_damaged || code == ErrorCode::file_too_large));
    }
    REQUIRE(code_of(replaced(xml, "North", "South")) == ErrorCode::file_damaged);
    REQUIRE(code_of(forged(xml, "format=\"1\"", "format=\"7\"")) == ErrorCode::file_version);
    REQUIRE(code_of(std::string(kMaxSiteFile + 1, ' ')) == ErrorCode::file_too_large);
    const std::pair<std::string, std::string> forgeries[] = {
        {"writer=\"0", "writer=\"g"},
        {"10:10:10.123Z", "25:10:10.123Z"},
        {"North", "&#1;"},
        {"North", "&#xFFFE;"},
        {"0.1.0", "\xC3"},
        {":site", ":marker"},
    };
    for (const auto& [from, to] : forgeries) {
        CAPTURE(to);
        REQUIRE(code_of(forged(xml, from, to)) == ErrorCode::file_damaged);
    }
}
