// Whose rows are whose: copies, independent databases, backups, reused keys, moved records.
#include <algorithm>
#include <boost/filesystem.hpp>
#include <sstream>

#include "tests/support/catch.h"
#include "tests/support/clinic.h"
#include "tests/support/clinic_picture.h"

using namespace cfs;
using namespace cfs::test;

namespace {

const SyncOptions kWithLogs{true, false, false, std::chrono::minutes(15)};
const SyncOptions kWithoutLogs{false, true, false, std::chrono::minutes(15)};

std::string lab_result(int key, int visit, const std::string& value) {
    return "INSERT INTO lab_result (lab_result_id, visit_id, test, value, taken_at) VALUES (" +
           std::to_string(key) + ", " + std::to_string(visit) + ", 'Glucose', '" + value +
           "', '2026-11-22 11:00:00')";
}

// Who has the visit of this reason, with how many results.
std::vector<std::string> visits(Clinic& clinic, const std::string& reason) {
    return clinic.lines(
        "SELECT family_name || ' ' || (SELECT count(*) FROM lab_result l WHERE l.visit_id = "
        "v.visit_id) FROM visit v JOIN patient USING (patient_id) WHERE reason = '" +
        reason + "'");
}

std::vector<std::string> persons(Clinic& clinic) {
    return clinic.lines(
        "SELECT family_name || ' ' || given_name || ': ' || coalesce((SELECT group_concat(reason) "
        "FROM visit v WHERE v.patient_id = p.patient_id), '') FROM patient p");
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("copies: three sites with different options come to the same", "[scenarios][copies]") {
    Clinics clinics(Program::demo_small, {{"", kWithLogs}, {"", kWithoutLogs}, {"", kWithLogs}});
    clinics.meet();
    clinics[0].sql("UPDATE patient SET phone = '1' WHERE patient_id = 1");
    clinics[1].sql("UPDATE patient SET notes = '2' WHERE patient_id = 1");
    clinics[2].sql("UPDATE patient SET city = '3' WHERE patient_id = 1");
    for (std::size_t i = 0; i < 3; ++i) {
        clinics[i].sql(new_patient(100, "Of " + std::to_string(i)));
        clinics[i].sql(new_visit(100, 100, "Visit at " + std::to_string(i)));
    }
    clinics.meet();
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(clinics[i].value("SELECT phone || notes || city FROM patient WHERE patient_id = 1") ==
              "123");
        CHECK(clinics[i].number("SELECT count(*) FROM patient") == 6);
        CHECK(visits(clinics[i], "Visit at 1") == Lines{"Of 1 0"});
    }
    clinics.require_equal();
    clinics.require_quiet();
}

TEST_CASE("copies: persons of independent databases with the same numbers stay two",
          "[scenarios][copies]") {
    const auto own = [](const std::string& name) {
        return new_patient(1, name) + ";" + new_visit(1, 1, "First of " + name) + ";" +
               lab_result(1, 1, "5.5") + ";";
    };
    Clinics clinics(Program::demo_empty, {{own("Abel"), kWithLogs}, {own("Bauer"), kWithoutLogs}});
    clinics.meet();
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(persons(clinics[i]) ==
              Lines{"Abel Test: First of Abel", "Bauer Test: First of Bauer"});
        CHECK(visits(clinics[i], "First of Bauer") == Lines{"Bauer 1"});
        CHECK(clinics[i].conflicts().empty());
    }
    clinics.require_equal();
    clinics.require_quiet();
}

TEST_CASE("copies: the same person under the same number, with other records, is one",
          "[scenarios][copies]") {
    const auto own = [](const std::string& reason) {
        return new_patient(1, "Abel") + ";" + new_visit(1, 1, reason) + ";";
    };
    Clinics clinics(Program::demo_empty, {{own("At A"), {}}, {own("At B"), {}}});
    clinics.meet();
    CHECK(persons(clinics[0]).size() == 1);
    CHECK(visits(clinics[0], "At B") == Lines{"Abel 0"});
    CHECK(visits(clinics[1], "At A") == Lines{"Abel 0"});
    clinics.require_equal();
}

