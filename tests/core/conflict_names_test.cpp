#include "core/rules/conflict_names.h"

#include <random>
#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/copy_names.h"

using namespace cfs;

namespace {

const std::string kStem = "0f8fad5b-d9cb-469f-a165-70867728950e";

void require_copies(const std::vector<test::CopyName>& copies) {
    for (const auto& copy : copies) {
        const auto name = copy.of(kStem);
        CAPTURE(name);
        const auto result = conflict_name(name);
        REQUIRE(result.provider == copy.provider);
        REQUIRE((result.maker == CopyMaker::provider) == !copy.provider.empty());
        const bool of_patient = name.find(kStem) != std::string::npos;
        REQUIRE(result.original == (of_patient ? PatientId::parse(kStem) : std::nullopt));
        REQUIRE(result.deletable == copy.deletable);
    }
}

void require_kept(const std::string& name, CopyMaker maker) {
    CAPTURE(name);
    const auto result = conflict_name(name);
    REQUIRE(result.maker == maker);
    REQUIRE_FALSE(result.deletable);
}

}  // namespace

TEST_CASE("conflict names: the patient's own file is no copy") {
    const auto result = conflict_name(kStem + ".xml");
    REQUIRE(result.maker == CopyMaker::nobody);
    REQUIRE(result.original == PatientId::parse(kStem));
    REQUIRE_FALSE(result.deletable);
}

TEST_CASE(
    "conflict names: each provider's copies are known, and may be deleted but for Resilio's") {
    require_copies(test::copy_names());
}

TEST_CASE("conflict names: Resilio's copies are never deletable, whatever else they bear") {
    for (const std::string tail :
         {".Conflict.xml", ".Conflict1.xml", ".Conflict.Conflict.xml", ".Conflict (1).xml",
          " (1).Conflict.xml", ".conflict.xml", ".CONFLICT1.xml", ".xml.Conflict", ".xml.Conflict1",
          ".xml.conflict", ".Conflict.xml.conflict1",
          ".Conflict (Ann's conflicted copy 2026-11-22).xml"}) {
        CAPTURE(tail);
        require_kept(kStem + tail, CopyMaker::provider);
        REQUIRE(conflict_name(kStem + tail).provider == "Resilio Sync");
    }
}

TEST_CASE("conflict names: what a person copied is left alone") {
    for (const std::string& name : {kStem + " - Copy.xml",
                                    kStem + " - Copy (2).xml",
                                    kStem + " - Copy - Copy.xml",
                                    kStem + " copy.xml",
                                    kStem + " copy 2.xml",
                                    kStem + " (copy).xml",
                                    kStem + " (copy 2).xml",
                                    kStem + " (another copy).xml",
                                    kStem + " (3rd copy).xml",
                                    "Copy of " + kStem + ".xml",
                                    "Copy (2) of " + kStem + ".xml",
                                    "Copy of Copy of " + kStem + ".xml",
                                    "Kopie von " + kStem + ".xml",
                                    kStem + " - Kopie.xml",
                                    kStem + "-backup.xml",
                                    kStem + ".bak.xml",
                                    kStem + "_old.xml",
                                    kStem + " (old) (Ann's conflicted copy 2026).xml",
                                    kStem + " (1) - Copy.xml",
                                    kStem + "-FRONTDESK - Copy.xml",
                                    "Copy of " + kStem + " (1).xml"}) {
        require_kept(name, CopyMaker::person);
        REQUIRE(conflict_name(name).provider.empty());
        REQUIRE(conflict_name(name).original == PatientId::parse(kStem));
    }
}

TEST_CASE("conflict names: a stem that is no UUID is never deletable") {
    for (const std::string& name :
         {std::string(), std::string(".xml"), std::string(" (1).xml"),
          std::string("report (1).xml"), std::string("cloud-folder-sync (1).xml"),
          std::string("12-FRONTDESK.xml"), kStem.substr(1) + " (1).xml", "0" + kStem + " (1).xml",
          "{" + kStem + "} (1).xml", "g" + kStem.substr(1) + " (1).xml"}) {
        require_kept(name, CopyMaker::unknown);
    }
}

TEST_CASE("conflict names: near misses are never deletable") {
    for (const std::string tail : {"",
                                   " (1)",
                                   ".txt",
                                   " (1).txt",
                                   ".xml (1)",
                                   ".xml.xml",
                                   " (1).xml.xml",
                                   "(1).xml",
                                   " (1.xml",
                                   " 1).xml",
                                   " ().xml",
                                   " (0123456789).xml",
                                   "-.xml",
                                   "--HOST.xml",
                                   "-HOST-.xml",
                                   "-2.xml",
                                   "-12-34.xml",
                                   "-ABCDEFGHIJKLMNOP.xml",
                                   "-FRONT DESK.xml",
                                   "-FRONT_DESK.xml",
                                   "-HÔTE.xml",
                                   "-old-2.xml",
                                   " (my own notes).xml",
                                   " [1].xml",
                                   "_conf(x).xml",
                                   "_conflict.xml",
                                   "_conflict-2018-02-20.xml",
                                   ".sync-conflict-2026-101010.xml",
                                   ".sync-conflict-20261122-101010-.xml",
                                   "_HOST_Jan-03-0901-2013.xml",
                                   " (conflicted copy.xml",
                                   " conflicted copy).xml",
                                   ".xml.part1",
                                   ".xml..path",
                                   ".xml (Ann's conflicted copy 2026-11-22)",
                                   ".xml-FRONTDESK",
                                   " .xml",
                                   " - .xml",
                                   "\xFF.xml",
                                   " (1)\xFF.xml"}) {
        require_kept(kStem + tail, CopyMaker::unknown);
    }
    require_kept(kStem + std::string(" (1)\0.xml", 9), CopyMaker::unknown);
    require_kept("Copy of " + kStem, CopyMaker::unknown);
}

