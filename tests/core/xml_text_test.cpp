#include "core/folder/xml_text.h"

#include "core/model/digest.h"
#include "tests/support/catch.h"

using namespace cfs;

namespace {

bool plain(std::string_view xml) { return has_plain_shape(xml, 4, 100); }

}  // namespace

TEST_CASE("xml: text that XML can hold") {
    for (const std::string_view text :
         {"", "a", " \t\r\n", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xED\x9F\xBF",
          "\xEE\x80\x80", "\xEF\xBF\xBD", "\xF4\x8F\xBF\xBF", "<&>\"'", "\x7F"}) {
        CAPTURE(text);
        REQUIRE(fits_xml(text));
    }
}

TEST_CASE("xml: text that XML can't hold") {
    using namespace std::string_view_literals;
    for (const std::string_view text : {"\0"sv,
                                        "\x01"sv,
                                        "\x1F"sv,
                                        "\x0B"sv,
                                        "\x80"sv,
                                        "\xC0\xAF"sv,
                                        "\xC1\xBF"sv,
                                        "\xC3"sv,
                                        "\xC3("sv,
                                        "\xE2\x82"sv,
                                        "\xE0\x80\x80"sv,
                                        "\xED\xA0\x80"sv,
                                        "\xED\xBF\xBF"sv,
                                        "\xEF\xBF\xBE"sv,
                                        "\xEF\xBF\xBF"sv,
                                        "\xF0\x80\x80\x80"sv,
                                        "\xF4\x90\x80\x80"sv,
                                        "\xF5\x80\x80\x80"sv,
                                        "\xFF"sv,
                                        "a\xF0\x9F\x98"sv}) {
        CAPTURE(to_hex(text));
        REQUIRE_FALSE(fits_xml(text));
    }
}

TEST_CASE("xml: every character with a meaning is escaped, line ends and tabs too") {
    std::string out = "x";
    append_escaped(out, "a&b<c>d\"e\rf\ng\th'");
    REQUIRE(out == "xa&amp;b&lt;c&gt;d&quot;e&#13;f&#10;g&#9;h'");
    out.clear();
    append_attribute(out, "name", "a\"b");
    REQUIRE(out == " name=\"a&quot;b\"");
}

TEST_CASE("xml: the shape of our own files is plain") {
    REQUIRE(plain("<a/>"));
    REQUIRE(plain("<?xml version=\"1.0\"?>\n<a b=\"1\"><c>text</c><c/></a>\n"));
    REQUIRE(plain("<a b='&gt; > /'/>"));
    REQUIRE(plain("<a><b><c><d/></c></b></a>"));
}

TEST_CASE("xml: any other shape is refused before a parser sees it") {
    for (const std::string_view xml :
         {"", " ", "a", "<", "<a", "<a>", "</a>", "<a></a></a>", "<a b=\"", "<a b=\"<\"/>",
          "<!DOCTYPE a><a/>", "<a><!-- --></a>", "<a><![CDATA[x]]></a>",
          "<a><b><c><d><e/></d></c></b></a>", "<a><?php ?></a>", "<?x \"?>\" <b><a/>", "<a <b/>",
          "<?xml ?><?x ?><a/>"}) {
        CAPTURE(xml);
        REQUIRE_FALSE(plain(xml));
    }
}

TEST_CASE("xml: a flood of elements is refused") {
    std::string xml = "<a>";
    for (int i = 0; i < 99; ++i) xml += "<b/>";
    REQUIRE(plain(xml + "</a>"));
    REQUIRE_FALSE(plain(xml + "<b/></a>"));
}

TEST_CASE("xml: the digest holds over all of a text but itself") {
    std::string xml = "<a digest=\"" + std::string(kNoDigest) + "\">text</a>";
    REQUIRE_FALSE(digest_holds(xml));
    seal_digest(xml);
    REQUIRE(digest_holds(xml));
    REQUIRE(Digest::parse(digest_attribute(xml)));
    for (std::size_t i = 0; i < xml.size(); ++i) {
        auto changed = xml;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        REQUIRE_FALSE(digest_holds(changed));
    }
    REQUIRE_FALSE(digest_holds(xml + " "));
}

TEST_CASE("xml: a text without a digest has none") {
    REQUIRE(digest_attribute("<a/>").empty());
    REQUIRE(digest_attribute("<a digest=\"12\"/>").empty());
    REQUIRE(
        digest_attribute(std::string(2000, ' ') + "<a digest=\"" + std::string(kNoDigest) + "\"/>")
            .empty());
    REQUIRE_FALSE(digest_holds("<a/>"));
}

TEST_CASE("xml: the root and the elements in it are split") {
    const std::string_view xml =
        "<?xml version=\"1.0\"?>\n<a x=\"1>2\">\n <b/>\n <c y='/>'><d>t</d></c>\n</a>\n";
    const auto split = split_root(xml);
    REQUIRE(split);
    REQUIRE(split->root == "<a x=\"1>2\"></a>");
    REQUIRE(split->children == std::vector<std::string_view>{"<b/>", "<c y='/>'><d>t</d></c>"});
    REQUIRE(split_root("<a/>")->root == "<a/>");
    REQUIRE(split_root("<a><b></b><b/></a>")->children.size() == 2);
}

TEST_CASE("xml: text between the parts, a second root and an open one are not split") {
    for (const std::string_view xml : {"x<a/>", "<a/>x", "<a>x<b/></a>", "<a><b/>x</a>", "<a/><a/>",
                                       "<a></a><b></b>", "<a><b/>"}) {
        CAPTURE(xml);
        REQUIRE_FALSE(split_root(xml));
    }
}

TEST_CASE("xml: only references that XML itself has are plain") {
    for (const std::string_view xml :
         {"", "a", "&amp;&lt;&gt;&quot;&apos;", "&#10;&#x1F600;&#1114111;"}) {
        CAPTURE(xml);
        REQUIRE(has_plain_references(xml));
    }
    for (const std::string_view xml : {"&", "&;", "&foo;", "&amp", "a & b;", "&#;", "&#x;", "&#0;",
                                       "&#x00;", "&#1a;", "&#xg;", "&#99999999999;", "&&amp;;"}) {
        CAPTURE(xml);
        REQUIRE_FALSE(has_plain_references(xml));
    }
}

TEST_CASE("xml text: a flood of attributes is no plain shape") {
    const auto element = [](int attributes) {
        std::string xml = "<a";
        for (int i = 0; i < attributes; ++i) xml += " b" + std::to_string(i) + "='\"'";
        return xml + "/>";
    };
    REQUIRE(has_plain_shape(element(16), 1, 1));
    REQUIRE_FALSE(has_plain_shape(element(17), 1, 1));
}