TEST_CASE("copies: disabled and enabled again, nothing is doubled", "[scenarios][copies]") {
    Clinics clinics(Program::demo_small);
    auto& a = clinics[0];
    clinics.meet();
    a.sql(new_patient(100, "Later"));
    a.sql(new_visit(100, 100, "Later visit"));
    clinics[1].sql(new_patient(100, "Elsewhere"));
    clinics.meet();
    a.sql("UPDATE patient SET notes = 'just before' WHERE patient_id = 3");
    a.disable();
    CHECK(a.number("SELECT count(*) FROM sqlite_master WHERE name LIKE 'cfs\\_%' ESCAPE '\\'") ==
          0);
    clinics.cloud().deliver();
    (void)clinics[1].sync();
    CHECK(clinics[1].value("SELECT notes FROM patient WHERE patient_id = 3") == "just before");

    clinics[1].sql("UPDATE patient SET phone = 'new' WHERE patient_id = 100");
    (void)clinics[1].sync();
    clinics.cloud().deliver();
    a.enable(clinics.cloud().folder(0), clinics.mapping());
    clinics.meet();
    CHECK(a.number("SELECT count(*) FROM patient") == 5);
    CHECK(visits(a, "Later visit") == Lines{"Later 0"});
    clinics.require_equal();
    clinics.require_quiet();
}

TEST_CASE("copies: what was edited while disabled is a conflict to review", "[scenarios][copies]") {
    Clinics clinics(Program::demo_small);
    auto& a = clinics[0];
    clinics.meet();
    a.disable();
    a.sql("UPDATE patient SET phone = 'while off' WHERE patient_id = 1");
    a.enable(clinics.cloud().folder(0), clinics.mapping());
    clinics.meet();
    CHECK(a.number("SELECT count(*) FROM patient") == 3);
    const auto conflicts = clinics[1].conflicts();
    REQUIRE(conflicts.size() == 1);
    CHECK(conflicts[0].columns == Lines{"phone"});
    clinics.require_equal();
}

TEST_CASE("copies: enabled again after an edit elsewhere there is no conflict",
          "[scenarios][copies]") {
    Clinics clinics(Program::demo_small);
    auto& a = clinics[0];
    auto& b = clinics[1];
    clinics.meet();
    a.sql("UPDATE patient SET phone = 'ours', notes = 'ours' WHERE patient_id = 1");
    a.sql("UPDATE visit SET findings = 'ours' WHERE visit_id = 1");
    a.disable();
    clinics.cloud().deliver();
    (void)b.sync();
    b.sql("UPDATE patient SET phone = 'theirs' WHERE patient_id = 1");
    b.sql("UPDATE visit SET findings = 'theirs' WHERE visit_id = 1");
    b.sql("UPDATE visit SET patient_id = 2 WHERE visit_id = 2");
    b.sql("UPDATE document SET content = zeroblob(70000)");
    b.sql("UPDATE visit SET follow_up_of = 1 WHERE visit_id = 3");
    (void)b.sync();
    clinics.cloud().deliver();

    a.enable(clinics.cloud().folder(0), clinics.mapping());
    const auto report = a.sync();
    CHECK(report.counts.conflicts_new == 0);
    CHECK(report.counts.patients_exported == 0);
    clinics.meet();
    CHECK(a.value("SELECT phone || notes FROM patient WHERE patient_id = 1") == "theirsours");
    CHECK(a.value("SELECT findings FROM visit WHERE visit_id = 1") == "theirs");
    CHECK(a.number("SELECT patient_id FROM visit WHERE visit_id = 2") == 2);
    CHECK(a.number("SELECT count(*) FROM document WHERE length(content) = 70000") > 0);
    CHECK(a.number("SELECT count(*) FROM cfs_as_left") == 0);
    for (std::size_t i = 0; i < 2; ++i) CHECK(clinics[i].conflicts().empty());
    clinics.require_equal();
    clinics.require_quiet();
}

