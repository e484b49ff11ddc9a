// What clinic programs do to rows besides editing them.
#include "tests/support/catch.h"
#include "tests/support/clinic.h"

using namespace cfs;
using namespace cfs::test;

namespace {

using Lines = std::vector<std::string>;

struct Met : Clinics {
    Met() : Clinics(Program::demo_small) { meet(); }

    void require_same_and_quiet() {
        require_equal();
        require_quiet();
        CHECK((*this)[0].conflicts().empty());
        CHECK((*this)[1].sync().counts.pending == 0);
    }
};

std::string number_of(int patient, const std::string& number) {
    return "UPDATE patient SET national_number = " + number +
           " WHERE patient_id = " + std::to_string(patient);
}

}  // namespace

TEST_CASE("rows: a unique number that one person gives up and another gets arrives in one sync",
          "[scenarios][rows]") {
    Met clinics;
    auto& a = clinics[0];
    // Round and round, so that in some round the new holder comes first.
    for (int holder = 1; holder <= 3; ++holder) {
        a.sql(number_of(holder, "'shared'"));
        (void)a.sync();
        clinics.cloud().deliver();
        const auto report = clinics[1].sync();
        CHECK(report.counts.pending == 0);
        CHECK(report.errors.empty());
        CHECK(clinics[1].lines("SELECT patient_id FROM patient WHERE national_number = 'shared'") ==
              Lines{std::to_string(holder)});
        a.sql(number_of(holder, "NULL"));
    }
    clinics.meet();
    clinics.require_same_and_quiet();
}

TEST_CASE("rows: records of different patients that refer to each other arrive in one sync",
          "[scenarios][rows]") {
    Met clinics;
    auto& a = clinics[0];
    const auto patients =
        GENERATE(std::vector<int>{500, 501}, std::vector<int>{1, 2}, std::vector<int>{500, 1, 501});
    for (std::size_t i = 0; i < patients.size(); ++i) {
        if (patients[i] >= 500) a.sql(new_patient(patients[i], "New " + std::to_string(i)));
        a.sql(new_visit(700 + static_cast<int>(i), patients[i], "round " + std::to_string(i)));
    }
    for (std::size_t i = 0; i < patients.size(); ++i) {
        a.sql("UPDATE visit SET follow_up_of = " + std::to_string(700 + (i + 1) % patients.size()) +
              " WHERE visit_id = " + std::to_string(700 + i));
    }
    (void)a.sync();
    clinics.cloud().deliver();
    const auto report = clinics[1].sync();
    CHECK(report.counts.pending == 0);
    CHECK(report.errors.empty());
    const std::string circle =
        "SELECT v.reason || ' after ' || f.reason FROM visit v JOIN visit f ON f.visit_id = "
        "v.follow_up_of WHERE v.reason LIKE 'round%'";
    CHECK(clinics[1].lines(circle).size() == patients.size());
    CHECK(clinics[1].lines(circle) == a.lines(circle));
    clinics.meet();
    clinics.require_same_and_quiet();
}

TEST_CASE("rows: REPLACE of a row is an edit", "[scenarios][rows]") {
    Met clinics;
    clinics[0].sql(
        "REPLACE INTO allergy (allergy_id, patient_id, substance, severity, noted_on) SELECT "
        "allergy_id, patient_id, substance, 'mild', noted_on FROM allergy WHERE allergy_id = 1");
    clinics.meet();
    CHECK(clinics[1].lines("SELECT substance || ' ' || severity FROM allergy") ==
          Lines{"Penicillin mild"});
    clinics.require_same_and_quiet();
}

TEST_CASE("rows: a row that gets another key is the same row", "[scenarios][rows]") {
    Met clinics;
    clinics[0].sql(
        "UPDATE lab_result SET lab_result_id = 777, remark = 'new key' WHERE "
        "lab_result_id = 1");
    clinics.meet();
    CHECK(clinics[0].number("SELECT count(*) FROM lab_result") ==
          clinics[1].number("SELECT count(*) FROM lab_result"));
    CHECK(clinics[1].value("SELECT remark FROM lab_result WHERE lab_result_id = 1") == "new key");
    CHECK(clinics[0].value("SELECT remark FROM lab_result WHERE lab_result_id = 777") == "new key");
    clinics.require_same_and_quiet();
}

TEST_CASE("rows: a row made and deleted between two syncs was never there", "[scenarios][rows]") {
    Met clinics;
    auto& a = clinics[0];
    a.sql(new_patient(500, "Ghost"));
    a.sql(new_visit(500, 500, "Ghost visit"));
    a.sql("DELETE FROM visit WHERE visit_id = 500");
    a.sql("DELETE FROM patient WHERE patient_id = 500");
    CHECK(a.sync().counts.files_written == 0);
    clinics.meet();
    CHECK(clinics[1].number("SELECT count(*) FROM patient") == 3);
    clinics.require_same_and_quiet();
}

TEST_CASE("rows: a transaction that the clinic program undoes was never there",
          "[scenarios][rows]") {
    Met clinics;
    auto& a = clinics[0];
    a.sql("BEGIN");
    a.sql(new_patient(500, "Ghost"));
    a.sql("UPDATE patient SET phone = 'ghost'");
    a.sql("ROLLBACK");
    CHECK(a.sync().counts.files_written == 0);
    clinics.meet();
    CHECK(clinics[1].number("SELECT count(*) FROM patient WHERE phone = 'ghost'") == 0);
    clinics.require_same_and_quiet();
}

TEST_CASE("rows: a record that loses its patient and gets another one", "[scenarios][rows]") {
    if (!have_open_hospital()) return;
    Clinics hospitals(Program::open_hospital_small);
    auto& a = hospitals[0];
    auto& b = hospitals[1];
    const std::string owner =
        "SELECT LAB_RES || ' ' || coalesce(LAB_PAT_ID, 'nobody') FROM oh_laboratory "
        "WHERE LAB_RES = 'mine'";
    a.sql(
        "INSERT INTO oh_laboratory (LAB_EXA_ID_A, LAB_DATE, LAB_RES, LAB_PAT_NAME) SELECT "
        "min(EXA_ID_A), '2026-11-22 11:00:00', 'mine', 'a stranger' FROM oh_exam");
    hospitals.meet();
    CHECK(b.lines(owner).empty());  // nobody's exam stays where it is
    a.sql("UPDATE oh_laboratory SET LAB_PAT_ID = 42 WHERE LAB_RES = 'mine'");
    hospitals.meet();
    CHECK(b.lines(owner) == Lines{"mine 42"});
    a.sql("UPDATE oh_laboratory SET LAB_PAT_ID = NULL WHERE LAB_RES = 'mine'");
    hospitals.meet();
    CHECK(b.lines(owner) == Lines{"mine nobody"});
    hospitals.clock().advance(std::chrono::hours(25));
    b.sql("UPDATE oh_laboratory SET LAB_PAT_ID = 43 WHERE LAB_RES = 'mine'");
    hospitals.meet();
    CHECK(a.lines(owner) == Lines{"mine 43"});
    hospitals.require_equal();
    hospitals.require_quiet();
}
