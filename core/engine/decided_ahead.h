// Decisions about patients that are made before the database's lock is taken, and void as soon as
// what they were made of may have changed.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "core/engine/patient_files.h"
#include "core/engine/patient_sync.h"
#include "core/engine/run_context.h"

namespace cfs {

class DecidedAhead {
  public:
    DecidedAhead(RunContext& run, PatientFiles& files, PatientSync& patients)
        : run_(run), files_(files), patients_(patients) {}

    // Reads the files of the patients from `from` on and decides what can be decided, up to `end`
    // or to where enough is in memory: gives where that was.
    [[nodiscard]] std::size_t decide(const std::vector<PatientId>& patients, std::size_t from,
                                     std::size_t end, const std::set<PatientId>& but);

    // The decision made ahead, or one that is made now.
    [[nodiscard]] PatientDecision take(PatientId patient, const Amendment& amendment);

    // These rows are written.
    void forget(const std::set<RowId>& rows);
    // These notes were taken.
    void forget(const DrainResult& notes);
    void forget_all() { decided_.clear(); }

  private:
    [[nodiscard]] bool decide(PatientId patient);

    RunContext& run_;
    PatientFiles& files_;
    PatientSync& patients_;
    std::map<PatientId, PatientDecision> decided_;
};

}  // namespace cfs