TEST_CASE("copies: what was edited after enabling again and before its first sync is kept",
          "[scenarios][copies]") {
    Clinics clinics(Program::demo_small);
    auto& a = clinics[0];
    clinics.meet();
    a.disable();
    clinics[1].sql("UPDATE patient SET phone = 'theirs' WHERE patient_id = 1");
    (void)clinics[1].sync();
    clinics.cloud().deliver();
    a.enable(clinics.cloud().folder(0), clinics.mapping());
    a.sql("UPDATE patient SET phone = 'ours' WHERE patient_id = 1");
    clinics.meet();
    const auto conflicts = clinics[1].conflicts();
    REQUIRE(conflicts.size() == 1);
    CHECK(conflicts[0].columns == Lines{"phone"});
    clinics.require_equal();
}

TEST_CASE("copies: an edit that disabling published and a cloud client lost is kept",
          "[scenarios][copies]") {
    Clinics clinics(Program::demo_small);
    auto& a = clinics[0];
    clinics.meet();
    const auto file = a.file_of("1");
    clinics.cloud().cut_off(0);
    a.sql("UPDATE patient SET phone = 'ours' WHERE patient_id = 1");
    a.disable();
    clinics[1].sql("UPDATE patient SET phone = 'theirs' WHERE patient_id = 1");
    (void)clinics[1].sync();
    clinics.cloud().put(0, file, read_file(clinics.cloud().folder(1) + "/" + file));
    clinics.cloud().reconnect(0);
    clinics.cloud().deliver();
    a.enable(clinics.cloud().folder(0), clinics.mapping());
    clinics.meet();
    const auto conflicts = clinics[1].conflicts();
    REQUIRE(conflicts.size() == 1);
    CHECK(conflicts[0].columns == Lines{"phone"});
    CHECK(conflicts[0].values.size() == 2);
    clinics.require_equal();
}

TEST_CASE("copies: a map of a program that kept no contents names the rows as before",
          "[scenarios][copies]") {
    Clinics clinics(Program::demo_small);
    auto& a = clinics[0];
    clinics.meet();
    a.disable();
    for (const auto& entry : boost::filesystem::directory_iterator(
             boost::filesystem::path(a.service().state_folder()) / "maps")) {
        std::string kept;
        std::istringstream map(read_file(entry.path().string()));
        for (std::string line; std::getline(map, line);) {
            if (!line.starts_with("=")) kept += line + "\n";
        }
        write_file(entry.path().string(), kept);
    }
    clinics[1].sql("UPDATE patient SET phone = 'theirs' WHERE patient_id = 1");
    (void)clinics[1].sync();
    clinics.cloud().deliver();
    a.enable(clinics.cloud().folder(0), clinics.mapping());
    clinics.meet();
    CHECK(a.number("SELECT count(*) FROM patient") == 3);
    CHECK(a.value("SELECT phone FROM patient WHERE patient_id = 1") == "theirs");
    CHECK(a.conflicts().size() == 1);
    clinics.require_equal();
}

TEST_CASE("copies: a backup from while it was disabled, put back after enabling again",
          "[scenarios][copies]") {
    Clinics clinics(Program::demo_small);
    auto& a = clinics[0];
    clinics.meet();
    a.disable();
    const auto backup = read_file(a.database());
    a.enable(clinics.cloud().folder(0), clinics.mapping());
    clinics.meet();
    a.sql("UPDATE patient SET phone = 'later' WHERE patient_id = 1");
    clinics.meet();

    a.close();
    write_file(a.database(), backup);
    a.sql("UPDATE patient SET notes = 'typed into the backup' WHERE patient_id = 1");
    a.enable(clinics.cloud().folder(0), clinics.mapping());
    clinics.meet();
    CHECK(a.number("SELECT count(*) FROM patient") == 3);
    CHECK(a.value("SELECT phone FROM patient WHERE patient_id = 1") == "later");
    const auto conflicts = clinics[1].conflicts();
    CHECK(std::any_of(conflicts.begin(), conflicts.end(),
                      [](const Conflict& conflict) { return conflict.columns == Lines{"notes"}; }));
    clinics.require_equal();
}

