// One trial: the story's sync at Here meets one fault, then everybody syncs without faults, and the
// invariants of the design are checked.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/faults/story.h"
#include "tests/faults/system_calls.h"

namespace cfs::faults {

struct Outcome {
    bool struck = false;
    std::string where;                  // the call that was struck, and its file
    std::string result;                 // how the struck sync ended: "killed", or its result
    std::optional<std::string> broken;  // the invariant that does not hold
};

class Trials {
  public:
    // Runs the story once without a fault: what all others are compared with. Only calls on what
    // lies in the directory `part` of Here are struck; "": on everything.
    Trials(Story& story, const std::string& part);

    [[nodiscard]] Outcome run(const Fault& fault);
    // How many calls of the sync each kind of fault can strike.
    [[nodiscard]] const Counts& counts() const { return counts_; }

  private:
    [[nodiscard]] std::string strike(const std::optional<Fault>& fault);
    void live_through(const std::optional<Fault>& fault);
    void judge(const SyncReport& report, const std::optional<Fault>& fault);
    void check_what_is_left();
    void check_folder_files();
    void check_copy();
    void heal();
    void check_end();
    void check_quiet();
    void check_remains();

    Story& story_;
    std::string struck_place_;
    Counts counts_{};
    std::vector<std::string> rows_before_, rows_after_, picture_, names_;
};

}  // namespace cfs::faults
