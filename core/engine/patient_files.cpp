#include "core/engine/patient_files.h"

#include "core/folder/folder_layout.h"
#include "core/folder/patient_file.h"
#include "core/folder/xml_text.h"
#include "core/model/text.h"
#include "core/rules/conflict_names.h"
#include "core/rules/merge.h"

namespace cfs {

namespace {

// Enough of a file to tell whether it is one of ours.
constexpr std::size_t kHeadSize = 512;
// Files up to this size are read at once.
constexpr std::size_t kSmall = std::size_t{64} << 10;
// A damaged file that stays the same for this long is replaced from the database.
constexpr auto kHealAfter = std::chrono::minutes(10);
// Large values kept in memory before they are needed; the rest is read when it is.
constexpr std::size_t kMaxReadAhead = std::size_t{64} << 20;

std::string sentence_about(const std::string& file, const std::string& folder, const Error& error) {
    const auto path = printable(file);
    switch (error.code()) {
        case ErrorCode::file_version:
            return said(
                "The file {1} in the sync folder {2} was written by a newer version of this "
                "program. Update this program; the patient is left alone until then.",
                path, folder);
        case ErrorCode::file_too_large:
            return said(
                "The file {1} in the sync folder {2} is larger than a patient's file can be. It is "
                "left alone; delete it if it is not a patient's.",
                path, folder);
        case ErrorCode::file_patient:
            return said(
                "The file {1} in the sync folder {2} holds another patient's record. Rename it to "
                "that patient's name, or delete it; both patients' records are safe.",
                path, folder);
        case ErrorCode::file_damaged:
            return said(
                "The file {1} in the sync folder {2} can't be read ({3}); it may still be "
                "arriving. It is read again at the next sync; nothing was changed.",
                path, folder, error.what());
        default:
            return error.what();
    }
}

void forget_content(PatientFile& file) {
    file.bytes = {};
    file.document.reset();
}

Error other_patient() {
    return {ErrorCode::file_patient, said("the file holds another patient's record")};
}

// Does the document that is kept tell all that the copy does?
bool holds(const std::optional<std::string>& kept, const PatientFile& copy) {
    if (!kept || *kept == copy.bytes) return kept.has_value();
    const auto document = from_xml(*kept, {copy.bytes, copy.document.get()});
    return includes(document, *copy.document);
}

}  // namespace

std::set<Digest> attachments_of(const PatientDocument& document) {
    std::set<Digest> digests;
    for (const auto& [id, row] : document.rows) {
        for (const auto& [name, field] : row.fields) {
            for (const auto& held : field) {
                if (!held.value.attached) continue;
                if (const auto digest = Digest::parse(held.value.bytes)) digests.insert(*digest);
            }
        }
    }
    return digests;
}

PatientFile PatientFiles::load(const std::string& path, PatientId expected) {
    PatientFile file;
    file.path = path;
    try {
        const auto entry = run_.folder.stat(path);
        if (!entry) return file;
        file.stamp = entry->stamp;
        auto bytes = run_.folder.read(path, kMaxPatientFile);
        if (!bytes) return file;
        ++run_.report.counts.files_opened;
        file.bytes = std::move(*bytes);
        auto document = from_xml(file.bytes);
        if (document.patient != expected) throw other_patient();
        file.document = std::make_shared<const PatientDocument>(std::move(document));
        file.state = PatientFile::State::read;
        if (!run_.preview) run_.memory.see(path, {file.stamp, FileState::read, run_.clock.now()});
    } catch (const Error& error) {
        note_damage(file, error, expected);
    }
    return file;
}

void PatientFiles::note_damage(PatientFile& file, const Error& error,
                               std::optional<PatientId> patient) {
    file.state = PatientFile::State::unreadable;
    if (!run_.preview) {
        const auto seen = run_.memory.file(file.path);
        const bool same = seen && seen->state == FileState::damaged && seen->stamp == file.stamp;
        if (!same) run_.memory.see(file.path, {file.stamp, FileState::damaged, run_.clock.now()});
    }
    if (!reported_.insert(file.path).second) return;
    run_.error(error.code(), sentence_about(file.path, run_.folder.name(), error), patient,
               file.path);
}

const PatientFile& PatientFiles::at_place(PatientId patient) {
    const auto known = places_.find(patient);
    if (known != places_.end()) return known->second;
    if (only_in_memory_) throw FolderFirst{patient};
    auto file = load(patient_path(patient), patient);
    in_memory_ += file.bytes.size();
    return places_.emplace(patient, std::move(file)).first->second;
}

const PatientFile& PatientFiles::at_place_now(PatientId patient) {
    const auto known = places_.find(patient);
    if (known != places_.end() && known->second.state == PatientFile::State::unreadable) {
        places_.erase(known);
    } else if (known != places_.end()) {
        const auto entry = run_.folder.stat(known->second.path);
        const bool absent = known->second.state == PatientFile::State::absent;
        if (entry ? !absent && entry->stamp == known->second.stamp : absent) return known->second;
        places_.erase(known);
    }
    return at_place(patient);
}

void PatientFiles::note_within(PatientId patient, const Digest& digest) {
    places_.at(patient).within = digest;
}

// Noted in what is the future by now, since the clock was set: by an earlier run all the same.
bool PatientFiles::stays_damaged(const PatientFile& file) {
    const auto seen = run_.memory.file(file.path);
    return file.state == PatientFile::State::unreadable && seen &&
           seen->state == FileState::damaged && seen->stamp == file.stamp &&
           (run_.clock.now() - seen->since >= kHealAfter || seen->since > run_.clock.now());
}

void PatientFiles::wrote(PatientId patient, std::size_t size) {
    places_.erase(patient);
    const auto path = patient_path(patient);
    const auto entry = run_.folder.stat(path);
    // Someone may have replaced it since: only what is surely ours counts as seen.
    if (!entry || entry->stamp.size != size) return;
    run_.memory.see(path, {entry->stamp, FileState::read, run_.clock.now()});
}

void PatientFiles::read_ahead(PatientId patient) {
    std::set<Digest> wanted;
    const auto add = [&](const PatientFile& file) {
        if (file.document) wanted.merge(attachments_of(*file.document));
    };
    add(at_place(patient));
    for (const auto& copy : copies_of(patient)) add(copy);
    if (wanted.empty()) return;
    if (const auto known = run_.database.documents().xml(patient)) {
        for (const auto& digest : attachments_of(from_xml(*known))) wanted.erase(digest);
    }
    for (const auto& digest : wanted) read_content(digest);
}

void PatientFiles::read_content(const Digest& digest) {
    if (contents_.contains(digest) || read_ahead_ >= kMaxReadAhead) return;
    try {
        auto bytes = fetch(digest);
        if (!bytes) return;
        read_ahead_ += bytes->size();
        contents_.emplace(digest, std::move(*bytes));
    } catch (const Error& error) {
        // Where it is needed its row waits and says so.
        if (error.code() == ErrorCode::folder_missing) throw;
    }
}

std::optional<std::string> PatientFiles::fetch(const Digest& digest) {
    if (const auto* known = content(digest)) return *known;
    auto bytes = run_.folder.read(attachment_path(digest), kMaxAttachment);
    if (bytes) ++run_.report.counts.files_opened;
    return bytes && sha256(*bytes) == digest ? std::move(bytes) : std::nullopt;
}

void PatientFiles::keep_content(const Digest& digest, const std::string& content) {
    contents_.emplace(digest, content);
}

const std::string* PatientFiles::content(const Digest& digest) const {
    const auto at = contents_.find(digest);
    return at == contents_.end() ? nullptr : &at->second;
}

void PatientFiles::release() {
    places_.clear();
    for (const auto& patient : copies_read_again_) {
        for (auto& copy : copies_.at(patient)) {
            if (copy.read_again) forget_content(copy);
        }
    }
    copies_read_again_.clear();
    in_memory_ = 0;
    contents_.clear();
    read_ahead_ = 0;
}

PatientFiles::Kind PatientFiles::read_elsewhere(const std::string& path, const FileStamp& stamp) {
    PatientFile file;
    file.path = path;
    file.stamp = stamp;
    auto& documents = run_.database.documents();
    const auto original = conflict_name_of_path(path).original;
    std::optional<std::string> kept;  // of the patient whose name it bears
    bool same = false;
    try {
        const bool small = stamp.size <= kSmall;
        auto bytes = small ? run_.folder.read(path, kMaxPatientFile)
                           : run_.folder.read_head(path, kHeadSize);
        if (!bytes) return Kind::foreign;
        ++run_.report.counts.files_opened;
        if (!begins_like_patient_file(*bytes)) return Kind::foreign;
        if (!small) bytes = run_.folder.read(path, kMaxPatientFile);
        if (!bytes) return Kind::foreign;
        file.bytes = std::move(*bytes);
        if (original) kept = documents.xml(*original);
        same = kept == file.bytes;
        if (!same) file.document = std::make_shared<const PatientDocument>(from_xml(file.bytes));
        file.state = PatientFile::State::read;
    } catch (const Error& error) {
        note_damage(file, error, std::nullopt);
        return Kind::damaged;
    }
    ++run_.report.counts.copies_read;
    const auto patient = same ? *original : file.document->patient;
    // Of a flood of copies only the first are kept in memory; the others are read once more.
    if (patient != original) kept = documents.xml(patient);
    const bool is_news = !holds(kept, file);
    if (is_news) patients_with_news_.insert(patient);
    if (is_news && copies_in_memory_ + file.bytes.size() <= kEnough) {
        copies_in_memory_ += file.bytes.size();
    } else {
        forget_content(file);
    }
    copies_[patient].push_back(std::move(file));
    return Kind::copy;
}

const std::vector<PatientFile>& PatientFiles::copies_found(PatientId patient) const {
    return copies_.at(patient);
}

const std::vector<PatientFile>& PatientFiles::copies_of(PatientId patient) {
    static const std::vector<PatientFile> kNone;
    const auto at = copies_.find(patient);
    if (at == copies_.end()) return kNone;
    for (auto& copy : at->second) {
        if (copy.document || copies_read_again_.contains(patient)) continue;
        if (only_in_memory_) throw FolderFirst{patient};
        read_copy_again(copy);
    }
    copies_read_again_.insert(patient);
    return at->second;
}

void PatientFiles::read_copy_again(PatientFile& copy) {
    try {
        const auto entry = run_.folder.stat(copy.path);
        copy.state = PatientFile::State::absent;
        if (!entry || entry->stamp != copy.stamp) return;
        auto bytes = run_.folder.read(copy.path, kMaxPatientFile);
        if (!bytes) return;
        ++run_.report.counts.files_opened;
        copy.document = std::make_shared<const PatientDocument>(from_xml(*bytes));
        copy.bytes = std::move(*bytes);
        copy.state = PatientFile::State::read;
        copy.read_again = true;
        in_memory_ += copy.bytes.size();
    } catch (const Error& error) {
        if (error.code() == ErrorCode::folder_missing) throw;
    }
}

std::vector<PatientId> PatientFiles::patients_with_copies() const {
    std::vector<PatientId> patients;
    for (const auto& [patient, copies] : copies_) patients.push_back(patient);
    return patients;
}

}  // namespace cfs
