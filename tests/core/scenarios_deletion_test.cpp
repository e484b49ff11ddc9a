// Deleted rows come back from the folder; the help page's way of deleting for good; lost and
// damaged files.
#include "tests/support/catch.h"
#include "tests/support/clinic.h"

using namespace cfs;
using namespace cfs::test;

namespace {

using Lines = std::vector<std::string>;

SyncOptions logs(bool use_logs) { return {use_logs, false, false, std::chrono::minutes(15)}; }

// Three small demo clinics that have met; the options differ.
struct Met : Clinics {
    explicit Met(bool use_logs)
        : Clinics(Program::demo_small,
                  {{"", logs(use_logs)}, {"", logs(!use_logs)}, {"", logs(use_logs)}}) {
        meet();
    }

    void everywhere(const Lines& statements) {
        for (std::size_t site = 0; site < size(); ++site) {
            for (const auto& statement : statements) (*this)[site].sql(statement);
        }
    }
    // Deleted in one folder and, by the cloud, in all.
    void delete_file(const std::string& path) {
        cloud().remove(0, path);
        cloud().deliver();
    }
    void require_everywhere(const std::string& query, std::int64_t number) {
        for (std::size_t site = 0; site < size(); ++site) {
            CAPTURE(site);
            CHECK((*this)[site].number(query) == number);
        }
    }
};

const std::string kAllergy = "SELECT count(*) FROM allergy WHERE substance = 'Penicillin'";
const std::string kNoAllergy = "DELETE FROM allergy WHERE substance = 'Penicillin'";

// Patient 1 with everything that belongs to it, as the clinic program deletes it.
const Lines kNoPatient = {
    "DELETE FROM lab_result WHERE visit_id IN (SELECT visit_id FROM visit WHERE patient_id = 1)",
    "DELETE FROM medication WHERE patient_id = 1",
    "DELETE FROM allergy WHERE patient_id = 1",
    "DELETE FROM document WHERE patient_id = 1",
    "UPDATE visit SET follow_up_of = NULL WHERE patient_id = 1",
    "DELETE FROM visit WHERE patient_id = 1",
    "DELETE FROM patient WHERE patient_id = 1"};
const std::string kPatient = "SELECT count(*) FROM patient WHERE family_name = 'Adeyemi'";
const std::string kVisits =
    "SELECT count(*) FROM visit JOIN patient USING (patient_id) WHERE family_name = 'Adeyemi'";

}  // namespace

TEST_CASE("deletion: a row deleted at one site comes back", "[scenarios][deletion]") {
    Met clinics(GENERATE(true, false));
    auto& a = clinics[0];
    const auto before = a.lines("SELECT * FROM allergy");
    a.sql(kNoAllergy);
    const auto report = a.sync();
    CHECK(report.counts.rows_restored == 1);
    CHECK(says(report, "1 row restored"));
    CHECK(report.counts.files_written == 0);
    CHECK(a.lines("SELECT * FROM allergy") == before);
    clinics.meet();
    clinics.require_everywhere(kAllergy, 1);
    clinics.require_equal();
    clinics.require_quiet();
}

TEST_CASE("deletion: a deleted patient comes back with all records", "[scenarios][deletion]") {
    Met clinics(GENERATE(true, false));
    auto& a = clinics[0];
    const auto before = a.lines("SELECT * FROM patient");
    const auto results = a.lines("SELECT * FROM lab_result");
    for (const auto& statement : kNoPatient) a.sql(statement);
    REQUIRE(a.number(kPatient) == 0);
    const auto report = a.sync();
    CHECK(says(report, "restored"));
    CHECK(a.lines("SELECT * FROM patient") == before);
    CHECK(a.lines("SELECT * FROM lab_result") == results);
    clinics.cloud().deliver();
    clinics.meet();
    clinics.require_everywhere(kVisits, 2);
    clinics.require_equal();
    clinics.require_quiet();
}

TEST_CASE("deletion: a row deleted at one site and edited at another comes back edited",
          "[scenarios][deletion]") {
    Met clinics(GENERATE(true, false));
    clinics.edit_apart(kNoAllergy,
                       "UPDATE allergy SET severity = 'mild' WHERE substance = 'Penicillin'");
    clinics.meet();
    clinics.require_everywhere(kAllergy + " AND severity = 'mild'", 1);
    CHECK(clinics[0].conflicts().empty());
    clinics.require_equal();
}

TEST_CASE("deletion: one record for good, as the help page says", "[scenarios][deletion]") {
    Met clinics(GENERATE(true, false));
    clinics.delete_file(clinics[0].file_of("2"));
    clinics.everywhere({kNoAllergy});
    clinics.meet();
    clinics.require_everywhere(kAllergy, 0);
    clinics.require_everywhere("SELECT count(*) FROM patient", 3);
    clinics.require_everywhere("SELECT count(*) FROM visit WHERE patient_id = 2", 3);
    CHECK(clinics.cloud().files(0).contains(clinics[0].file_of("2")));
    clinics.require_equal();
    clinics.require_quiet();
    (void)clinics[1].sync({SyncTrigger::manual, {}, {}, true, false, {}});
    clinics.require_everywhere(kAllergy, 0);
}

