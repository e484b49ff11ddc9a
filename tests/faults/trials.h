// A story is told up to one act at Here, and in that act one call to the file system goes wrong.
// Then everybody goes on without faults, and the invariants of the design are checked.
#pragma once

#include <optional>
#include <string>

#include "tests/faults/story.h"
#include "tests/faults/system_calls.h"

namespace cfs::faults {

struct Outcome {
    bool struck = false;
    std::string where;                  // the call that was struck, and its file
    std::string result;                 // how the struck act ended: "killed", or its result
    std::optional<std::string> broken;  // the invariant that does not hold
};

class Trials {
  public:
    virtual ~Trials() = default;

    [[nodiscard]] Outcome run(const Fault& fault);
    // How many calls of the act each kind of fault can strike.
    [[nodiscard]] const Counts& counts() const { return counts_; }

  protected:
    // Only calls on what lies in the directory `part` of Here are struck; "": on everything.
    Trials(Story& story, const std::string& part);

    // The act, in a process of its own, between start_counting() and stop_counting(); says how it
    // ended, and throws where it ended as it may not.
    [[nodiscard]] virtual std::string act(const std::optional<Fault>& fault) = 0;
    // What must hold after it, and in the end.
    virtual void check(const Fault& fault) = 0;

    [[nodiscard]] std::string strike(const std::optional<Fault>& fault);
    // Once without a fault: what all others are compared with. Counts the calls.
    [[nodiscard]] std::string rehearse();
    // The program goes on: at every other place what comes next is done by the same process.
    [[nodiscard]] static bool goes_on(const std::optional<Fault>& fault) {
        return fault && fault->at % 2 == 1;
    }

    Story& story_;
    std::string struck_place_;

  private:
    Counts counts_{};
};

}  // namespace cfs::faults
