#include "tests/support/hostile_xml.h"

#include <stdexcept>

#include "core/folder/xml_text.h"

namespace cfs::test {

namespace {

std::string repeated(const std::string& text, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += text;
    return out;
}

}  // namespace

std::string replaced(std::string xml, const std::string& from, const std::string& to) {
    const auto at = xml.find(from);
    if (at == std::string::npos) throw std::logic_error("the example has no " + from);
    return xml.replace(at, from.size(), to);
}

std::string forged(const std::string& xml, const std::string& from, const std::string& to) {
    auto text = replaced(xml, from, to);
    const std::string digest(digest_attribute(text));
    if (digest.empty()) return text;
    text = replaced(text, digest, std::string(kNoDigest));
    seal_digest(text);
    return text;
}

std::vector<std::string> hostile_texts(const std::string& xml) {
    std::vector<std::string> texts{
        "",
        " ",
        "\n",
        "<",
        ">",
        "<a",
        "</a>",
        "<a/>",
        "<?xml?>",
        std::string(1000, '\0'),
        std::string(1000, '\xFF'),
        std::string(1000, '<'),
        "\xEF\xBB\xBF" + xml.substr(0, 60),
        std::string("\xFF\xFE<\0a\0/\0>\0", 10),
        xml + xml,
        xml + "<!-- -->",
        "<!DOCTYPE x [<!ENTITY a \"b\"><!ENTITY c \"&a;&a;&a;\">]><x>&c;</x>",
        repeated("<a>", 100'000),
        repeated("<a>", 100'000) + repeated("</a>", 100'000),
        "<a " + repeated("b=\"\" ", 100'000) + "/>",
        "<a>" + repeated("<b/>", 100'000) + "</a>",
        "<" + std::string(1'000'000, 'a'),
    };
    for (std::size_t size = 0; size < xml.size(); ++size) texts.push_back(xml.substr(0, size));
    return texts;
}

}  // namespace cfs::test
