// The published schema against the files that the program writes; needs xmllint.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/folder/patient_file.h"
#include "core/rules/merge.h"
#include "tests/support/build.h"
#include "tests/support/generate.h"

using namespace cfs;
using namespace cfs::test;

namespace {

#ifdef _WIN32
const std::string kSilently = " > NUL 2>&1";
#else
const std::string kSilently = " > /dev/null 2>&1";
#endif

bool run(const std::string& command) { return std::system(command.c_str()) == 0; }

bool have_xmllint() {
    if (run("xmllint --version" + kSilently)) return true;
    WARN("skipped: xmllint is not installed (package libxml2-utils)");
    return false;
}

class Files {
  public:
    Files()
        : folder_(std::filesystem::temp_directory_path() /
                  Dice(std::random_device{}()).uuid().text()) {
        std::filesystem::create_directory(folder_);
    }
    ~Files() { std::filesystem::remove_all(folder_); }
    Files(const Files&) = delete;
    Files& operator=(const Files&) = delete;

    void add(const std::string& xml) {
        const auto path = folder_ / (std::to_string(count_++) + ".xml");
        std::ofstream(path, std::ios::binary) << xml;
        names_ += " \"" + path.string() + "\"";
    }
    [[nodiscard]] bool valid() const {
        return run("xmllint --noout --schema \"" CFS_SOURCE_DIR "/core/schema/patient.xsd\"" +
                   names_ + kSilently);
    }

  private:
    std::filesystem::path folder_;
    std::string names_;
    int count_ = 0;
};

bool valid(const std::string& xml) {
    Files files;
    files.add(xml);
    return files.valid();
}

std::string changed(std::string xml, const std::string& from, const std::string& to) {
    const auto at = xml.find(from);
    REQUIRE(at != std::string::npos);
    return xml.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("schema: every file that is written is valid") {
    if (!have_xmllint()) return;
    Files files;
    for_each_case(20, [&](Dice& dice) {
        History history(dice);
        for (int i = 0; i < 10; ++i) {
            const auto triple = random_triple(history, dice);
            files.add(to_xml(merge(triple.a.document, triple.b.document)));
        }
    });
    REQUIRE(files.valid());
    REQUIRE(valid(to_xml({patient(1), {}})));
}

TEST_CASE("schema: what is no patient file is not valid") {
    if (!have_xmllint()) return;
    const auto xml = to_xml(
        {patient(1),
         {{row_id(2), written("t", version(1), at(0), {{"a", text("x")}, {"b", text("y")}})}}});
    REQUIRE(valid(xml));
    REQUIRE_FALSE(valid(changed(xml, "format=\"1\"", "format=\"2\"")));
    REQUIRE_FALSE(valid(changed(xml, "urn:cloud-folder-sync:patient", "urn:other")));
    REQUIRE_FALSE(valid(changed(xml, "name=\"b\"", "name=\"a\"")));
    REQUIRE_FALSE(valid(changed(xml, version(1).text(), "me")));
    REQUIRE_FALSE(valid(changed(xml, ">x<", " type=\"date\">x<")));
    REQUIRE_FALSE(valid(changed(xml, ">x<", "><b/><")));
}