TEST_CASE("copies: a key given to another person while disabled makes two persons",
          "[scenarios][copies]") {
    Clinics clinics(Program::demo_empty);
    auto& a = clinics[0];
    a.sql(new_patient(1, "Old", "Mary"));
    a.sql(new_visit(1, 1, "Check"));
    clinics.meet();
    a.disable();
    a.sql("DELETE FROM visit");
    a.sql("DELETE FROM patient");
    a.sql(new_patient(1, "New", "Mary"));
    a.sql("UPDATE patient SET birth_date = '2001-02-03'");
    a.sql(new_visit(1, 1, "Check"));
    a.sql("UPDATE visit SET findings = 'of the new one'");
    a.enable(clinics.cloud().folder(0), clinics.mapping());
    clinics.meet();
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(persons(clinics[i]) == Lines{"New Mary: Check", "Old Mary: Check"});
        CHECK(clinics[i].conflicts().empty());
        CHECK(clinics[i].value("SELECT family_name FROM visit JOIN patient USING (patient_id) "
                               "WHERE findings = 'of the new one'") == "New");
    }
    clinics.require_equal();
    clinics.require_quiet();
}

TEST_CASE("copies: a backup from before enabling put back", "[scenarios][copies]") {
    const bool use_logs = GENERATE(true, false);
    Clinics clinics(Program::demo_small, {{"", use_logs ? kWithLogs : kWithoutLogs}, {}});
    auto& a = clinics[0];
    const auto backup = read_file(clinics.fresh_copy());
    clinics.meet();
    a.sql("UPDATE patient SET phone = 'edited' WHERE patient_id = 1");
    a.sql("UPDATE visit SET findings = 'edited' WHERE visit_id = 1");
    a.sql(new_patient(100, "Later"));
    clinics.meet();
    clinics[1].sql("UPDATE patient SET phone = 'again' WHERE patient_id = 1");
    clinics.meet();

    a.close();
    write_file(a.database(), backup);
    CHECK(a.try_sync().result == SyncResult::refused);
    a.sql(new_patient(100, "Not yet known"));
    a.enable(clinics.cloud().folder(0), clinics.mapping(), use_logs ? kWithLogs : kWithoutLogs);
    clinics.meet();
    CHECK(a.number("SELECT count(*) FROM patient") == 5);
    CHECK(a.value("SELECT phone FROM patient WHERE patient_id = 1") == "again");
    CHECK(a.value("SELECT findings FROM visit WHERE visit_id = 1") == "edited");
    CHECK(a.conflicts().empty());
    clinics.require_equal();
    clinics.require_quiet();
}

TEST_CASE("copies: a person corrected between the backup and enabling is not doubled",
          "[scenarios][copies]") {
    const char* correction =
        "UPDATE patient SET given_name = 'Corrected' WHERE patient_id = 1;"
        "UPDATE visit SET reason = 'Corrected' WHERE visit_id = 1;";
    Clinics clinics(Program::demo_small, {{correction, {}}, {correction, {}}});
    auto& a = clinics[0];
    clinics.meet();
    const auto visits = a.number("SELECT count(*) FROM visit");
    a.sql("UPDATE patient SET phone = 'edited' WHERE patient_id = 1");
    clinics.meet();

    a.close();
    write_file(a.database(), read_file(clinics.fresh_copy()));
    a.enable(clinics.cloud().folder(0), clinics.mapping());
    clinics.meet();
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(clinics[i].number("SELECT count(*) FROM patient") == 3);
        CHECK(clinics[i].number("SELECT count(*) FROM visit") == visits);
        CHECK(clinics[i].value("SELECT phone FROM patient WHERE patient_id = 1") == "edited");
    }
    clinics.require_equal();
    clinics.require_quiet();
}

