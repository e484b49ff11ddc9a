// A sync that does all that a sync can do meets one fault.
#pragma once

#include "tests/faults/trials.h"

namespace cfs::faults {

class SyncTrials : public Trials {
  public:
    SyncTrials(Story& story, const std::string& part);

  private:
    [[nodiscard]] std::string act(const std::optional<Fault>& fault) override;
    void check(const Fault& fault) override;
    void judge(const SyncReport& report, const std::optional<Fault>& fault);
    void check_what_is_left();
    void check_copy();
    void heal();
    void check_end();
    void check_quiet();

    std::vector<std::string> rows_before_, rows_after_, picture_, names_;
};

}  // namespace cfs::faults
