// Taking in what the other writers' change logs announce.
#pragma once

#include <map>
#include <set>
#include <string>

#include "core/engine/run_context.h"
#include "core/folder/segment_file.h"

namespace cfs {

class LogReader {
  public:
    explicit LogReader(RunContext& run) : run_(run) {}

    // Reads the segments not taken in yet. What they announce and this database has not absorbed
    // is awaited from now on.
    void read();

    // From now on the first news ends it: SomethingToDo is thrown.
    void only_ask() { only_asks_ = true; }

    // A segment was pruned before it was read, vanished, or is damaged: look at every file once.
    [[nodiscard]] bool needs_full_scan() const { return needs_full_scan_; }

    // The patients of which something is awaited.
    [[nodiscard]] std::vector<PatientId> awaited();

    // Ends what has been absorbed meanwhile, and reports what has been awaited for a day.
    void settle();

  private:
    void read_log(WriterId writer);
    void try_segment(WriterId writer, std::int64_t number, const FileStamp& stamp);
    void read_segment(WriterId writer, std::int64_t number);
    [[nodiscard]] std::int64_t oldest_of(WriterId writer);
    void check_gaps(WriterId writer, const std::map<std::int64_t, FileStamp>& present,
                    const std::set<std::int64_t>& taken);
    void settle(const std::vector<AwaitedEntry>& entries);
    [[nodiscard]] bool absorbed(PatientId patient, const std::vector<VersionId>& versions);

    RunContext& run_;
    bool only_asks_ = false;
    bool needs_full_scan_ = false;
    std::set<PatientId> previewed_;  // would be awaited
};

}  // namespace cfs
