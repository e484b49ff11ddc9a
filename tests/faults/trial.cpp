#include "tests/faults/trial.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "core/folder/folder_layout.h"
#include "core/folder/patient_file.h"
#include "core/folder/segment_file.h"
#include "core/folder/site_file.h"
#include "core/model/error.h"

namespace cfs::faults {

namespace fs = std::filesystem;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

bool contains(const std::vector<std::string>& sorted, const std::string& line) {
    return std::binary_search(sorted.begin(), sorted.end(), line);
}

std::string short_form(const std::string& line) { return line.substr(0, 200); }

void require_same(const std::vector<std::string>& wanted, const std::vector<std::string>& found,
                  const std::string& what) {
    for (const auto& line : wanted) {
        require(contains(found, line), what + " lacks: " + short_form(line));
    }
    for (const auto& line : found) {
        require(contains(wanted, line), what + " holds: " + short_form(line));
    }
    require(wanted.size() == found.size(), what + " holds a row twice");
}

void require_sound(const Site& site) {
    const auto verdict = site.value("PRAGMA integrity_check");
    require(verdict == "ok", "the database of " + site.name() + " is damaged: " + verdict);
    require(site.lines("PRAGMA foreign_key_check").empty(),
            "a reference leads nowhere in the database of " + site.name());
}

// A sync that meets no fault has nothing to complain of.
void require_good(const SyncReport& report, const Site& site, const std::string& when) {
    require(errors_of(report).empty(), when + " at " + site.name() + ": " + errors_of(report));
    const bool done = report.result == SyncResult::ok || report.result == SyncResult::attention;
    require(done, when + " at " + site.name() + " ends as " + std::string(name_of(report.result)));
    for (const auto& line : report.lines) {
        require(!contains(line.text, "takes a new name"),
                when + " at " + site.name() + " takes itself for another copy");
    }
}

// Did it write anything?
bool sync_well(const Site& site, const std::string& when) {
    const auto report = site.sync();
    require_good(report, site, when);
    const auto& counts = report.counts;
    return counts.files_written + counts.segments_written + counts.patients_imported > 0;
}

// Throws where the file is not whole.
void read_whole(const std::string& path, const std::string& bytes) {
    if (patient_at(path)) {
        require(from_xml(bytes).patient == *patient_at(path), "it holds another patient");
    } else if (path.starts_with("attachments/")) {
        require(path.ends_with(sha256(bytes).text()), "its name is not its digest");
    } else if (path.starts_with("logs/")) {
        (void)segment_from_xml(bytes);
    } else if (path.starts_with("sites/")) {
        (void)site_from_xml(bytes);
    }
}

void require_sentence(ErrorCode code, const std::string& sentence) {
    const auto said = std::string(name_of(code)) + ": " + sentence;
    require(code != ErrorCode::internal, "an error that nobody foresaw: " + said);
    require(sentence.size() > 30 && sentence.ends_with('.'), "no sentence: " + said);
}

// As the folder is, the daily files about sites aside.
std::map<std::string, std::string> lasting_files(const Site& site) {
    auto files = files_in(site.folder());
    std::erase_if(files, [](const auto& file) { return file.first.starts_with("sites/"); });
    return files;
}

}  // namespace

Trials::Trials(Story& story, const std::string& part)
    : story_(story), struck_place_(story.here().place() + "/" + part) {
    story_.restore();
    names_ = test::names_in(story_.here().place());
    rows_before_ = story_.here().rows();
    const auto result = strike({});
    require(result == "attention", "the story's sync leaves no conflict, it ends as " + result);
    counts_ = shared_tally().counts;
    rows_after_ = story_.here().rows();
    require(rows_after_.size() > rows_before_.size(), "the story's sync brings nothing");
    require(!fs::exists(fs::path(story_.here().folder()) / story_.copy()), "the copy stays");
    heal();
    picture_ = story_.here().picture();
    check_end();
    check_quiet();
}

Outcome Trials::run(const Fault& fault) {
    Outcome outcome;
    try {
        story_.restore();
        outcome.result = strike(fault);
        check_what_is_left();
        heal();
        check_end();
        check_quiet();
    } catch (const std::exception& error) {
        outcome.broken = error.what();
    }
    outcome.struck = shared_tally().struck;
    outcome.where = shared_tally().where.data();
    const auto& here = story_.here().place();
    const auto place = outcome.where.find(here);
    if (place != std::string::npos) outcome.where.erase(place, here.size() + 1);
    return outcome;
}

// ---- the fault ---------------------------------------------------------------------------------

