// Finding what changed in the sync folder: by the change logs and the directories that changed, or
// by looking at every file's size, time and identity. Opens nothing but log segments and files at
// places where no patient's own file belongs.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/engine/patient_files.h"
#include "core/engine/run_context.h"

namespace cfs {

struct FolderChanges {
    std::set<PatientId> patients;  // to be looked at
    std::vector<PatientId> gone;   // patients whose file was seen before and is not there any more
};

class FolderScan {
  public:
    FolderScan(RunContext& run, PatientFiles& files) : run_(run), files_(files) {}

    // `all`: look at every file, whatever the times of directories say; `open_all`: and take every
    // file as changed. `named`: patients whose files are looked at anyway.
    [[nodiscard]] FolderChanges find_changes(bool all, bool open_all,
                                             const std::vector<PatientId>& named);

    // From now on the first change that is found ends a scan: SomethingToDo is thrown.
    void only_ask() { only_asks_ = true; }

    // What was seen counts only when the run has taken it in: called at its end.
    void remember();
    // Did our own temporary files lie there, from a run that died?
    [[nodiscard]] bool has_leftovers() const { return !leftovers_.empty(); }

  private:
    [[nodiscard]] std::set<std::string> absent_shards(bool all);
    void walk(const std::string& directory, const FileStamp& stamp, int depth, bool all,
              bool open_all, FolderChanges& changes);
    [[nodiscard]] std::vector<FolderEntry> known_below(const std::string& directory) const;
    void note_listed(const std::string& directory, const std::vector<FolderEntry>& entries);
    [[nodiscard]] bool is_as_seen(const std::string& directory, const SeenSum& seen,
                                  const std::vector<FolderEntry>& entries);
    void look_into(const std::string& directory, const std::vector<FolderEntry>& entries,
                   bool open_all, FolderChanges& changes);
    void look_at_patient(PatientId patient, const FolderEntry& entry, const std::string& path,
                         const std::map<std::string, SeenFile>& seen, bool open_all,
                         FolderChanges& changes);
    void look_at_other(const FolderEntry& entry, const std::string& path,
                       const std::map<std::string, SeenFile>& seen, bool open_all);
    void look_at_kept_copies();
    void look_for_leftovers();
    // `present` is sorted.
    void find_missing(const std::string& directory, const std::vector<PatientId>& present,
                      const std::map<std::string, SeenFile>& seen, FolderChanges& changes);

    RunContext& run_;
    PatientFiles& files_;
    std::map<std::string, SeenDirectory> known_directories_;
    std::map<std::string, std::set<std::string>> named_;  // files' names by their directories
    std::set<std::string> walked_;                        // directories that are there
    std::map<std::string, FileStamp> listed_;             // as they were before they were listed
    std::set<std::string> miscounted_;        // whose sum is none of the files that were seen
    std::map<std::string, SeenFile> others_;  // files at other places, read in this run
    std::set<std::string> looked_at_;         // at other places, read or not
    bool only_asks_ = false;
    std::vector<std::string> vanished_;
    std::vector<std::string> leftovers_;  // temporary files that killed syncs left
};

}  // namespace cfs