TEST_CASE("copies: a backup from after enabling put back", "[scenarios][copies]") {
    const bool use_logs = GENERATE(true, false);
    Clinics clinics(Program::demo_small,
                    {{"", use_logs ? kWithLogs : kWithoutLogs}, {"", kWithLogs}});
    auto& a = clinics[0];
    clinics.meet();
    a.sql("UPDATE patient SET notes = 'before the backup' WHERE patient_id = 2");
    (void)a.sync();
    clinics.cloud().deliver();
    a.close();
    const auto backup = read_file(a.database());

    a.sql("UPDATE patient SET phone = 'after' WHERE patient_id = 1");
    a.sql(new_patient(100, "Later"));
    a.sql(new_visit(100, 100, "Later visit"));
    a.sql("DELETE FROM allergy WHERE allergy_id = 1");
    clinics.meet();
    a.close();
    write_file(a.database(), backup);
    a.sql(new_patient(100, "Other"));
    a.sql("UPDATE patient SET phone = 'after the backup' WHERE patient_id = 3");
    clinics.meet();
    clinics.meet();
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(clinics[i].number("SELECT count(*) FROM patient") == 5);
        CHECK(clinics[i].value("SELECT phone FROM patient WHERE patient_id = 1") == "after");
        CHECK(clinics[i].value("SELECT phone FROM patient WHERE patient_id = 3") ==
              "after the backup");
        CHECK(visits(clinics[i], "Later visit") == Lines{"Later 0"});
        CHECK(clinics[i].conflicts().empty());
    }
    clinics.require_equal();
    clinics.require_quiet();
}

TEST_CASE("copies: a key given to another person between two syncs makes two persons",
          "[scenarios][copies]") {
    const bool use_logs = GENERATE(true, false);
    Clinics clinics(Program::demo_empty,
                    {{"", use_logs ? kWithLogs : kWithoutLogs}, {"", kWithLogs}});
    auto& a = clinics[0];
    a.sql(new_patient(1, "Old"));
    a.sql(new_visit(1, 1, "Of old"));
    a.sql(lab_result(1, 1, "1"));
    clinics.meet();
    a.sql("DELETE FROM lab_result");
    a.sql("DELETE FROM visit");
    a.sql("DELETE FROM patient");
    a.sql(new_patient(1, "New"));
    a.sql(new_visit(1, 1, "Of new"));
    a.sql(lab_result(1, 1, "2"));
    const auto report = a.sync();
    CHECK(says(report, "restored"));
    clinics.meet();
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(persons(clinics[i]) == Lines{"New Test: Of new", "Old Test: Of old"});
        CHECK(visits(clinics[i], "Of old") == Lines{"Old 1"});
        CHECK(visits(clinics[i], "Of new") == Lines{"New 1"});
        CHECK(clinics[i].value("SELECT value FROM lab_result JOIN visit USING (visit_id) WHERE "
                               "reason = 'Of old'") == "1");
    }
    // The new person keeps the number that the clinic program gave.
    CHECK(a.value("SELECT family_name FROM patient WHERE patient_id = 1") == "New");
    clinics.require_equal();
    clinics.require_quiet();
}

