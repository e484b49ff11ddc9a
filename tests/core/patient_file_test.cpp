#include "core/folder/patient_file.h"

#include <chrono>
#include <functional>

#include "core/folder/xml_text.h"
#include "core/model/error.h"
#include "core/rules/merge.h"
#include "core/rules/observe.h"
#include "core/rules/project.h"
#include "tests/support/build.h"
#include "tests/support/generate.h"

using namespace cfs;
using namespace cfs::test;

namespace {

const std::string kVersion = version(1).text();

// The error code that reading gives; nothing if the file is read.
std::optional<ErrorCode> error_of(std::string_view xml, const ReadDocument& alike = {}) {
    try {
        const auto document = from_xml(xml, alike);
        REQUIRE(from_xml(to_xml(document)) == document);
        return std::nullopt;
    } catch (const Error& error) {
        return error.code();
    }
}

// A file with this content, properly sealed: what someone writes who knows the format.
std::string sealed(const std::string& rows, const std::string& format = "1") {
    std::string xml =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<patient "
        "xmlns=\"urn:cloud-folder-sync:patient\" format=\"" +
        format + "\" id=\"" + patient(1).text() + "\" digest=\"" + std::string(kNoDigest) +
        "\">\n" + rows + "</patient>\n";
    seal_digest(xml);
    return xml;
}

std::string row(const std::string& content, const std::string& attributes = "") {
    return "<row id=\"" + row_id(1).text() + "\" table=\"t\" by=\"" + kVersion + "\"" + attributes +
           ">" + content + "</row>";
}

std::string field(const std::string& attributes, const std::string& content = "") {
    return "<field name=\"a\"" + attributes + ">" + content + "</field>";
}

PatientDocument small_document() {
    auto dose =
        written("dose", version(1), at(0), {{"amount", text("5")}, {"note", text("a < b")}});
    dose =
        merge(dose, written("dose", version(2), at(1), {{"amount", text("6")}, {"note", null()}}));
    absorb(dose, version(3));
    return {patient(1), {{row_id(3), dose}}};
}

double seconds(const std::function<void()>& act) {
    const auto start = std::chrono::steady_clock::now();
    act();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::string repeated(const std::string& text, std::size_t times) {
    std::string all;
    all.reserve(text.size() * times);
    for (std::size_t i = 0; i < times; ++i) all += text;
    return all;
}

std::string many_versions(std::size_t count) {
    Dice dice(7);
    std::string words;
    for (std::size_t i = 0; i < count; ++i) words += (i == 0 ? "" : " ") + dice.version(1).text();
    return words;
}

}  // namespace

TEST_CASE("patient file: what is written is read back to the same document and bytes") {
    for_each_triple(10'000, [](History&, const Triple& triple, Dice&) {
        const auto document = merge(triple.a.document, triple.b.document);
        const auto xml = to_xml(document);
        const auto read = from_xml(xml);
        REQUIRE(read == document);
        REQUIRE(to_xml(read) == xml);
    });
}

TEST_CASE("patient file: its versions are those that the document's rows have absorbed") {
    for_each_triple(1'000, [](History&, const Triple& triple, Dice&) {
        std::set<VersionId> absorbed;
        for (const auto& [id, row] : triple.a.document.rows) {
            absorbed.insert(row.absorbed.begin(), row.absorbed.end());
        }
        REQUIRE(versions_in(to_xml(triple.a.document)) == absorbed);
    });
    const PatientDocument quoting{
        patient(1),
        {{row_id(1),
          written("t", version(1), at(0), {{"a", text(" by=\"" + version(2).text() + "\"")}})}}};
    REQUIRE(versions_in(to_xml(quoting)) == std::set{version(1)});
}

TEST_CASE("patient file: one written as another that was read bears the same digest") {
    for_each_triple(1'000, [](History&, const Triple& triple, Dice&) {
        const auto a = to_xml(triple.a.document), b = to_xml(triple.b.document);
        REQUIRE(to_xml(triple.a.document, a) == a);
        REQUIRE(to_xml(triple.a.document, b) == a);
    });
    // A file of other bytes is no such file, whatever it has for a digest.
    auto other = to_xml(small_document());
    other[other.find(">5<") + 1] = '7';
    REQUIRE(to_xml(small_document(), other) == to_xml(small_document()));
}

