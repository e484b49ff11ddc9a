#include "core/database/file_names.h"

#include "tests/support/catch.h"

using namespace cfs;

TEST_CASE("file names: an ordinary name stays as it is") {
    for (const std::string name : {"scan.pdf", "Röntgen Knie (2).JPG", "データ", "a..b", "README",
                                   "com.pdf", "console.log", "lpt10.txt", "x.con"}) {
        REQUIRE(safe_name(name) == name);
        REQUIRE(safe_name(safe_name(name)) == name);
    }
}

TEST_CASE("file names: a hostile name is one part of a path on every system") {
    const std::pair<std::string, std::string> cases[] = {{"a/b", "a_b"},
                                                         {"a\\b", "a_b"},
                                                         {"..", "__"},
                                                         {".", "_"},
                                                         {"", "file"},
                                                         {"C:evil", "C_evil"},
                                                         {"a\nb\tc\x7f", "a_b_c_"},
                                                         {"what?*<>|\"", "what______"},
                                                         {".htaccess", "_htaccess"},
                                                         {"~cfs-0.tmp", "_cfs-0.tmp"},
                                                         {"scan.pdf. .", "scan.pdf___"},
                                                         {"nul", "_nul"},
                                                         {"CON.tar.gz", "_CON.tar.gz"},
                                                         {"Lpt1.pdf", "_Lpt1.pdf"},
                                                         {"\xff\xfe", "file"}};
    for (const auto& [name, safe] : cases) {
        REQUIRE(safe_name(name) == safe);
        REQUIRE(safe_name(safe) == safe);
    }
}

TEST_CASE("file names: a long name is cut between characters, its ending kept") {
    std::string name;
    while (name.size() < 300) name += "ü";
    const auto cut = safe_name(name + ".pdf");
    REQUIRE(cut.size() <= 120);
    REQUIRE(cut.ends_with("ü.pdf"));
    REQUIRE(safe_name(std::string(200, 'a') + "." + std::string(200, 'b')).size() == 120);
    REQUIRE(safe_name("." + std::string(200, 'b')).size() == 120);
}

TEST_CASE("file names: numbers stand before the ending") {
    REQUIRE(numbered_name("scan.pdf", 1) == "scan.pdf");
    REQUIRE(numbered_name("scan.pdf", 12) == "scan-12.pdf");
    REQUIRE(numbered_name("scan", 2) == "scan-2");
    REQUIRE(numbered_name("a.tar.gz", 2) == "a.tar-2.gz");
}

TEST_CASE("file names: a file is called as it was, also with a number or made safe") {
    for (const auto* file : {"scan.pdf", "scan-2.pdf", "scan-1000.pdf"}) {
        REQUIRE(is_called(file, "scan.pdf"));
    }
    for (const auto* file : {"scan-1.pdf", "scan-02.pdf", "scan-.pdf", "scan-x.pdf", "scan-2.png",
                             "knee.pdf", "scan", "scan-12345.pdf", ""}) {
        REQUIRE_FALSE(is_called(file, "scan.pdf"));
    }
    REQUIRE(is_called("a_b.pdf", "a/b.pdf"));
    REQUIRE(is_called("a_b-2.pdf", "a/b.pdf"));
    REQUIRE(is_called("a:b.pdf", "a:b.pdf"));
}

TEST_CASE("file names: which texts name a file below the directory") {
    const FileColumn web{"url", "/d", "file:///d/", "{pid}/{name}"};
    REQUIRE(path_below(web, "file:///d/14/scan.pdf") == "14/scan.pdf");
    REQUIRE(path_below(web, "file:///d//14/./scan.pdf") == "14/scan.pdf");
    REQUIRE(path_below(web, "file:///d/../x") == "../x");  // which nobody can reach
    REQUIRE_FALSE(path_below(web, "file:///dir/scan.pdf"));
    REQUIRE_FALSE(path_below(web, "http://d/scan.pdf"));
    REQUIRE_FALSE(path_below(web, ""));
    const FileColumn relative{"url", "/d", "", "{pid}/{name}"};
    REQUIRE(path_below(relative, "14/scan.pdf") == "14/scan.pdf");
    for (const auto* text : {"", "/14/scan.pdf", "../scan.pdf", "http://d/scan.pdf", "14\\a"}) {
        REQUIRE_FALSE(path_below(relative, text));
    }
}

TEST_CASE("file names: which texts name a file of some machine") {
    for (const auto* text : {"/etc/passwd", "file:///d/x", "FILE:x", "C:/x", "c:\\x", "\\\\host\\x",
                             "a/../b", "..", "a\\..\\b"}) {
        REQUIRE(names_local_file(text));
    }
    for (const auto* text : {"", "http://example.org/x", "a1b2", "14/scan.pdf", "C:", "a..b"}) {
        REQUIRE_FALSE(names_local_file(text));
    }
}

TEST_CASE("file names: the template of a path") {
    using Names = std::vector<std::string>;
    REQUIRE(columns_of_template("{name}") == Names());
    REQUIRE(columns_of_template("scans/{name}") == Names());
    REQUIRE(columns_of_template("p{pid}/{year}-{month}/{name}") == Names{"pid", "year", "month"});
    for (const auto* bad :
         {"", "{pid}", "{pid}/x{name}", "{name}/x", "/{name}", "../{name}", "{pid/{name}",
          "pid}/{name}", "{}/{name}", "{a{b}}/{name}", "{pid}//{name}", "a\\b/{name}"}) {
        REQUIRE_FALSE(columns_of_template(bad));
    }
    const auto value_of = [](const std::string& column) {
        return column == "pid" ? "14" : "../" + column;
    };
    REQUIRE(folder_of_template("{name}", value_of).empty());
    REQUIRE(folder_of_template("p{pid}/{ward}/{name}", value_of) == "p14/_._ward/");
}