// The sync in a process of its own, of which the end is told.
std::string Trials::strike(const std::optional<Fault>& fault) {
    std::fflush(nullptr);
    shared_tally() = {};  // before the child has one of its own
    const auto child = ::fork();
    require(child >= 0, "no process can be started");
    if (child == 0) {
        try {
            live_through(fault);
            ::_exit(0);
        } catch (const std::exception& error) {
            auto& said = shared_tally().said;
            std::snprintf(said.data(), said.size(), "%s", error.what());
            ::_exit(1);
        }
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    const bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    const bool to_be_killed = fault && (fault->kind == Kind::kill || fault->kind == Kind::torn);
    if (killed && to_be_killed && shared_tally().struck) return "killed";
    require(WIFEXITED(status), "the program crashed with signal " + std::to_string(status));
    require(WEXITSTATUS(status) == 0, shared_tally().said.data());
    return shared_tally().said.data();
}

void Trials::live_through(const std::optional<Fault>& fault) {
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
    // The program goes on: at every other place the next sync is the same process's.
    const bool goes_on = service && fault && fault->at % 2 == 1;
    if (goes_on) require_good(here.sync(*service), here, "the next sync of the same process");
    auto& said = shared_tally().said;
    std::snprintf(said.data(), said.size(), "%s", result.c_str());
}

void Trials::judge(const SyncReport& report, const std::optional<Fault>& fault) {
    for (const auto& error : report.errors) require_sentence(error.code, error.sentence);
    if (!fault || !shared_tally().struck) return;
    if (fault->kind == Kind::short_write) {
        require(report.errors.empty(), "a short write is not continued: " + errors_of(report));
    }
    if (fault->kind == Kind::full) require(!report.errors.empty(), "a full disk is not told");
}

// ---- right after it ----------------------------------------------------------------------------

void Trials::check_what_is_left() {
    const auto& here = story_.here();
    require_sound(here);
    const auto rows = here.rows();
    require(rows.size() >= rows_before_.size(), "rows of the clinic are gone");
    for (const auto& row : rows) {
        require(contains(rows_before_, row) || contains(rows_after_, row),
                "a row is neither as before nor as after: " + short_form(row));
    }
    require(here.value("SELECT count(*) FROM cfs_own_write") == "0", "the triggers stay silent");
    check_folder_files();
    check_copy();
}

void Trials::check_folder_files() {
    for (const auto& [path, bytes] : files_in(story_.here().folder())) {
        try {
            read_whole(path, bytes);
        } catch (const std::exception& error) {
            throw Broken("the file " + path + " is not whole: " + error.what());
        }
    }
}

// Gone only where all that it held is in the database, in the file, and in the archive.
void Trials::check_copy() {
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

void Trials::heal() {
    const auto &here = story_.here(), &there = story_.there();
    // The clinic program goes on as if nothing had happened, and its work is noticed.
    here.sql(
        "UPDATE patient SET notes = 'Written after the fault' WHERE patient_id = 3;"
        "INSERT INTO visit (patient_id, doctor_id, visited_at, reason) VALUES "
        "(3, 1, '2026-11-23 09:00:00', 'After the fault');");
    story_.clock().advance(std::chrono::minutes(5));
    (void)sync_well(here, "the next sync");
    bool quiet = false;
    for (int round = 0; round < 2 && !quiet; ++round) {
        Story::deliver(here, there);
        (void)sync_well(there, "the sync that follows");
        Story::deliver(there, here);
        quiet = !sync_well(here, "the sync that follows");
    }
}

void Trials::check_end() {
    for (const auto* site : {&story_.here(), &story_.there()}) {
        require_sound(*site);
        require_same(picture_, site->picture(), "in the end the database of " + site->name());
        for (const auto& difference : site->service()->verify(site->connection()).differences) {
            throw Broken("verify at " + site->name() + ": " + difference.file + " " +
                         difference.what);
        }
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
void Trials::check_quiet() {
    story_.clock().advance(std::chrono::hours(49));
    for (const auto* site : {&story_.here(), &story_.there()}) {
        const auto files = lasting_files(*site);
        const auto rows = site->rows();
        const auto documents = site->lines("SELECT * FROM cfs_patient");
        const auto report = site->sync();
        require_good(report, *site, "the sync two days later");
        require(files == lasting_files(*site), "a further sync writes files at " + site->name());
        require(rows == site->rows(), "a further sync writes rows at " + site->name());
        require(documents == site->lines("SELECT * FROM cfs_patient"),
                "a further sync writes documents at " + site->name());
        const auto& counts = report.counts;
        require(counts.files_written + counts.segments_written + counts.patients_exported == 0,
                "a further sync publishes at " + site->name());
    }
    check_remains();
}

void Trials::check_remains() {
    const auto& here = story_.here();
    for (const auto& folder : {here.folder(), here.state()}) {
        for (const auto& path : temporaries_in(folder)) {
            throw Broken("a temporary file stays for ever: " + path);
        }
    }
    require(test::names_in(here.place()) == names_, "something is left beside the database");
}

}  // namespace cfs::faults
