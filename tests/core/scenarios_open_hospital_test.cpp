// Two hospitals with copies of one Open Hospital database.
#include "tests/support/catch.h"
#include "tests/support/clinic.h"
#include "tests/support/clinic_picture.h"

using namespace cfs;
using namespace cfs::test;

namespace {

SyncOptions logs(bool use_logs) { return {use_logs, false, false, std::chrono::minutes(15)}; }

std::vector<std::string> broken_references(Clinic& clinic) {
    return clinic.lines(
        "SELECT \"table\" || ' ' || parent || ' ' || count(*) FROM "
        "pragma_foreign_key_check GROUP BY \"table\", parent");
}

std::string opd(int key, int patient, const std::string& note) {
    return "INSERT INTO oh_opd (OPD_ID, OPD_WRD_ID_A, OPD_DATE, OPD_PROG_YEAR, OPD_SEX, OPD_NOTE, "
           "OPD_PAT_ID, OPD_CREATED_BY, OPD_CREATED_DATE) VALUES (" +
           std::to_string(key) + ", 'OPD', '2026-11-22 10:00:00', 7, 'F', '" + note + "', " +
           std::to_string(patient) + ", 'admin', '2026-11-22 10:00:01')";
}

std::string person(int key, const std::string& first, const std::string& second) {
    return "INSERT INTO oh_patient (PAT_ID, PAT_FNAME, PAT_SNAME, PAT_NAME, PAT_BDATE, PAT_SEX, "
           "PAT_CITY) VALUES (" +
           std::to_string(key) + ", '" + first + "', '" + second + "', '" + first + " " + second +
           "', '1990-02-03', 'F', 'Gulu')";
}

std::string exam(int key, int patient, const std::string& result) {
    return "INSERT INTO oh_laboratory (LAB_ID, LAB_EXA_ID_A, LAB_DATE, LAB_RES, LAB_PAT_ID) "
           "SELECT " +
           std::to_string(key) + ", min(EXA_ID_A), '2026-11-22 11:00:00', '" + result + "', " +
           std::to_string(patient) + " FROM oh_exam";
}

std::string exam_row(int key, int laboratory, const std::string& text) {
    return "INSERT INTO oh_laboratoryrow (LABR_ID, LABR_LAB_ID, LABR_DESC) VALUES (" +
           std::to_string(key) + ", " + std::to_string(laboratory) + ", '" + text + "')";
}

}  // namespace

TEST_CASE("open hospital: two copies become two sites and nothing changes",
          "[scenarios][open_hospital]") {
    if (!have_open_hospital()) return;
    Clinics hospitals(Program::open_hospital, {{"", logs(true)}, {"", logs(false)}});
    auto& a = hospitals[0];
    auto& b = hospitals[1];
    const auto before_a = a.dump();
    const auto before_b = b.dump();

    const auto first = a.sync();
    CHECK(first.counts.patients_exported == 515);
    hospitals.cloud().deliver();
    const auto patients = hospitals.cloud().files(1);
    const auto joined = b.sync();
    CHECK(joined.counts.patients_exported == 0);
    CHECK(joined.counts.segments_written == 0);
    CHECK(joined.counts.rows_inserted + joined.counts.rows_updated == 0);
    // Beside its own sites/ file it uploads nothing.
    CHECK(hospitals.cloud().files(1).size() == patients.size() + 1);
    hospitals.cloud().deliver();
    (void)a.sync();
    hospitals.cloud().deliver();

    require_same(before_a, a.dump());
    require_same(before_b, b.dump());
    CHECK(b.number("SELECT count(*) FROM oh_patient") == 515);
    CHECK(a.conflicts().empty());
    hospitals.require_equal();
    hospitals.require_quiet();
}