TEST_CASE("deletion: a whole patient for good, as the help page says", "[scenarios][deletion]") {
    Met clinics(GENERATE(true, false));
    const auto file = clinics[0].file_of("1");
    clinics.delete_file(file);
    clinics.everywhere(kNoPatient);
    clinics.meet();
    clinics.require_everywhere(kPatient, 0);
    clinics.require_everywhere("SELECT count(*) FROM cfs_patient", 2);
    CHECK_FALSE(clinics.cloud().files(0).contains(file));
    clinics.require_equal();
    clinics.require_quiet();

    // The number is free for another person.
    clinics[1].sql(new_patient(1, "Another"));
    clinics.meet();
    clinics.require_everywhere("SELECT count(*) FROM patient WHERE family_name = 'Another'", 1);
    clinics.require_everywhere(kPatient, 0);
    clinics.require_equal();
}

TEST_CASE("deletion: a record comes back from a database that still holds it",
          "[scenarios][deletion]") {
    Met clinics(GENERATE(true, false));
    const auto holder = GENERATE(std::size_t{0}, std::size_t{2});
    clinics.delete_file(clinics[0].file_of("2"));
    for (std::size_t site = 0; site < 3; ++site) {
        if (site != holder) clinics[site].sql(kNoAllergy);
    }
    clinics.meet();
    clinics.require_everywhere(kAllergy, 1);
    clinics.require_equal();
    clinics.require_quiet();
}

TEST_CASE("deletion: a patient comes back from a database that still holds her",
          "[scenarios][deletion]") {
    Met clinics(GENERATE(true, false));
    clinics.delete_file(clinics[0].file_of("1"));
    for (const std::size_t site : {0U, 2U}) {
        for (const auto& statement : kNoPatient) clinics[site].sql(statement);
    }
    clinics.meet();
    clinics.require_everywhere(kPatient, 1);
    clinics.require_everywhere(kVisits, 2);
    clinics.require_equal();
    clinics.require_quiet();
}

TEST_CASE("deletion: a conflict copy alone brings a record back", "[scenarios][deletion]") {
    Met clinics(GENERATE(true, false));
    const auto file = clinics[0].file_of("2");
    clinics.cloud().put(0, with_tail(file, " (1).xml"), clinics.cloud().files(0).at(file));
    clinics.delete_file(file);
    clinics.everywhere({kNoAllergy});
    clinics.meet();
    clinics.require_everywhere(kAllergy, 1);
    clinics.require_equal();
}

TEST_CASE("deletion: a patient's file that was deleted is written again", "[scenarios][deletion]") {
    Met clinics(GENERATE(true, false));
    const auto file = clinics[0].file_of("1");
    const auto before = clinics.cloud().files(0).at(file);
    clinics.delete_file(file);
    clinics.meet();
    CHECK(clinics.cloud().files(0).at(file) == before);
    clinics.require_equal();
    clinics.require_quiet();
}

TEST_CASE("deletion: a damaged file changes nothing and is healed later", "[scenarios][deletion]") {
    Met clinics(GENERATE(true, false));
    auto& a = clinics[0];
    const auto file = a.file_of("1");
    const auto before = clinics.cloud().files(0).at(file);
    const auto rows = a.dump();
    clinics.cloud().put(0, file, before.substr(0, before.size() / 2));
    clinics.cloud().deliver();
    for (std::size_t site = 0; site < 3; ++site) {
        const auto report = clinics[site].sync();
        REQUIRE(report.errors.size() == 1);
        CHECK(report.errors[0].code == ErrorCode::file_damaged);
        CHECK(report.errors[0].file == file);
        CHECK(report.counts.files_written == 0);
        clinics.cloud().deliver();
    }
    CHECK(a.dump() == rows);

    // Work goes on meanwhile, and a row deleted now is not taken for gone.
    a.sql("UPDATE patient SET phone = 'meanwhile' WHERE patient_id = 1");
    a.sql("DELETE FROM medication WHERE patient_id = 1");
    (void)a.sync();
    clinics.clock().advance(std::chrono::minutes(11));
    const auto report = a.sync();
    CHECK(says(report, "written anew"));
    clinics.cloud().deliver();
    clinics.meet();
    clinics.require_everywhere("SELECT count(*) FROM patient WHERE phone = 'meanwhile'", 1);
    clinics.require_everywhere("SELECT count(*) FROM medication WHERE patient_id = 1", 1);
    CHECK(names_in(a.service().state_folder() + "/damaged").size() == 1);
    clinics.require_equal();
    clinics.require_quiet();
}

TEST_CASE("deletion: undoing a run leaves a row alone that was deleted here since",
          "[scenarios][deletion]") {
    Clinics clinics(Program::demo_small);
    auto& a = clinics[0];
    auto& b = clinics[1];
    clinics.meet();
    a.sql("UPDATE allergy SET severity = 'mild' WHERE allergy_id = 1");
    (void)a.sync();
    clinics.cloud().deliver();
    const auto run = b.sync();
    REQUIRE(run.counts.rows_updated == 1);
    // While the patient's file can't be read nobody knows what becomes of the deleted row.
    const auto owner = b.value("SELECT patient_id FROM allergy WHERE allergy_id = 1");
    const auto file = clinics.cloud().folder(1) + "/" + b.file_of(owner);
    const auto content = read_file(file);
    write_file(file, content.substr(0, content.size() / 2));
    b.sql("DELETE FROM allergy WHERE allergy_id = 1");
    CHECK(says(b.undo(run.run), "since"));
    write_file(file, content);
    (void)b.sync();
    CHECK(b.lines("SELECT severity FROM allergy WHERE substance = 'Penicillin'") ==
          a.lines("SELECT severity FROM allergy WHERE substance = 'Penicillin'"));
    clinics.meet();
    CHECK(a.value("SELECT severity FROM allergy WHERE allergy_id = 1") == "mild");
    clinics.require_equal();
}