TEST_CASE("conflict names: another letter case may be the patient's own file") {
    const std::string upper = "0F8FAD5B-D9CB-469F-A165-70867728950E";
    require_kept(upper + ".xml", CopyMaker::unknown);
    require_kept(upper + ".XML", CopyMaker::unknown);
    require_kept(kStem + ".XML", CopyMaker::unknown);
    require_kept(upper + " (1).xml", CopyMaker::provider);
    require_kept(kStem + " (1).XML", CopyMaker::provider);
    require_copies({{"Dropbox", "$ (ANN'S CONFLICTED COPY 2026-11-22).xml"},
                    {"Seafile", "$ (sfconflict 2026-11-22-10-10-10).xml"}});
}

TEST_CASE("conflict names: of several providers the outermost is named") {
    require_copies(
        {{"Syncthing", "$ (Ann's conflicted copy 2026).sync-conflict-20261122-101010.xml"},
         {"Dropbox", "$-FRONTDESK (Ann's conflicted copy 2026-11-22).xml"},
         {"rclone", "$ (1).xml.conflict1"}});
}

TEST_CASE("conflict names: a path is judged with its folders") {
    const auto judge = [](const std::string& path) { return conflict_name_of_path(path); };
    REQUIRE(judge("patients/0f/" + kStem + ".xml").maker == CopyMaker::nobody);
    REQUIRE(judge("patients/0f/" + kStem + " (1).xml").deletable);
    REQUIRE(judge("patients (1)/0f/" + kStem + ".xml").provider == "Google Drive");
    REQUIRE(judge("patients/0f (permission conflicts)/" + kStem + ".xml").provider == "Dropbox");
    REQUIRE(judge("patients (shared folder conflict)/0f/" + kStem + ".xml").provider == "Dropbox");
    REQUIRE(judge("patients (1)/0f/" + kStem + "-FRONTDESK.xml").provider == "OneDrive");
    REQUIRE(judge("patients - Copy/0f/" + kStem + " (1).xml").maker == CopyMaker::person);
    REQUIRE(judge("backup/0f/" + kStem + " (1).xml").maker == CopyMaker::unknown);
    REQUIRE(judge("patients/0e/" + kStem + ".xml").maker == CopyMaker::unknown);
    REQUIRE(judge(kStem + ".xml").maker == CopyMaker::unknown);
}

TEST_CASE("conflict names: outside the patient's own folder nothing is deletable") {
    for (const std::string folder :
         {"", "/", "//", "patients/", "0f/", "patients/0e/", "patients/0F/", "patients (1)/0f/",
          "patients/0f (1)/", "patients - Copy/0f/", "backup/patients/0f/", "patients/0f/x/",
          "Patients/0f/", "./patients/0f/", "patients.xml/0f/", "patients//0f/"}) {
        CAPTURE(folder);
        const auto result = conflict_name_of_path(folder + kStem + " (1).xml");
        REQUIRE_FALSE(result.deletable);
        REQUIRE((result.maker == CopyMaker::provider || result.provider.empty()));
    }
}

TEST_CASE("conflict names: a name of a megabyte is judged at once") {
    const std::size_t size = 1 << 20;
    for (const std::string& part : {std::string("("), std::string(" (1)"), std::string("-A"),
                                    std::string("Copy of "), std::string("'s conflicted copy"),
                                    std::string(".Conflict"), std::string("\xFF"), kStem}) {
        std::string name = kStem;
        while (name.size() < size) name += part;
        require_kept(name + ".xml", CopyMaker::unknown);
        require_kept(part + name + ".xml", CopyMaker::unknown);
        REQUIRE_FALSE(conflict_name_of_path(name + "/" + name + "/" + kStem + ".xml").deletable);
    }
}

TEST_CASE("conflict names: random bytes after a UUID are never deletable") {
    const std::uint32_t seed = 20261122;
    CAPTURE(seed);
    std::mt19937 random(seed);
    for (int i = 0; i < 20'000; ++i) {
        std::string tail(2 + random() % 60, '\0');
        for (char& c : tail) c = static_cast<char>(random() % 256);
        // No provider's name begins with a control character.
        require_kept(kStem + '\x01' + tail + ".xml", CopyMaker::unknown);
        (void)conflict_name(tail);
        (void)conflict_name_of_path(tail);
    }
}

TEST_CASE("conflict names: shuffled pieces of patterns keep the rules about what is kept") {
    const std::vector<std::string> pieces{
        " (1)",       "-HOST", ".Conflict",           " - Copy", ".xml",
        " (",         ")",     "'s conflicted copy ", "2026",    "_conflict-20261122-101010",
        ".conflict1", " 2",    "[conflicted]",        "..path1", "\xC3"};
    const std::uint32_t seed = 7;
    CAPTURE(seed);
    std::mt19937 random(seed);
    for (int i = 0; i < 20'000; ++i) {
        std::string tail;
        for (std::size_t n = random() % 8; n > 0; --n) tail += pieces[random() % pieces.size()];
        CAPTURE(tail);
        const auto result = conflict_name(kStem + tail);
        if (!result.deletable) continue;
        REQUIRE(result.maker == CopyMaker::provider);
        REQUIRE_FALSE(result.provider.empty());
        REQUIRE(tail.find(".xml") != std::string::npos);
        const bool bracketed = tail.find('(') != std::string::npos;
        if (!bracketed) REQUIRE(tail.find(".Conflict") == std::string::npos);
        if (!bracketed) REQUIRE(tail.find(" - Copy") == std::string::npos);
    }
}