TEST_CASE("open hospital: the work of both hospitals crosses over", "[scenarios][open_hospital]") {
    if (!have_open_hospital()) return;
    const bool use_logs = GENERATE(true, false);
    Clinics hospitals(Program::open_hospital_small, {{"", logs(use_logs)}, {"", logs(!use_logs)}});
    auto& a = hospitals[0];
    auto& b = hospitals[1];
    hospitals.meet();
    const auto broken = broken_references(a);
    const auto lock = a.number("SELECT PAT_LOCK FROM oh_patient WHERE PAT_ID = 2");
    const auto small = std::string("x'89504e470d0a00ff'");
    const auto large = std::string("zeroblob(70000)");

    a.sql("UPDATE oh_patient SET PAT_TELE = '0700 1', PAT_LOCK = PAT_LOCK + 1 WHERE PAT_ID = 2");
    a.sql("UPDATE oh_opd SET OPD_NOTE = 'better' WHERE OPD_ID = (SELECT min(OPD_ID) FROM oh_opd)");
    a.sql(
        "UPDATE oh_laboratory SET LAB_RES = 'POSITIVE' WHERE LAB_ID = "
        "(SELECT min(LAB_ID) FROM oh_laboratory WHERE LAB_PAT_ID IS NOT NULL)");
    a.sql(person(9001, "Akello", "Grace"));
    a.sql(opd(9001, 9001, "first visit at A"));
    a.sql(exam(9001, 9001, "NEGATIVE"));
    a.sql(exam_row(9001, 9001, "Giardia"));
    a.sql("INSERT INTO oh_patient_profile_photo VALUES (7, " + small + ")");
    a.sql("UPDATE oh_patient SET PAT_PROFILE_PHOTO_ID = 7 WHERE PAT_ID = 9001");

    b.sql("UPDATE oh_patient SET PAT_NOTE = 'seen at B' WHERE PAT_ID = 2");
    b.sql(
        "UPDATE oh_admission SET ADM_NOTE = 'sent home' WHERE ADM_ID = "
        "(SELECT min(ADM_ID) FROM oh_admission)");
    b.sql(person(9001, "Okello", "Peter"));
    b.sql(opd(9001, 9001, "first visit at B"));
    b.sql(exam(9001, 9001, "POSITIVE"));
    b.sql(exam_row(9001, 9001, "Malaria"));
    b.sql("INSERT INTO oh_patient_profile_photo VALUES (7, " + large + ")");
    b.sql("UPDATE oh_patient SET PAT_PROFILE_PHOTO_ID = 7 WHERE PAT_ID = 9001");
    hospitals.meet();

    for (auto* hospital : {&a, &b}) {
        CHECK(hospital->value("SELECT PAT_TELE || PAT_NOTE FROM oh_patient WHERE PAT_ID = 2") ==
              "0700 1seen at B");
        CHECK(hospital->number("SELECT count(*) FROM oh_patient") == 46);
        CHECK(hospital->value("SELECT OPD_NOTE FROM oh_opd JOIN oh_patient ON PAT_ID = OPD_PAT_ID "
                              "WHERE PAT_FNAME = 'Akello'") == "first visit at A");
        CHECK(hospital->value("SELECT LABR_DESC FROM oh_laboratoryrow JOIN oh_laboratory ON "
                              "LAB_ID = LABR_LAB_ID JOIN oh_patient ON PAT_ID = LAB_PAT_ID "
                              "WHERE PAT_FNAME = 'Okello'") == "Malaria");
        const std::string photo =
            "SELECT PAT_PHOTO FROM oh_patient_profile_photo p JOIN oh_patient USING "
            "(PAT_PROFILE_PHOTO_ID) WHERE PAT_FNAME = ";
        CHECK(hospital->number("SELECT (" + photo + "'Akello') = " + small) == 1);
        CHECK(hospital->number("SELECT (" + photo + "'Okello') = " + large) == 1);
        require_same(broken, broken_references(*hospital));
    }
    CHECK(a.number("SELECT PAT_LOCK FROM oh_patient WHERE PAT_ID = 2") == lock + 2);
    CHECK(b.number("SELECT PAT_LOCK FROM oh_patient WHERE PAT_ID = 2") == lock + 1);
    CHECK(a.conflicts().empty());
    const auto files = hospitals.cloud().files(0);
    CHECK(std::count_if(files.begin(), files.end(), [](const auto& file) {
              return file.first.starts_with("attachments/");
          }) == 1);
    hospitals.require_equal();
    hospitals.require_quiet();
}

TEST_CASE("open hospital: a copy that was edited before it was enabled",
          "[scenarios][open_hospital]") {
    if (!have_open_hospital()) return;
    Clinics hospitals(Program::open_hospital_small,
                      {{"UPDATE oh_patient SET PAT_CITY = 'Lira' WHERE PAT_ID = 42;", {}},
                       {"UPDATE oh_patient SET PAT_CITY = 'Arua' WHERE PAT_ID = 42;"
                        "UPDATE oh_opd SET OPD_NOTE = 'other' WHERE OPD_ID = "
                        "(SELECT min(OPD_ID) FROM oh_opd);"
                        "UPDATE oh_patient SET PAT_LOCK = 9 WHERE PAT_ID = 4;",
                        {}}});
    auto& a = hospitals[0];
    auto& b = hospitals[1];
    hospitals.meet();
    CHECK(a.number("SELECT count(*) FROM oh_patient") == 44);
    CHECK(b.number("SELECT count(*) FROM oh_patient") == 44);
    CHECK(a.conflicts().size() == 2);
    CHECK(b.conflicts().size() == 2);
    CHECK(a.value("SELECT PAT_CITY FROM oh_patient WHERE PAT_ID = 42") ==
          b.value("SELECT PAT_CITY FROM oh_patient WHERE PAT_ID = 42"));
    hospitals.require_equal();
    hospitals.require_quiet();
}

TEST_CASE("open hospital: an exam moved to the right patient takes its rows along",
          "[scenarios][open_hospital]") {
    if (!have_open_hospital()) return;
    Clinics hospitals(Program::open_hospital_small);
    auto& a = hospitals[0];
    auto& b = hospitals[1];
    a.sql(exam(9001, 42, "POSITIVE"));
    a.sql(exam_row(9001, 9001, "Giardia"));
    a.sql(exam_row(9002, 9001, "Yeast"));
    hospitals.meet();
    const std::string owner =
        "SELECT LAB_PAT_ID || ' ' || count(*) FROM oh_laboratory JOIN oh_laboratoryrow ON LAB_ID = "
        "LABR_LAB_ID WHERE LAB_DATE = '2026-11-22 11:00:00' GROUP BY LAB_ID";
    REQUIRE(b.lines(owner) == std::vector<std::string>{"42 2"});

    a.sql("UPDATE oh_laboratory SET LAB_PAT_ID = 43 WHERE LAB_ID = 9001");
    hospitals.meet();
    CHECK(a.lines(owner) == std::vector<std::string>{"43 2"});
    CHECK(b.lines(owner) == std::vector<std::string>{"43 2"});
    b.sql("UPDATE oh_laboratory SET LAB_RES = 'NEGATIVE' WHERE LAB_DATE = '2026-11-22 11:00:00'");
    hospitals.meet();
    CHECK(a.value("SELECT LAB_RES FROM oh_laboratory WHERE LAB_ID = 9001") == "NEGATIVE");
    hospitals.require_equal();
    hospitals.require_quiet();
}
