// What the sync folder holds of a patient: the file at its place and the conflict copies found in
// this run. Reads each file once and remembers what it saw.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/run_context.h"
#include "core/model/digest.h"

namespace cfs {

// One file that holds, or should hold, a patient document.
struct PatientFile {
    enum class State { absent, read, unreadable } state = State::absent;
    std::string path;
    FileStamp stamp;
    std::string bytes;
    std::shared_ptr<const PatientDocument> document;  // where it was read
};

// The large values that a document refers to.
[[nodiscard]] std::set<Digest> attachments_of(const PatientDocument& document);

class PatientFiles {
  public:
    explicit PatientFiles(RunContext& run) : run_(run) {}

    // The file at the patient's place. Reported once a run if it can't be read.
    [[nodiscard]] const PatientFile& at_place(PatientId patient);
    // Reads it again if it changed since; the answer is as fresh as can be.
    [[nodiscard]] const PatientFile& at_place_now(PatientId patient);
    // It is unreadable, and has been like this for so long that it will hardly get better.
    [[nodiscard]] bool stays_damaged(const PatientFile& file);
    // We wrote it.
    void wrote(PatientId patient, const std::string& bytes);
    // Reads the file at the patient's place, and the large values that it or a copy brings and the
    // database does not know, so that nobody waits for a slow folder while we hold a lock.
    void read_ahead(PatientId patient);
    // Large values that files to be published refer to, or that were read ahead.
    void keep_content(const Digest& digest, const std::string& content);
    [[nodiscard]] const std::string* content(const Digest& digest) const;

    // Forgets what is in memory of patients that are done; what is on disk is read again.
    void release();

    // Reads a file at another place; if it holds a patient's document it is a conflict copy.
    enum class Kind { copy, foreign, damaged };
    [[nodiscard]] Kind read_elsewhere(const std::string& path, const FileStamp& stamp);
    [[nodiscard]] const std::vector<PatientFile>& copies_of(PatientId patient) const;
    [[nodiscard]] const std::map<PatientId, std::vector<PatientFile>>& copies() const {
        return copies_;
    }

  private:
    [[nodiscard]] PatientFile load(const std::string& path, PatientId expected);
    void read_content(const Digest& digest);
    void note_damage(PatientFile& file, const Error& error, std::optional<PatientId> patient);

    RunContext& run_;
    std::map<PatientId, PatientFile> places_;
    std::map<PatientId, std::vector<PatientFile>> copies_;
    std::map<Digest, std::string> contents_;
    std::size_t read_ahead_ = 0;  // bytes
    std::set<std::string> reported_;
};

}  // namespace cfs
