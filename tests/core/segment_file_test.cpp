#include "core/folder/segment_file.h"

#include <algorithm>

#include "core/folder/folder_layout.h"
#include "core/model/error.h"
#include "tests/support/build.h"
#include "tests/support/catch.h"
#include "tests/support/hostile_xml.h"
#include "tests/support/schema_check.h"

using namespace cfs;
using namespace cfs::test;

namespace {

Segment example() {
    Segment segment;
    segment.writer = *WriterId::parse("01234567-89ab-4cde-8f01-23456789abcd");
    segment.number = 7;
    segment.oldest = 3;
    segment.written = *time_from_text("2026-11-22T10:10:10.123Z");
    segment.entries = {{patient(1), sha256("a"), {version(1), version(2)}},
                       {patient(2), sha256("b"), {version(3)}}};
    return segment;
}

ErrorCode code_of(const std::string& xml) {
    try {
        static_cast<void>(segment_from_xml(xml));
    } catch (const Error& error) {
        return error.code();
    }
    return ErrorCode::internal;
}

}  // namespace

TEST_CASE("segment: its bytes are fixed") {
    REQUIRE(to_xml(example()) ==
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<segment xmlns=\"urn:cloud-folder-sync:segment\" format=\"1\""
            " writer=\"01234567-89ab-4cde-8f01-23456789abcd\""
            " digest=\"c5a2cb6f93930459607bc06ca9cc5e4f5f3c7cf7cc00812f523803ef67ff4c60\""
            " number=\"7\" oldest=\"3\" written=\"2026-11-22T10:10:10.123Z\">\n"
            "  <entry patient=\"00000000-0000-0000-0000-000000000001\""
            " digest=\"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb\""
            " versions=\"00000001.AQAAAAAAAAAAAAAA 00000002.AgAAAAAAAAAAAAAA\"/>\n"
            "  <entry patient=\"00000000-0000-0000-0000-000000000002\""
            " digest=\"3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d\""
            " versions=\"00000003.AwAAAAAAAAAAAAAA\"/>\n"
            "</segment>\n");
}

TEST_CASE("segment: what is written is read") {
    auto segment = example();
    REQUIRE(segment_from_xml(to_xml(segment)) == segment);
    REQUIRE(fits_schema(to_xml(segment), "segment.xsd"));
    segment.entries[1].versions.clear();
    segment.number = segment.oldest = 999'999'999'999;
    REQUIRE(segment_from_xml(to_xml(segment)) == segment);
    REQUIRE(fits_schema(to_xml(segment), "segment.xsd"));
    segment.entries.clear();
    segment.number = segment.oldest = 1;
    REQUIRE(segment_from_xml(to_xml(segment)) == segment);
    REQUIRE(fits_schema(to_xml(segment), "segment.xsd"));
}

TEST_CASE("segment: any order of entries and versions gives the same bytes") {
    auto segment = example();
    const auto xml = to_xml(segment);
    std::reverse(segment.entries.begin(), segment.entries.end());
    auto& versions = segment.entries.back().versions;
    std::reverse(versions.begin(), versions.end());
    versions.push_back(versions.front());
    REQUIRE(to_xml(segment) == xml);
}

TEST_CASE("segment: the fullest one that a writer makes is read") {
    auto segment = example();
    segment.entries.clear();
    for (std::size_t i = 0; i < kMaxSegmentEntries; ++i) {
        SegmentEntry entry{patient(0), sha256("x"), {}};
        entry.patient.uuid.bytes[0] = static_cast<std::uint8_t>(i / 256);
        entry.patient.uuid.bytes[1] = static_cast<std::uint8_t>(i % 256);
        for (std::uint8_t n = 0; n < 100; ++n) entry.versions.push_back(version(n));
        segment.entries.push_back(entry);
    }
    const auto xml = to_xml(segment);
    REQUIRE(xml.size() < kMaxSegmentFile);
    REQUIRE(segment_from_xml(xml) == segment);
}

TEST_CASE("segment: hostile files are refused") {
    const auto xml = to_xml(example());
    for (const auto& text : hostile_texts(xml)) {
        CAPTURE(text.substr(0, 200));
        REQUIRE(code_of(text) == ErrorCode::file_damaged);
    }
    REQUIRE(code_of(std::string(kMaxSegmentFile + 1, ' ')) == ErrorCode::file_too_large);
    REQUIRE(code_of(replaced(xml, "oldest=\"3\"", "oldest=\"2\"")) == ErrorCode::file_damaged);
    REQUIRE(code_of(forged(xml, "format=\"1\"", "format=\"2\"")) == ErrorCode::file_version);
}

TEST_CASE("segment: forged numbers, ids and orders are refused") {
    const auto xml = to_xml(example());
    const std::pair<std::string, std::string> forgeries[] = {
        {"number=\"7\"", "number=\"0\""},
        {"number=\"7\"", "number=\"-7\""},
        {"number=\"7\"", "number=\"+7\""},
        {"number=\"7\"", "number=\"07\""},
        {"number=\"7\"", "number=\"7 \""},
        {"number=\"7\"", "number=\"0x7\""},
        {"number=\"7\"", "number=\"\""},
        {"number=\"7\"", "number=\"2\""},  // below the oldest
        {"number=\"7\"", "number=\"1000000000000\""},
        {"number=\"7\"", "number=\"9223372036854775808\""},
        {"oldest=\"3\"", "oldest=\"0\""},
        {"oldest=\"3\"", ""},
        {"10.123Z", "10.1234Z"},
        {"000000000001\"", "000000000003\""},  // out of order
        {"000000000001\"", "000000000002\""},  // twice
        {"000000000001\"", "00000000000z\""},
        {"00000001.AQ", "00000003.AQ"},  // versions out of order
        {"00000001.AQ", "00000001.A"},
        {"AAAA 00000002", "AAAA  00000002"},
        {"AAAA 00000002", "AAAA\n00000002"},
        {"AAAA\"/>", "AAAA \"/>"},
        {"ca978112", "CA978112"},
        {"<entry", "<entry><a/></entry><entry"},
        {"</segment>", "</segmend>"},
        {"<segment ", "<site "},
        {":segment", ":patient"},
    };
    for (const auto& [from, to] : forgeries) {
        CAPTURE(from, to);
        REQUIRE(code_of(forged(xml, from, to)) == ErrorCode::file_damaged);
    }
}
