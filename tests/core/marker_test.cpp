#include "core/folder/marker.h"

#include "core/model/error.h"
#include "tests/support/catch.h"
#include "tests/support/hostile_xml.h"
#include "tests/support/schema_check.h"

using namespace cfs;
using namespace cfs::test;

namespace {

Marker example() {
    Marker marker;
    marker.folder = *FolderId::parse("0f1e2d3c-4b5a-4678-8796-a5b4c3d2e1f0");
    marker.created = *time_from_text("2026-11-22T10:10:10.123Z");
    marker.mapping_family = "clinic";
    marker.mapping_version = 3;
    return marker;
}

ErrorCode code_of(const std::string& xml, std::string* sentence = nullptr) {
    try {
        static_cast<void>(marker_from_xml(xml));
    } catch (const Error& error) {
        if (sentence != nullptr) *sentence = error.what();
        return error.code();
    }
    return ErrorCode::internal;
}

}  // namespace

TEST_CASE("marker: its bytes are fixed") {
    REQUIRE(to_xml(example()) ==
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<cloud-folder-sync xmlns=\"urn:cloud-folder-sync:marker\" format=\"1\""
            " folder=\"0f1e2d3c-4b5a-4678-8796-a5b4c3d2e1f0\""
            " digest=\"0ff54e2b84057475b7baac9bd1e37a3a5916a476f1ac6874638b3b0edf10d6f5\""
            " created=\"2026-11-22T10:10:10.123Z\" mapping=\"clinic\" mapping-version=\"3\"/>\n");
}

TEST_CASE("marker: what is written is read") {
    auto marker = example();
    REQUIRE(marker_from_xml(to_xml(marker)) == marker);
    REQUIRE(fits_schema(to_xml(marker), "marker.xsd"));
    marker.mapping_family = "Praxis \"Süd\" & <Söhne>' digest=\"x\"";
    marker.mapping_version = 1'000'000'000;
    marker.created = Time{};
    REQUIRE(marker_from_xml(to_xml(marker)) == marker);
    REQUIRE(fits_schema(to_xml(marker), "marker.xsd"));
}

TEST_CASE("marker: a mapping without a usable name gets none") {
    auto marker = example();
    for (const std::string name : {"", "\x01", "\xFF"}) {
        marker.mapping_family = name;
        REQUIRE_THROWS_AS(to_xml(marker), Error);
    }
}

TEST_CASE("marker: a damaged one is noticed") {
    const auto xml = to_xml(example());
    std::string sentence;
    REQUIRE(code_of(replaced(xml, "clinic", "clinik"), &sentence) == ErrorCode::marker_missing);
    REQUIRE(sentence.find("damaged") != std::string::npos);
    REQUIRE(sentence.find("cloud-folder-sync.xml") != std::string::npos);
    for (std::size_t at = 0; at < xml.size(); ++at) {
        auto changed = xml;
        changed[at] = changed[at] == 'x' ? 'y' : 'x';
        CAPTURE(at);
        const auto code = code_of(changed);
        REQUIRE((code == ErrorCode::marker_missing || code == ErrorCode::file_version));
    }
}

TEST_CASE("marker: another format asks for another program") {
    const auto xml = to_xml(example());
    REQUIRE(code_of(forged(xml, "format=\"1\"", "format=\"2\"")) == ErrorCode::file_version);
    REQUIRE(code_of(replaced(xml, "format=\"1\"", "format=\"2\"")) == ErrorCode::file_version);
}

TEST_CASE("marker: hostile files are refused") {
    const auto xml = to_xml(example());
    for (const auto& text : hostile_texts(xml)) {
        CAPTURE(text.substr(0, 200));
        REQUIRE(code_of(text) == ErrorCode::marker_missing);
    }
    REQUIRE(code_of(std::string(kMaxMarkerFile + 1, ' ')) == ErrorCode::marker_missing);
    const std::pair<std::string, std::string> forgeries[] = {
        {"mapping-version=\"3\"", "mapping-version=\"0\""},
        {"mapping-version=\"3\"", "mapping-version=\"-3\""},
        {"mapping-version=\"3\"", "mapping-version=\"03\""},
        {"mapping-version=\"3\"", "mapping-version=\"3.0\""},
        {"mapping-version=\"3\"", "mapping-version=\" 3\""},
        {"mapping-version=\"3\"", "mapping-version=\"\""},
        {"mapping-version=\"3\"", ""},
        {"mapping-version=\"3\"", "mapping-version=\"1000000001\""},
        {"mapping-version=\"3\"", "mapping-version=\"99999999999999999999999\""},
        {"mapping=\"clinic\"", "mapping=\"\""},
        {"mapping=\"clinic\"", "mapping=\"&#1;\""},
        {"mapping=\"clinic\"", "mapping=\"a&#10;b\""},
        {"mapping=\"clinic\"", "mapping=\"a\u202Eb\""},
        {"mapping=\"clinic\"", "mapping=\"" + std::string(129, 'm') + "\""},
        {"mapping=\"clinic\"", "mapping=\"\xFF\""},
        {"2026-11-22", "2026-11-32"},
        {"2026-11-22", "2026-1-22"},
        {"0f1e2d3c", "0F1E2D3C"},
        {"0f1e2d3c", "0f1e2d3"},
        {":marker", ":site"},
        {
            "<cloud-folder-sync ",
            "<cloud-folder ",
        },
        {"/>", "><a/></cloud-folder-sync>"},
        {"digest=", "digets="},
    };
    for (const auto& [from, to] : forgeries) {
        CAPTURE(to);
        REQUIRE(code_of(forged(xml, from, to)) == ErrorCode::marker_missing);
    }
}

TEST_CASE("marker: the schema refuses what the program refuses") {
    const auto xml = to_xml(example());
    if (fits_schema("<not-a-marker/>", "marker.xsd")) return;  // nothing to check it with
    REQUIRE_FALSE(fits_schema(replaced(xml, "version=\"3\"", "version=\"0\""), "marker.xsd"));
    REQUIRE_FALSE(fits_schema(replaced(xml, "0f1e2d3c", "0F1E2D3C"), "marker.xsd"));
    REQUIRE_FALSE(fits_schema(replaced(xml, "format=\"1\"", "format=\"2\""), "marker.xsd"));
    REQUIRE_FALSE(fits_schema(replaced(xml, "10.123Z", "10Z"), "marker.xsd"));
}