TEST_CASE("copies: a visit moved to the right patient is one visit everywhere",
          "[scenarios][copies]") {
    const bool use_logs = GENERATE(true, false);
    Clinics clinics(Program::demo_empty,
                    {{"", use_logs ? kWithLogs : kWithoutLogs}, {"", kWithLogs}, {}});
    auto& a = clinics[0];
    auto& b = clinics[1];
    a.sql(new_patient(1, "Wrong"));
    a.sql(new_patient(2, "Right"));
    a.sql(new_visit(1, 1, "Moved"));
    a.sql(lab_result(1, 1, "7.1"));
    a.sql(lab_result(2, 1, "7.2"));
    clinics.meet();
    const auto require_under = [&](const std::string& who) {
        for (std::size_t i = 0; i < 3; ++i) CHECK(visits(clinics[i], "Moved") == Lines{who + " 2"});
        clinics.require_equal();
    };
    const std::string to_right =
        "UPDATE visit SET patient_id = (SELECT patient_id FROM patient WHERE family_name = "
        "'Right') WHERE reason = 'Moved'";
    const std::string to_wrong =
        "UPDATE visit SET patient_id = (SELECT patient_id FROM patient WHERE family_name = "
        "'Wrong') WHERE reason = 'Moved'";

    SECTION("and back again") {
        const auto next_day = [&] {
            clinics.clock().advance(std::chrono::hours(25));
            clinics.meet();
        };
        a.sql(to_right);
        clinics.meet();
        require_under("Right");
        next_day();  // within a day it could be a form opened before the sync
        b.sql(to_wrong);
        clinics.meet();
        require_under("Wrong");
        next_day();
        a.sql(to_right);
        clinics.meet();
        require_under("Right");
        CHECK(a.conflicts().empty());
    }
    SECTION("while its results are edited elsewhere") {
        clinics.cloud().cut_off(1);
        a.sql(to_right);
        (void)a.sync();
        b.sql("UPDATE lab_result SET value = 8 WHERE value = 7.1");
        b.sql(lab_result(50, static_cast<int>(b.number("SELECT visit_id FROM visit")), "9"));
        (void)b.sync();
        clinics.cloud().reconnect(1);
        clinics.meet();
        clinics.meet();
        for (std::size_t i = 0; i < 3; ++i) {
            CHECK(visits(clinics[i], "Moved") == Lines{"Right 3"});
            CHECK(clinics[i].number("SELECT count(*) FROM lab_result WHERE value = 8") == 1);
        }
        clinics.require_equal();
    }
    SECTION("while it is edited elsewhere: a conflict, and one visit") {
        clinics.edit_apart(to_right, "UPDATE visit SET findings = 'seen' WHERE reason = 'Moved'");
        clinics.meet();
        clinics.meet();
        const auto conflicts = a.conflicts();
        REQUIRE(conflicts.size() == 1);
        CHECK(clinics[2].conflicts().size() == 1);
        require_under(visits(a, "Moved").front().starts_with("Right") ? "Right" : "Wrong");
        for (const auto& value : conflicts[0].values) {
            if (value.fields.at("findings").is_null()) a.resolve(conflicts[0], value);
        }
        clinics.meet();
        require_under("Right");
        for (std::size_t i = 0; i < 3; ++i) CHECK(clinics[i].conflicts().empty());
    }
    clinics.require_quiet();
}

TEST_CASE("copies: patient and visit are edited before either site has synced",
          "[scenarios][copies]") {
    Clinics clinics(Program::demo_small);
    clinics[0].sql("UPDATE patient SET phone = 'a' WHERE patient_id = 1");
    clinics[1].sql("UPDATE patient SET notes = 'b' WHERE patient_id = 1");
    clinics[1].sql("UPDATE visit SET patient_id = 2 WHERE visit_id = 1");
    clinics.meet();
    CHECK(clinics[0].value("SELECT patient_id FROM visit WHERE visit_id = 1") ==
          clinics[1].value("SELECT patient_id FROM visit WHERE visit_id = 1"));
    CHECK(clinics[0].number("SELECT count(*) FROM patient") == 3);
    clinics.require_equal();
    clinics.require_quiet();
}