TEST_CASE("patient file: beside another that was read it is read as it is alone") {
    for_each_triple(1'000, [](History&, const Triple& triple, Dice&) {
        const auto merged = merge(triple.a.document, triple.b.document);
        const auto a = to_xml(triple.a.document), b = to_xml(triple.b.document), c = to_xml(merged);
        REQUIRE(from_xml(a, {a, &triple.a.document}) == triple.a.document);
        REQUIRE(from_xml(b, {a, &triple.a.document}) == triple.b.document);
        REQUIRE(from_xml(a, {c, &merged}) == triple.a.document);
        REQUIRE(from_xml(c, {a, &triple.a.document}) == merged);
    });
}

TEST_CASE("patient file: beside another that was read the same is refused as alone") {
    const auto document = small_document();
    const auto xml = to_xml(document);
    const ReadDocument read{xml, &document};
    const auto begin = xml.find("  <row"), end = xml.find("</patient>");
    const auto rows = xml.substr(begin, end - begin);
    REQUIRE(from_xml(sealed(rows), read) == document);
    REQUIRE(error_of(sealed(rows + rows), read) == ErrorCode::file_damaged);
    auto unsealed = sealed(rows);
    auto& digit = unsealed[unsealed.find("digest=\"") + 8];
    digit = digit == '1' ? '2' : '1';
    REQUIRE(error_of(unsealed, read) == ErrorCode::file_damaged);
}

TEST_CASE("patient file: is what a person would expect to read") {
    const auto xml = to_xml(small_document());
    const auto digest = std::string(digest_attribute(xml));
    REQUIRE(xml == R"(<?xml version="1.0" encoding="UTF-8"?>
<patient xmlns="urn:cloud-folder-sync:patient" format="1" id="00000000-0000-0000-0000-000000000001" digest=")" +
                       digest + R"(">
  <row id="00000000-0000-0000-0000-000000000003" table="dose" overwritten="00000003.AwAAAAAAAAAAAAAA">
    <field name="amount">
      <value by="00000001.AQAAAAAAAAAAAAAA" at="2026-11-22T00:00:00.000Z">5</value>
      <value by="00000002.AgAAAAAAAAAAAAAA" at="2026-11-22T00:01:00.000Z">6</value>
    </field>
    <field name="note">
      <value by="00000002.AgAAAAAAAAAAAAAA" at="2026-11-22T00:01:00.000Z" type="null"/>
      <value by="00000001.AQAAAAAAAAAAAAAA" at="2026-11-22T00:00:00.000Z">a &lt; b</value>
    </field>
  </row>
</patient>
)");
}

TEST_CASE("patient file: values of every kind survive, also those that XML can't hold") {
    Row row;
    row.table = "t";
    Field field;
    std::uint8_t number = 1;
    for (const auto kind :
         {ValueKind::text, ValueKind::binary, ValueKind::integer, ValueKind::real}) {
        for (const auto& bytes :
             {std::string(), std::string(" "), std::string("\n\t\r "), std::string("\0x", 2),
              std::string("\xFF\xFE"), std::string("]]>&amp;<b/>"), std::string("\xEF\xBF\xBE")}) {
            row.fields["f" + std::to_string(number)] = {
                {version(number), at(number), {kind, false, bytes}}};
            absorb(row, version(number++));
        }
    }
    row.fields["null"] = {{version(99), Time{}, null()}};
    row.fields["attached"] = {{version(99), Time{}, {ValueKind::text, true, sha256("x").text()}}};
    row.fields["nam\xC3\xA9 <\">&'\t"] = {{version(99), kLastTime, text("x")}};
    absorb(row, version(99));
    const PatientDocument document{patient(1), {{row_id(1), row}, {row_id(2), {"empty", {}, {}}}}};
    REQUIRE(from_xml(to_xml(document)) == document);
}

TEST_CASE("patient file: an empty document is a file too") {
    const PatientDocument document{patient(1), {}};
    REQUIRE(from_xml(to_xml(document)) == document);
}

TEST_CASE("patient file: is recognised by its beginning, its digest read without parsing") {
    const auto xml = to_xml(small_document());
    REQUIRE(begins_like_patient_file(xml));
    REQUIRE(begins_like_patient_file(std::string_view(xml).substr(0, 512)));
    REQUIRE_FALSE(begins_like_patient_file("<?xml version=\"1.0\"?><patient xmlns=\"urn:other\">"));
    REQUIRE_FALSE(begins_like_patient_file(""));
    REQUIRE(digest_of_file(xml));
    REQUIRE(digest_of_file(xml)->text() == digest_attribute(xml));
    REQUIRE_FALSE(digest_of_file("<patient/>"));
}

