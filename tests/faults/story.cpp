#include "tests/faults/story.h"

#include <sys/stat.h>

#include <filesystem>

#include "core/database/mapping_file.h"
#include "core/folder/folder_layout.h"
#include "tests/support/demo.h"

namespace cfs::faults {

namespace fs = std::filesystem;

namespace {

const std::string kDemo = std::string(CFS_SOURCE_DIR) + "/tests/demo/";

// A medication and its prescription are rows of one record.
constexpr const char* kPrescriptions = R"(
    CREATE TABLE prescription (medication_id INTEGER PRIMARY KEY REFERENCES medication
        (medication_id), pharmacy TEXT NOT NULL, remark TEXT);)";
// Of the first medication there is none.
constexpr const char* kFirstPrescriptions =
    "INSERT INTO prescription SELECT medication_id, 'Old Town', 'first' FROM medication WHERE "
    "medication_id > 1;";

std::string mapping_with_parts() {
    auto text = mapping_text("demo");
    const std::string before = "<record table=\"medication\">";
    text.insert(text.find(before) + before.size(),
                "<part table=\"prescription\" key=\"medication_id\"/>");
    return text;
}

std::string new_medication(const std::string& patient, const std::string& pharmacy) {
    return "INSERT INTO medication (patient_id, drug_code, dose, unit, started_on) VALUES ((" +
           patient +
           "), 'OMEP20', 40, 'mg', '2026-11-22');"
           "INSERT INTO prescription VALUES (last_insert_rowid(), '" +
           pharmacy + "', NULL);";
}

// Both rows of the record.
std::string new_dose(int medication, int dose, const std::string& pharmacy) {
    const auto where = " WHERE medication_id = " + std::to_string(medication) + ";";
    return "UPDATE medication SET dose = " + std::to_string(dose) + where +
           "UPDATE prescription SET pharmacy = '" + pharmacy + "'" + where;
}

// A document of `size` bytes, which no other has.
std::string new_document(const std::string& patient, char byte, int size) {
    const std::string hex = byte == 'h' ? "68" : "74";
    return "INSERT INTO document (patient_id, title, media_type, content, added_on) VALUES ((" +
           patient + "), 'Scan', 'image/png', CAST(replace(hex(zeroblob(" +
           std::to_string(size / 2) + ")), '00', x'" + hex + hex + "') AS BLOB), '2026-11-22');";
}

std::string new_patient(const std::string& family_name) {
    return "INSERT INTO patient (family_name, given_name, birth_date, sex, registered_on) VALUES "
           "('" +
           family_name + "', 'New', '1980-01-01', 'F', '2026-11-22');" +
           "INSERT INTO visit (patient_id, doctor_id, visited_at, reason) VALUES "
           "(last_insert_rowid(), 1, '2026-11-22 10:00:00', 'First visit of " +
           family_name + "');";
}

std::string phone(int patient, const std::string& number) {
    return "UPDATE patient SET phone = '" + number +
           "' WHERE patient_id = " + std::to_string(patient) + ";";
}

bool is_temporary(const fs::path& path) {
    const auto name = path.filename().string();
    return name.starts_with("~cfs-");
}

// With times, which a sync remembers.
void copy_tree(const fs::path& from, const fs::path& to) {
    fs::create_directories(to);
    for (const auto& entry : fs::directory_iterator(from)) {
        const auto target = to / entry.path().filename();
        if (entry.is_directory()) {
            copy_tree(entry.path(), target);
        } else {
            fs::copy_file(entry.path(), target);
            fs::last_write_time(target, entry.last_write_time());
        }
    }
    fs::last_write_time(to, fs::last_write_time(from));
}

// A copied file is another one to the file system: a site that did not know its own folder again
// would look at everything, as after a long absence, and hide what a usual sync overlooks.
void remember_places(const Site& site) {
    if (!site.is_enabled()) return;
    std::string sql = "BEGIN;";
    for (const auto& entry : fs::recursive_directory_iterator(site.folder())) {
        if (entry.path().string().find('\'') != std::string::npos)
            continue;  // the copy: not seen yet
        struct stat status {};
        if (::stat(entry.path().c_str(), &status) != 0) continue;
        sql += std::string("UPDATE ") + (entry.is_directory() ? "cfs_directory" : "cfs_file") +
               " SET identity = '" + std::to_string(status.st_ino) +
               "' WHERE identity <> '0' AND "
               "path = '" +
               fs::relative(entry.path(), site.folder()).string() + "';";
    }
    site.sql(sql + "COMMIT;");
}

}  // namespace

std::map<std::string, std::string> files_in(const std::string& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file() || is_temporary(entry.path())) continue;
        files.emplace(fs::relative(entry.path(), folder).string(),
                      test::read_file(entry.path().string()));
    }
    return files;
}

std::vector<std::string> temporaries_in(const std::string& folder) {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const bool of_state = entry.path().extension() == ".tmp";
        if (entry.is_regular_file() && (is_temporary(entry.path()) || of_state)) {
            found.push_back(fs::relative(entry.path(), folder).string());
        }
    }
    return found;
}

