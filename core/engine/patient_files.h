// What the sync folder holds of a patient: the file at its place and the conflict copies found in
// this run. Reads each file once and remembers what it saw.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
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
    std::optional<Digest> within;  // of a document that tells all that this one does
    bool read_again = false;       // a copy of which release() forgets the content
};

// The large values that a document refers to.
[[nodiscard]] std::set<Digest> attachments_of(const PatientDocument& document);

// Thrown while nobody may wait for the folder: what it holds of this patient is not in memory.
struct FolderFirst {
    PatientId patient;
};

class PatientFiles {
  public:
    // While this lives, what is not in memory is not read: FolderFirst is thrown.
    class OnlyInMemory {
      public:
        explicit OnlyInMemory(PatientFiles& files) : files_(files) {
            files_.only_in_memory_ = true;
        }
        ~OnlyInMemory() { files_.only_in_memory_ = false; }
        OnlyInMemory(const OnlyInMemory&) = delete;
        OnlyInMemory& operator=(const OnlyInMemory&) = delete;

      private:
        PatientFiles& files_;
    };

    explicit PatientFiles(RunContext& run) : run_(run) {}

    // The file at the patient's place. Reported once a run if it can't be read.
    [[nodiscard]] const PatientFile& at_place(PatientId patient);
    // Reads it again if it changed since; the answer is as fresh as can be.
    [[nodiscard]] const PatientFile& at_place_now(PatientId patient);
    // The file, as it is in memory, tells nothing that the document with this digest does not.
    void note_within(PatientId patient, const Digest& digest);
    // It is unreadable, and has been like this for so long that it will hardly get better.
    [[nodiscard]] bool stays_damaged(const PatientFile& file);
    // We wrote so many bytes at the patient's place.
    void wrote(PatientId patient, std::size_t size);
    // Reads the file at the patient's place, and the large values that it or a copy brings and the
    // database does not know, so that nobody waits for a slow folder while we hold a lock.
    void read_ahead(PatientId patient);
    // Large values that files to be published refer to, or that were read ahead.
    void keep_content(const Digest& digest, const std::string& content);
    [[nodiscard]] const std::string* content(const Digest& digest) const;
    // The same, or as it lies in the folder; nothing if it has not come whole.
    [[nodiscard]] std::optional<std::string> fetch(const Digest& digest);

    // So much is in memory that no further patients should be read before release().
    [[nodiscard]] bool is_full() const { return in_memory_ >= kEnough; }
    // Forgets what is in memory of patients that are done; what is on disk is read again.
    void release();

    // Reads a file at another place; if it holds a patient's document it is a conflict copy.
    enum class Kind { copy, foreign, damaged };
    [[nodiscard]] Kind read_elsewhere(const std::string& path, const FileStamp& stamp);
    // One that went or changed since it was found has no document.
    [[nodiscard]] const std::vector<PatientFile>& copies_of(PatientId patient);
    // The same as far as they are in memory.
    [[nodiscard]] const std::vector<PatientFile>& copies_found(PatientId patient) const;
    [[nodiscard]] std::vector<PatientId> patients_with_copies() const;
    // Those of whom a copy holds what the database's document does not.
    [[nodiscard]] const std::set<PatientId>& patients_with_news() const {
        return patients_with_news_;
    }

  private:
    // Bytes of files; their documents take several times as much.
    static constexpr std::size_t kEnough = std::size_t{4} << 20;

    void read_copy_again(PatientFile& copy);
    [[nodiscard]] PatientFile load(const std::string& path, PatientId expected);
    void read_content(const Digest& digest);
    void note_damage(PatientFile& file, const Error& error, std::optional<PatientId> patient);

    RunContext& run_;
    std::map<PatientId, PatientFile> places_;
    std::map<PatientId, std::vector<PatientFile>> copies_;
    std::set<PatientId> patients_with_news_;
    std::size_t copies_in_memory_ = 0;       // bytes, for the whole run
    std::set<PatientId> copies_read_again_;  // until release()
    std::size_t in_memory_ = 0;              // bytes of what release() forgets
    std::map<Digest, std::string> contents_;
    std::size_t read_ahead_ = 0;  // bytes
    std::set<std::string> reported_;
    bool only_in_memory_ = false;
};

}  // namespace cfs
