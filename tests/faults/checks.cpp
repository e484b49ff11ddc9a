#include "tests/faults/checks.h"

#include <algorithm>

#include "core/folder/folder_layout.h"
#include "core/folder/patient_file.h"
#include "core/folder/segment_file.h"
#include "core/folder/site_file.h"
#include "tests/faults/story.h"

namespace cfs::faults {

namespace {

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

// As the folder is, the daily files about sites aside.
std::map<std::string, std::string> lasting_files(const Site& site) {
    auto files = files_in(site.folder());
    std::erase_if(files, [](const auto& file) { return file.first.starts_with("sites/"); });
    return files;
}

void require_quiet(const Site& site) {
    const auto files = lasting_files(site);
    const auto rows = site.rows();
    const auto documents = site.lines("SELECT * FROM cfs_patient");
    const auto report = site.sync();
    require_good(report, site, "the sync two days later");
    require(files == lasting_files(site), "a further sync writes files at " + site.name());
    require(rows == site.rows(), "a further sync writes rows at " + site.name());
    require(documents == site.lines("SELECT * FROM cfs_patient"),
            "a further sync writes documents at " + site.name());
    const auto& counts = report.counts;
    require(counts.files_written + counts.segments_written + counts.patients_exported == 0,
            "a further sync publishes at " + site.name());
}

}  // namespace

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

void require_good(const SyncReport& report, const Site& site, const std::string& when) {
    require(errors_of(report).empty(), when + " at " + site.name() + ": " + errors_of(report));
    const bool done = report.result == SyncResult::ok || report.result == SyncResult::attention;
    require(done, when + " at " + site.name() + " ends as " + std::string(name_of(report.result)));
    for (const auto& line : report.lines) {
        require(!contains(line.text, "takes a new name"),
                when + " at " + site.name() + " takes itself for another copy");
    }
}

void require_sentence(ErrorCode code, const std::string& sentence) {
    const auto said = std::string(name_of(code)) + ": " + sentence;
    require(code != ErrorCode::internal, "an error that nobody foresaw: " + said);
    require(sentence.size() > 30 && sentence.ends_with('.'), "no sentence: " + said);
}

void require_whole_files(const Site& site) {
    for (const auto& [path, bytes] : files_in(site.folder())) {
        try {
            read_whole(path, bytes);
        } catch (const std::exception& error) {
            throw Broken("the file " + path + " is not whole: " + error.what());
        }
    }
}

void require_no_temporaries(const Site& site) {
    for (const auto& folder : {site.folder(), site.state()}) {
        for (const auto& path : temporaries_in(folder)) {
            throw Broken("a temporary file stays for ever: " + path);
        }
    }
}

void require_verified(const Site& site) {
    for (const auto& difference : site.service()->verify(site.connection()).differences) {
        throw Broken("verify at " + site.name() + ": " + difference.file + " " + difference.what);
    }
}

bool sync_well(const Site& site, const std::string& when) {
    const auto report = site.sync();
    require_good(report, site, when);
    const auto& counts = report.counts;
    return counts.files_written + counts.segments_written + counts.patients_imported > 0;
}

void become_quiet(const Site& here, const Site& there) {
    (void)sync_well(here, "the next sync");
    bool quiet = false;
    for (int round = 0; round < 2 && !quiet; ++round) {
        Story::deliver(here, there);
        (void)sync_well(there, "the sync that follows");
        Story::deliver(there, here);
        quiet = !sync_well(here, "the sync that follows");
    }
}

void require_quiet(const Site& here, const Site& there) {
    require_quiet(here);
    require_quiet(there);
}

}  // namespace cfs::faults