std::string name_of(Act act) {
    switch (act) {
        case Act::sync:
            return "sync";
        case Act::enable:
            return "enable";
        case Act::disable:
            return "disable";
    }
    return "";
}

std::optional<Act> act_of(const std::string& name) {
    for (const auto act : {Act::sync, Act::enable, Act::disable}) {
        if (name_of(act) == name) return act;
    }
    return std::nullopt;
}

Story::Story(Act act, const std::string& journal_mode) : act_(act) {
    begin(journal_mode);
    if (act_ != Act::enable) meet();
    work_apart();
    if (act_ == Act::sync) {
        bring_copy();
    } else {
        deliver(there_, here_);
    }
    copy_tree(here_.place(), root_ / "template/here");
    copy_tree(there_.place(), root_ / "template/there");
    told_ = clock_.now() + std::chrono::hours(1);
}

void Story::begin(const std::string& journal_mode) {
    test::write_file(here_.mapping(), mapping_with_parts());
    for (const auto* site : {&here_, &there_}) {
        fs::create_directories(site->folder());
        test::write_file(site->database(), "");
        site->sql("PRAGMA journal_mode=" + journal_mode + ";" +
                  test::read_file(kDemo + "demo_schema.sql") +
                  test::read_file(kDemo + "demo_clinic.sql") + test::kFirstThreePatients +
                  kPrescriptions + kFirstPrescriptions + "VACUUM;");
    }
    there_.service()->init_folder(there_.folder(), there_.mapping());
    deliver(there_, here_);
    there_.enable(*there_.service());
    if (act_ != Act::enable) here_.enable(*here_.service());
}

void Story::meet() {
    for (int round = 0; round < 3; ++round) {
        require(errors_of(here_.sync()).empty(), "the story fails at Here");
        deliver(here_, there_);
        require(errors_of(there_.sync()).empty(), "the story fails at There");
        deliver(there_, here_);
        clock_.advance(std::chrono::hours(1));  // what lies there has settled
    }
}

void Story::work_apart() {
    const std::string newest = "SELECT max(patient_id) FROM patient";
    there_.sql(phone(1, kPhoneThere) + new_patient("Incoming") + new_document(newest, 't', 70'000) +
               new_medication(newest, "At There") + new_dose(4, 750, "At There") +
               "UPDATE visit SET findings = 'Seen at There' WHERE visit_id = 3;");
    // Where Here is enabled later, the records would differ from the first, with nobody's edit to
    // tell which is meant: a site that has the row waits for a person.
    if (act_ != Act::enable) {
        there_.sql("INSERT INTO prescription VALUES (1, 'At There', 'added later');");
    }
    require(errors_of(there_.sync()).empty(), "the story fails at There");
    clock_.advance(std::chrono::minutes(5));
    here_.sql(phone(1, kPhoneHere) + new_patient("Local") + new_document("2", 'h', 80'000) +
              new_medication(newest, "At Here") + new_dose(3, 1000, "At Here") +
              "UPDATE visit SET findings = 'Seen at Here' WHERE visit_id = 6;"
              "DELETE FROM allergy WHERE patient_id = 2;");
    // A row of a record that is gone alone is written again: the record was known before.
    if (act_ != Act::enable) here_.sql("DELETE FROM prescription WHERE medication_id = 2;");
}

// All that There wrote has come; of the disputed patient's file the cloud kept both.
void Story::bring_copy() {
    disputed_ = patient_path(
        PatientId::parse(
            here_.value("SELECT row_id FROM cfs_row WHERE row_id = patient AND local_key = '1'"))
            .value());
    const auto before = test::read_file(here_.folder() + "/" + disputed_);
    deliver(there_, here_);
    copy_ = disputed_;
    copy_.insert(copy_.size() - 4, " (There's conflicted copy 2026-11-22)");
    copy_bytes_ = test::read_file(here_.folder() + "/" + disputed_);
    test::write_file(here_.folder() + "/" + copy_, copy_bytes_);
    test::write_file(here_.folder() + "/" + disputed_, before);
}

void Story::restore() {
    for (const auto* site : {&here_, &there_}) {
        const fs::path place = site->place();
        fs::remove_all(place);
        copy_tree(fs::path(root_ / "template") / place.filename(), place);
        remember_places(*site);
    }
    clock_.set(told_);
}

void Story::deliver(const Site& from, const Site& to) {
    const auto sent = files_in(from.folder()), held = files_in(to.folder());
    for (const auto& [path, content] : held) {
        if (!sent.contains(path)) fs::remove(fs::path(to.folder()) / path);
    }
    for (const auto& [path, content] : sent) {
        const auto known = held.find(path);
        if (known != held.end() && known->second == content) continue;
        const auto target = fs::path(to.folder()) / path;
        fs::create_directories(target.parent_path());
        fs::remove(target);
        test::write_file(target.string(), content);
    }
}

}  // namespace cfs::faults
