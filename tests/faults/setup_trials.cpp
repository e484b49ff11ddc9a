#include "tests/faults/setup_trials.h"

#include <algorithm>

#include "tests/faults/checks.h"

namespace cfs::faults {

namespace {

// Each table's rows, told without local keys: those depend on the order in which rows come.
constexpr std::pair<const char*, const char*> kRows[] = {
    {"patient", "SELECT patient_id AS key, family_name, birth_date FROM patient"},
    {"visit",
     "SELECT visit_id AS key, family_name, visited_at, reason FROM visit JOIN patient USING "
     "(patient_id) WHERE reason <> 'After the fault'"},
    {"medication",
     "SELECT medication_id AS key, family_name, drug_code, started_on FROM medication JOIN patient "
     "USING (patient_id)"},
    {"allergy",
     "SELECT allergy_id AS key, family_name, substance FROM allergy JOIN patient USING "
     "(patient_id)"},
    {"document",
     "SELECT document_id AS key, family_name, title, length(content) FROM document JOIN patient "
     "USING (patient_id)"}};

// UUIDs of the rows that are there without the work after the fault.
std::vector<std::string> identities_of(const Site& site) {
    std::vector<std::string> found;
    for (const auto& [table, rows] : kRows) {
        const auto lines =
            site.lines("SELECT r.row_id, t.* FROM cfs_row r JOIN (" + std::string(rows) +
                       ") t ON r.local_key = t.key WHERE r.tbl = '" + table + "'");
        for (auto line : lines) {
            const auto key = line.find('|');
            found.push_back(line.erase(key, line.find('|', key + 1) - key));
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::vector<std::string> conflicts_at(const Site& site) {
    std::vector<std::string> conflicts;
    for (const auto& conflict : site.service()->conflicts(site.connection())) {
        conflicts.push_back(conflict.id + ": " + std::to_string(conflict.values.size()) +
                            " values");
    }
    std::sort(conflicts.begin(), conflicts.end());
    return conflicts;
}

// Nothing of ours is left in the database, and the installation has forgotten it.
void require_clean(const Site& site) {
    for (const auto& name :
         site.lines("SELECT type, name FROM sqlite_master WHERE name LIKE 'cfs!_%' ESCAPE '!' OR "
                    "sql LIKE '%cfs!_%' ESCAPE '!'")) {
        throw Broken("disabling leaves in the database: " + name);
    }
    require(site.service()->settings().databases.empty(), "disabling leaves its settings");
}

// Disables, whatever an earlier try has left; nothing may be left of that either.
void finish_disabling(const Site& site, SyncService& service) {
    try {
        (void)service.disable(site.connection());
    } catch (const Error& error) {
        // It was done before.
        require(error.code() == ErrorCode::not_enabled,
                "disabling again fails: " + std::string(error.what()));
    }
    require_clean(site);
}

}  // namespace

void SetupTrials::work_on() {
    story_.here().sql(
        "INSERT INTO visit (patient_id, doctor_id, visited_at, reason) VALUES "
        "(3, 1, '2026-11-23 09:00:00', 'After the fault');");
    story_.clock().advance(std::chrono::minutes(5));
}

void SetupTrials::come_to_the_end() {
    const auto &here = story_.here(), &there = story_.there();
    become_quiet(here, there);
    if (picture_.empty()) {
        picture_ = here.picture();
        conflicts_ = conflicts_at(here);
        identities_ = identities_of(here);
    }
    for (const auto* site : {&here, &there}) {
        require_sound(*site);
        require_same(picture_, site->picture(), "in the end the database of " + site->name());
        require_verified(*site);
        require_same(conflicts_, conflicts_at(*site), "the list of conflicts at " + site->name());
        require_same(identities_, identities_of(*site), "the map of rows at " + site->name());
    }
    require(files_in(here.folder()) == files_in(there.folder()), "the folders differ");
    story_.clock().advance(std::chrono::hours(49));
    require_quiet(here, there);
    require_no_temporaries(here);
    require(test::names_in(here.place()) == names_, "something is left beside the database");
}

// ---- enabling ----------------------------------------------------------------------------------

EnableTrials::EnableTrials(Story& story, const std::string& part) : SetupTrials(story, part) {
    story_.restore();
    const auto& here = story_.here();
    rows_before_ = here.rows();
    folder_ = files_in(here.folder());
    const auto result = rehearse();
    require(result == "enabled", "the story's enabling ends as " + result);
    names_ = test::names_in(here.place());
    work_on();
    come_to_the_end();
}

std::string EnableTrials::act(const std::optional<Fault>& fault) {
    const auto& here = story_.here();
    std::unique_ptr<SyncService> service;
    std::string result = "enabled";
    start_counting(struck_place_, fault);
    try {
        service = here.service();
        here.enable(*service);
    } catch (const Error& error) {
        require_sentence(error.code(), error.what());
        result = "refused";
    }
    stop_counting();
    if (service && goes_on(fault)) here.enable(*service);
    return result;
}

void EnableTrials::check(const Fault& fault) {
    const auto& here = story_.here();
    require_sound(here);
    require_same(rows_before_, here.rows(), "after enabling the clinic");
    require(files_in(here.folder()) == folder_, "enabling changes the folder");
    work_on();
    // Somebody gives it up, and takes it up again.
    if (fault.at % 4 >= 2) finish_disabling(here, *here.service());
    here.enable(*here.service());
    come_to_the_end();
}

// ---- disabling ---------------------------------------------------------------------------------

DisableTrials::DisableTrials(Story& story, const std::string& part) : SetupTrials(story, part) {
    story_.restore();
    const auto& here = story_.here();
    rows_before_ = here.rows();
    const auto result = rehearse();
    require(result == "disabled", "the story's disabling ends as " + result);
    require_clean(here);
    names_ = test::names_in(here.place());
    rows_after_ = here.rows();
    require(rows_after_.size() > rows_before_.size(), "the last sync brings nothing");
    work_on();
    here.enable(*here.service());
    come_to_the_end();
}

std::string DisableTrials::act(const std::optional<Fault>& fault) {
    const auto& here = story_.here();
    std::unique_ptr<SyncService> service;
    std::string result = "disabled";
    start_counting(struck_place_, fault);
    try {
        service = here.service();
        (void)service->disable(here.connection());
    } catch (const Error& error) {
        require_sentence(error.code(), error.what());
        result = "refused";
    }
    stop_counting();
    if (service && goes_on(fault)) finish_disabling(here, *service);
    return result;
}

void DisableTrials::check(const Fault&) {
    const auto& here = story_.here();
    require_sound(here);
    const auto rows = here.rows();
    require(rows.size() >= rows_before_.size(), "rows of the clinic are gone");
    for (const auto& row : rows) {
        require(contains(rows_before_, row) || contains(rows_after_, row),
                "a row is neither as before nor as after: " + short_form(row));
    }
    require_whole_files(here);
    work_on();
    finish_disabling(here, *here.service());
    here.enable(*here.service());
    come_to_the_end();
}

}  // namespace cfs::faults
