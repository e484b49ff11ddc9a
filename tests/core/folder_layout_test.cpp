#include "core/folder/folder_layout.h"

#include "core/folder/sync_folder.h"
#include "core/folder/temporary_name.h"
#include "core/rules/ignored_names.h"
#include "tests/support/catch.h"

using namespace cfs;

namespace {

const auto kPatient = *PatientId::parse("89abcdef-4455-4677-8899-aabbccddeeff");
const auto kWriter = *WriterId::parse("01234567-89ab-4cde-8f01-23456789abcd");

}  // namespace

TEST_CASE("layout: every file of ours has one place") {
    REQUIRE(patient_path(kPatient) == "patients/89/89abcdef-4455-4677-8899-aabbccddeeff.xml");
    REQUIRE(attachment_path(sha256("abc")) ==
            "attachments/ba/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    REQUIRE(log_directory(kWriter) == "logs/01234567-89ab-4cde-8f01-23456789abcd");
    REQUIRE(segment_path(kWriter, 42) ==
            "logs/01234567-89ab-4cde-8f01-23456789abcd/000000000042.xml");
    REQUIRE(site_path(kWriter) == "sites/01234567-89ab-4cde-8f01-23456789abcd.xml");
    for (const auto& path : {patient_path(kPatient), attachment_path(sha256("")),
                             segment_path(kWriter, 1), site_path(kWriter)}) {
        REQUIRE(is_plain_path(path));
    }
}

TEST_CASE("layout: a patient is found by the canonical path only") {
    REQUIRE(patient_at(patient_path(kPatient)) == kPatient);
    for (const std::string path : {"", "/", ".xml", "patients", "patients/89/.xml",
                                   "89abcdef-4455-4677-8899-aabbccddeeff.xml",
                                   "patients/89abcdef-4455-4677-8899-aabbccddeeff.xml",
                                   "patients/8a/89abcdef-4455-4677-8899-aabbccddeeff.xml",
                                   "patients/89/89ABCDEF-4455-4677-8899-aabbccddeeff.xml",
                                   "Patients/89/89abcdef-4455-4677-8899-aabbccddeeff.xml",
                                   "patients (1)/89/89abcdef-4455-4677-8899-aabbccddeeff.xml",
                                   "patients//89/89abcdef-4455-4677-8899-aabbccddeeff.xml",
                                   "/patients/89/89abcdef-4455-4677-8899-aabbccddeeff.xml",
                                   "patients/89/89abcdef-4455-4677-8899-aabbccddeeff.xml.conflict1",
                                   "patients/89/89abcdef-4455-4677-8899-aabbccddeeff (1).xml",
                                   "patients/89/89abcdef-4455-4677-8899-aabbccddeeff",
                                   "sites/89/89abcdef-4455-4677-8899-aabbccddeeff.xml"}) {
        CAPTURE(path);
        REQUIRE_FALSE(patient_at(path));
    }
}

TEST_CASE("layout: a segment's number is read from its one spelling") {
    REQUIRE(segment_number("000000000001.xml") == 1);
    REQUIRE(segment_number("000000000042.xml") == 42);
    REQUIRE(segment_number("999999999999.xml") == 999'999'999'999);
    for (const std::string name :
         {"", ".xml", "1.xml", "000000000000.xml", "0000000000042.xml", "00000000042.xml",
          "000000000042", "000000000042.XML", "000000000042.xml ", "-00000000042.xml",
          "+00000000042.xml", " 00000000042.xml", "00000000004a.xml", "000000000042 (1).xml",
          "000000000042.xml.conflict1", "logs/000000000042.xml", "1000000000000.xml"}) {
        CAPTURE(name);
        REQUIRE_FALSE(segment_number(name));
    }
}

TEST_CASE("layout: only paths that stay inside are plain") {
    for (const std::string path :
         {"a", "a/b", "a b/c", "ü.xml", "日本/語", "👩‍⚕️.xml", "...", "a/.b", "a..b",
          "..a", "Icon\r", "~cfs-0.tmp", "it's \"x\".xml"}) {
        CAPTURE(path);
        REQUIRE(is_plain_path(path));
    }
    for (const std::string path : {"",
                                   "/",
                                   "/a",
                                   "a/",
                                   "a//b",
                                   ".",
                                   "..",
                                   "a/..",
                                   "../a",
                                   "a/../b",
                                   "a/./b",
                                   "./a",
                                   "a\\b",
                                   "..\\a",
                                   "C:\\a",
                                   "\xFF.xml",
                                   "a/\xC3",
                                   "\xC3\r\xA9",
                                   "\xED\xA0\x80",
                                   "\xC0\xAF",
                                   "\xF8\x88\x80\x80\x80"}) {
        CAPTURE(path);
        REQUIRE_FALSE(is_plain_path(path));
    }
    REQUIRE_FALSE(is_plain_path(std::string("a\0b", 3)));
    REQUIRE_FALSE(is_plain_path(std::string("\0", 1)));
}

TEST_CASE("layout: temporary names are ignored by everyone and stale after a day") {
    const auto name = temporary_name();
    REQUIRE(is_ignored_name(name));
    REQUIRE(name != temporary_name());
    const Time now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22);
    const auto left = [&](std::chrono::hours age, const std::string& called, FileKind kind) {
        const std::chrono::nanoseconds modified = now.time_since_epoch() - age;
        return is_stale_temporary({called, kind, {10, modified.count(), 1}, false}, now);
    };
    using std::chrono::hours;
    REQUIRE(left(hours(25), name, FileKind::file));
    REQUIRE_FALSE(left(hours(23), name, FileKind::file));
    REQUIRE_FALSE(left(hours(-1000), name, FileKind::file));
    REQUIRE_FALSE(left(hours(25), name, FileKind::link));
    REQUIRE_FALSE(left(hours(25), name + "x", FileKind::file));
    REQUIRE_FALSE(left(hours(25), "~cfs-notes.tmp", FileKind::file));
    REQUIRE_FALSE(left(hours(25), "~cfs-0123456789ABCDEF.tmp", FileKind::file));
    REQUIRE(is_stale_temporary({name, FileKind::file, {1, INT64_MIN, 1}, false}, now));
    REQUIRE_FALSE(is_stale_temporary({name, FileKind::file, {1, INT64_MAX, 1}, false}, now));
}
