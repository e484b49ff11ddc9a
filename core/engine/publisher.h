// From the outbox to the folder: patient files with their attachments, then the log segments that
// announce them. Runs outside transactions; a crash anywhere leaves the outbox as it was.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <vector>

#include "core/engine/patient_files.h"
#include "core/engine/run_context.h"

namespace cfs {

class Publisher {
  public:
    // `merge_again` syncs a patient whose file holds more than the committed document.
    Publisher(RunContext& run, PatientFiles& files, std::function<void(PatientId)> merge_again)
        : run_(run), files_(files), merge_again_(std::move(merge_again)) {}

    // Publishes what the outbox holds of these patients; in memory it waits for others, so that
    // many files are written together. Or all that is left in the outbox and in memory.
    void publish(const std::set<PatientId>& patients);
    void publish_rest();
    // Notes in the outbox what was published since the last time: at the start of a transaction,
    // before anything in it posts again. Once that is committed it can be forgotten.
    void note_published();
    void forget_noted() { published_.clear(); }

    // Tells the others in segments what was published, and writes segments left from before.
    void announce();

    // What `former`, this database's writer until now, committed and did not write is told under
    // the present name.
    void announce_again(WriterId former);

    // Writes sites/<writer>.xml where it is a day old or says something else.
    void introduce();
    [[nodiscard]] bool is_introduction_due();

    // Deletes conflict copies whose content is safe, where the user and their names allow it.
    void delete_copies();

  private:
    struct Waiting {
        FileWrite file;
        Digest digest;
    };

    void prepare(const PatientId& patient);
    void finish_waiting();
    void write_waiting();
    void wait_for_disk();
    void note_on_disk();
    void block(const PatientId& patient, const Error& error);
    [[nodiscard]] bool write_attachments(const std::string& xml);
    [[nodiscard]] bool may_replace(const PatientId& patient, const PatientFile& file,
                                   const std::string& xml, const Digest& digest);
    [[nodiscard]] bool heal(const PatientFile& file);
    void mark();
    [[nodiscard]] bool write_segments();
    void prune(std::int64_t newest);
    void delete_copy(PatientId patient, const PatientFile& copy);
    [[nodiscard]] bool is_safe(PatientId patient, const PatientFile& copy);

    RunContext& run_;
    PatientFiles& files_;
    std::function<void(PatientId)> merge_again_;
    std::map<PatientId, Waiting> waiting_;  // to be written
    std::size_t waiting_bytes_ = 0;
    std::vector<std::pair<PatientId, Digest>> written_;    // and perhaps not yet down to the disk
    std::vector<std::pair<PatientId, Digest>> published_;  // to be noted in the outbox
    std::set<PatientId> blocked_;  // whose files could not be written in this run
};

}  // namespace cfs