TEST_CASE("patient file: a row of 1,000 edits stays below 30 KB") {
    const auto mapping = clinic();
    Dice dice(3);
    PatientDocument document{
        patient(1),
        {{row_id(1), written("patient", dice.version(1), at(0),
                             {{"name", text("Anna")}, {"phone", text("0")}})}}};
    for (int i = 1; i < 1000; ++i) {
        const auto left = project(document, mapping);
        auto now = left;
        now.at(row_id(1)).columns["phone"] = text(std::to_string(i));
        document = observe(
            document, left, now, mapping, [&] { return dice.version(1); }, at(i));
    }
    REQUIRE(document.rows.at(row_id(1)).absorbed.size() == 1000);
    const auto size = to_xml(document).size();
    WARN("a row of 1,000 edits takes " << size << " bytes");
    REQUIRE(size < 30'000);
}

// ---- hostile files -----------------------------------------------------------------------------

TEST_CASE("patient file: cut off anywhere it is refused") {
    const auto xml = to_xml(small_document());
    for (std::size_t size = 0; size + 1 < xml.size(); ++size) {
        CAPTURE(size);
        REQUIRE(error_of(std::string_view(xml).substr(0, size)) == ErrorCode::file_damaged);
    }
}

TEST_CASE("patient file: with any one byte changed it is refused") {
    const auto xml = to_xml(small_document());
    for (std::size_t i = 0; i < xml.size(); ++i) {
        for (const int flip : {0x01, 0x20, 0x80, 0xFF}) {
            auto changed = xml;
            changed[i] = static_cast<char>(changed[i] ^ flip);
            CAPTURE(i, flip);
            REQUIRE(error_of(changed));
        }
    }
}

TEST_CASE("patient file: what is no patient file is refused") {
    for (const std::string& xml :
         {std::string(), std::string("\0", 1), std::string("PK\x03\x04"), std::string("<"),
          std::string("<patient/>"), std::string("<html><body>Sign in</body></html>"),
          std::string(5000, ' '), std::string(5000, '<'), std::string("\xEF\xBB\xBF"),
          std::string("\xFF\xFE<\0p\0", 6)}) {
        CAPTURE(xml.substr(0, 40));
        REQUIRE(error_of(xml) == ErrorCode::file_damaged);
    }
}

TEST_CASE("patient file: entity bombs and DTDs never reach the parser") {
    REQUIRE(error_of("<!DOCTYPE p [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]>" +
                     to_xml(small_document())) == ErrorCode::file_damaged);
    REQUIRE(error_of("<!DOCTYPE p SYSTEM \"file:///etc/passwd\"><patient/>") ==
            ErrorCode::file_damaged);
    REQUIRE(error_of(sealed(row(field("", "&lol;")))) == ErrorCode::file_damaged);
}

TEST_CASE("patient file: nesting and floods of elements are refused quickly") {
    for (const auto& xml : {sealed(repeated("<a>", 1'000'000) + repeated("</a>", 1'000'000)),
                            sealed(repeated("<a/>", 1'000'000)), repeated("<a>", 5'000'000),
                            sealed(row(repeated("<a b=\"<\"/>", 100'000)))}) {
        REQUIRE(seconds([&] { REQUIRE(error_of(xml) == ErrorCode::file_damaged); }) < 10);
    }
}

TEST_CASE("patient file: one that is larger than 16 MiB is refused") {
    REQUIRE(error_of(std::string(kMaxPatientFile + 1, ' ')) == ErrorCode::file_too_large);
    REQUIRE(error_of(std::string(kMaxPatientFile, ' ')) == ErrorCode::file_damaged);
}

TEST_CASE("patient file: huge attributes are read") {
    const std::string name(4 << 20, 'n');
    const auto document = from_xml(sealed(row("<field name=\"" + name + "\">x</field>")));
    REQUIRE(document.rows.at(row_id(1)).fields.contains(name));
}

TEST_CASE("patient file: a row that lists 100,000 overwritten versions is read quickly") {
    const auto xml = sealed(row(field(""), " overwritten=\"" + many_versions(100'000) + "\""));
    REQUIRE(seconds([&] {
                const auto document = from_xml(xml);
                REQUIRE(document.rows.at(row_id(1)).absorbed.size() == 100'001);
                REQUIRE(merge(document, small_document()).rows.size() == 2);
            }) < 20);
}

TEST_CASE("patient file: a small file can't stand for gigabytes") {
    // Versions said once for many fields, and one long value of many versions.
    std::string fields;
    for (int i = 0; i < 10'000; ++i) fields += "<field name=\"" + std::to_string(i) + "\"/>";
    const auto versions = many_versions(10'000);
    REQUIRE(error_of(sealed("<row id=\"" + row_id(1).text() + "\" table=\"t\" by=\"" + versions +
                            "\">" + fields + "</row>")) == ErrorCode::file_too_large);
    REQUIRE(error_of(sealed(row(field(" by=\"" + versions + "\"", std::string(1 << 20, 'x'))))) ==
            ErrorCode::file_too_large);
}

TEST_CASE("patient file: invalid UTF-8 and characters that XML can't hold are refused") {
    for (const std::string& content :
         {std::string("\xFF"), std::string("\x01"), std::string("\xC0\xAF"), std::string("\0", 1),
          std::string("\xED\xA0\x80")}) {
        REQUIRE(error_of(sealed(row(field("", content)))) == ErrorCode::file_damaged);
    }
    REQUIRE(error_of(sealed(row("<field name=\"a&#1;b\">x</field>"))) == ErrorCode::file_damaged);
}

TEST_CASE("patient file: references say what XML may hold and nothing else") {
    const auto value = [](const std::string& content) {
        const auto document = from_xml(sealed(row(field("", content))));
        return document.rows.at(row_id(1)).fields.at("a").front().value.bytes;
    };
    REQUIRE(value("&lt;&gt;&amp;&quot;&apos;&#9;&#65;&#x1F600;&#x10FFFD;") ==
            "<>&\"'\tA\U0001F600\U0010FFFD");
    for (const std::string bad :
         {"&", "&;", "&#;", "&#x;", "&#1;", "&#0;", "&#xD800;", "&#xFFFE;", "&#x110000;",
          "&#99999999999;", "&#-1;", "&#x 1;", "&AMP;", "&amp", "&a mp;"}) {
        CAPTURE(bad);
        REQUIRE(error_of(sealed(row(field("", "x" + bad)))) == ErrorCode::file_damaged);
    }
}

TEST_CASE("patient file: nothing may stand twice") {
    REQUIRE_FALSE(error_of(sealed(row(field("")))));
    REQUIRE(error_of(sealed(row(field("")) + row(field("")))) == ErrorCode::file_damaged);
    REQUIRE(error_of(sealed(row(field("") + field("")))) == ErrorCode::file_damaged);
    REQUIRE(error_of(sealed(row("<field name=\"a\" name=\"b\"/>"))) == ErrorCode::file_damaged);
    // A version wrote one value of a field.
    const auto value = "<value by=\"" + kVersion + "\">";
    REQUIRE(error_of(sealed(row(field("", value + "1</value>" + value + "2</value>")))) ==
            ErrorCode::file_damaged);
    REQUIRE(error_of(sealed(row(field(" by=\"" + kVersion + " " + kVersion + "\"")))) ==
            ErrorCode::file_damaged);
}

TEST_CASE("patient file: what its format does not know is refused, not lost") {
    for (const std::string& bad : std::vector<std::string>{
             "<note/>", "text", "<field name=\"a\" b=\"\"/>", "<field name=\"a\" name=\"a\"/>",
             "<field name=\"a\"><b/></field>",
             "<field name=\"a\"><value by=\"" + kVersion + "\"><b/></value></field>",
             "<field name=\"a\">x<value by=\"" + kVersion + "\"/></field>",
             "<field name=\"a\"><![CDATA[x]]></field>", "<!-- x -->", "<?x?>", "<field name=\"a\"",
             "<field name=\"a\"></value>", "<field name=\"a\"/ >", "< field name=\"a\"/>",
             "<field name=\"a\"by=\"\"/>"}) {
        CAPTURE(bad);
        REQUIRE(error_of(sealed(row(bad))) == ErrorCode::file_damaged);
        REQUIRE(error_of(sealed(bad)) == ErrorCode::file_damaged);
    }
    REQUIRE(error_of(sealed("") + "<patient/>") == ErrorCode::file_damaged);
    REQUIRE(error_of(" " + sealed("")) == ErrorCode::file_damaged);
}

TEST_CASE("patient file: a row without fields may stand before others") {
    const auto document = from_xml(sealed("<row id=\"" + row_id(1).text() + "\" table=\"t\"/>" +
                                          "<row id=\"" + row_id(2).text() + "\" table=\"t\"/>"));
    REQUIRE(document.rows.size() == 2);
}

TEST_CASE("patient file: what its limits allow is written and read, one more is not") {
    PatientDocument document{patient(1), {}};
    Dice dice(5);
    while (document.rows.size() < kMaxRows) {
        document.rows.emplace(RowId{dice.uuid()}, Row{"t", {}, {}});
    }
    auto xml = to_xml(document);
    REQUIRE(fits_patient_file(document, xml));
    REQUIRE(from_xml(xml) == document);
    const auto full = document;
    const auto full_xml = xml;
    document.rows.emplace(RowId{dice.uuid()}, Row{"t", {}, {}});
    xml = to_xml(document);
    REQUIRE_FALSE(fits_patient_file(document, xml));
    REQUIRE(error_of(xml) == ErrorCode::file_too_large);
    REQUIRE(error_of(xml, {full_xml, &full}) == ErrorCode::file_too_large);
}

TEST_CASE("patient file: a wrong digest or none is refused") {
    auto xml = to_xml(small_document());
    const auto at = xml.find(digest_attribute(xml));
    xml[at] = xml[at] == '0' ? '1' : '0';
    REQUIRE(error_of(xml) == ErrorCode::file_damaged);
    xml.replace(at, kNoDigest.size(), kNoDigest);
    REQUIRE(error_of(xml) == ErrorCode::file_damaged);
    xml.erase(at - 9, kNoDigest.size() + 10);
    REQUIRE(error_of(xml) == ErrorCode::file_damaged);
}

TEST_CASE("patient file: another format is said to be one") {
    REQUIRE(error_of(sealed("", "2")) == ErrorCode::file_version);
    REQUIRE(error_of(sealed("", "")) == ErrorCode::file_version);
}

TEST_CASE("patient file: the sentences of its errors hold nothing of the patient") {
    try {
        static_cast<void>(from_xml(sealed(row("<field name=\"Anna\" type=\"Muster\"/>"))));
        FAIL("it was read");
    } catch (const Error& error) {
        REQUIRE(std::string(error.what()).find("Anna") == std::string::npos);
        REQUIRE(std::string(error.what()).find("Muster") == std::string::npos);
    }
}

TEST_CASE("patient file: values that don't add up are refused") {
    const std::string by = " by=\"" + kVersion + "\"", when = "2026-11-22T00:00:00.000Z";
    REQUIRE_FALSE(error_of(sealed(row(field(by + " at=\"" + when + "\"", "x")))));
    for (const std::string& bad : std::vector<std::string>{
             field(by + " at=\"\"", "x"), field(by + " at=\"" + when + " " + when + "\"", "x"),
             field(by + " at=\"yesterday\"", "x"), field(" by=\"\"", "x"), field(" by=\"me\"", "x"),
             field(" type=\"date\"", "x"), field(" type=\"null\"", "x"),
             field(" encoding=\"base64\"", "*"), field(" encoding=\"base64\"", "YQ"),
             field(" encoding=\"base64\"", "YR=="), field(" attachment=\"../../x\""),
             field(" attachment=\"" + std::string(64, 'A') + "\""),
             field(" type=\"integer\" attachment=\"" + std::string(64, 'a') + "\""),
             std::string("<field>x</field>"), std::string("<field name=\"\">x</field>"),
             field("", "<value>x</value>")}) {
        CAPTURE(bad);
        REQUIRE(error_of(sealed(row(bad))) == ErrorCode::file_damaged);
    }
}

TEST_CASE("patient file: rows without an id, a table or versions are refused") {
    for (const std::string& bad : std::vector<std::string>{
             "<row/>                ", "<row id=\"" + row_id(1).text() + "\"/>",
             "<row id=\"" + row_id(1).text() + "\" table=\"t\"><field name=\"a\">x</field></row>",
             "<row id=\"../../etc\" table=\"t\"/>",
             "<row id=\"" + row_id(1).text() + "\" table=\"t\" overwritten=\"x\"/>"}) {
        CAPTURE(bad);
        REQUIRE(error_of(sealed(bad)) == ErrorCode::file_damaged);
    }
}
