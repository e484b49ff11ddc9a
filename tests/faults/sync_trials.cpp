#include "tests/faults/sync_trials.h"

#include <algorithm>
#include <filesystem>

#include "tests/faults/checks.h"

namespace cfs::faults {

namespace fs = std::filesystem;

SyncTrials::SyncTrials(Story& story, const std::string& part) : Trials(story, part) {
    story_.restore();
    names_ = test::names_in(story_.here().place());
    rows_before_ = story_.here().rows();
    const auto result = rehearse();
    require(result == "attention", "the story's sync leaves no conflict, it ends as " + result);
    rows_after_ = story_.here().rows();
    require(rows_after_.size() > rows_before_.size(), "the story's sync brings nothing");
    require(!fs::exists(fs::path(story_.here().folder()) / story_.copy()), "the copy stays");
    heal();
    picture_ = story_.here().picture();
    check_end();
    check_quiet();
}

// ---- the fault ---------------------------------------------------------------------------------

std::string SyncTrials::act(const std::optional<Fault>& fault) {
    const auto& here = story_.here();
    std::unique_ptr<SyncService> service;
    SyncReport report;
    std::string result;
    start_counting(struck_place_, fault);
    try {
        service = here.service();
        report = here.sync(*service);
        result = name_of(report.result);
    } catch (const Error& error) {
        require_sentence(error.code(), error.what());
        result = "not started";
    }
    stop_counting();
    if (service) judge(report, fault);
    if (service && goes_on(fault)) {
        require_good(here.sync(*service), here, "the next sync of the same process");
    }
    return result;
}

void SyncTrials::check(const Fault&) {
    check_what_is_left();
    heal();
    check_end();
    check_quiet();
}

void SyncTrials::judge(const SyncReport& report, const std::optional<Fault>& fault) {
    for (const auto& error : report.errors) require_sentence(error.code, error.sentence);
    if (!fault || !shared_tally().struck) return;
    if (fault->kind == Kind::short_write) {
        require(report.errors.empty(), "a short write is not continued: " + errors_of(report));
    }
    if (fault->kind == Kind::full) require(!report.errors.empty(), "a full disk is not told");
}

// ---- right after it ----------------------------------------------------------------------------

void SyncTrials::check_what_is_left() {
    const auto& here = story_.here();
    require_sound(here);
    const auto rows = here.rows();
    require(rows.size() >= rows_before_.size(), "rows of the clinic are gone");
    for (const auto& row : rows) {
        require(contains(rows_before_, row) || contains(rows_after_, row),
                "a row is neither as before nor as after: " + short_form(row));
    }
    require(here.value("SELECT count(*) FROM cfs_own_write") == "0", "the triggers stay silent");
    require_whole_files(here);
    check_copy();
}

// Gone only where all that it held is in the database, in the file, and in the archive.
void SyncTrials::check_copy() {
    const auto& here = story_.here();
    if (fs::exists(fs::path(here.folder()) / story_.copy())) return;
    const auto file = test::read_file(here.folder() + "/" + story_.disputed_file());
    require(contains(file, kPhoneThere), "the copy is gone, and the file lacks what it held");
    const auto found = here.value("SELECT count(*) FROM cfs_patient WHERE document LIKE '%" +
                                  std::string(kPhoneThere) + "%'");
    require(found == "1", "the copy is gone, and the database lacks what it held");
    const auto archived = files_in(here.state() + "/archive");
    const bool kept = std::any_of(archived.begin(), archived.end(), [&](const auto& copy) {
        return copy.second == story_.copy_bytes();
    });
    require(kept, "the copy is gone, and the archive lacks it");
}

// ---- the end -----------------------------------------------------------------------------------

void SyncTrials::heal() {
    const auto &here = story_.here(), &there = story_.there();
    // The clinic program goes on as if nothing had happened, and its work is noticed.
    here.sql(
        "UPDATE patient SET notes = 'Written after the fault' WHERE patient_id = 3;"
        "INSERT INTO visit (patient_id, doctor_id, visited_at, reason) VALUES "
        "(3, 1, '2026-11-23 09:00:00', 'After the fault');");
    story_.clock().advance(std::chrono::minutes(5));
    become_quiet(here, there);
}

void SyncTrials::check_end() {
    for (const auto* site : {&story_.here(), &story_.there()}) {
        require_sound(*site);
        require_same(picture_, site->picture(), "in the end the database of " + site->name());
        require_verified(*site);
        const auto conflicts = site->service()->conflicts(site->connection());
        require(conflicts.size() == 1 && conflicts[0].values.size() == 2,
                "the conflict is not open at " + site->name());
        const auto file = test::read_file(site->folder() + "/" + story_.disputed_file());
        require(contains(file, kPhoneHere) && contains(file, kPhoneThere),
                "a value of the conflict is lost in the folder of " + site->name());
        require(
            site->value("SELECT count(*) FROM patient WHERE notes LIKE '%after the fault'") == "1",
            "the edit after the fault did not come to " + site->name());
    }
    require(!fs::exists(fs::path(story_.here().folder()) / story_.copy()), "the copy stays");
    check_copy();
    require(files_in(story_.here().folder()) == files_in(story_.there().folder()),
            "the folders differ");
}

// Two days later, when all that is done once a day is done again.
void SyncTrials::check_quiet() {
    story_.clock().advance(std::chrono::hours(49));
    require_quiet(story_.here(), story_.there());
    require_no_temporaries(story_.here());
    require(test::names_in(story_.here().place()) == names_,
            "something is left beside the database");
}

}  // namespace cfs::faults
