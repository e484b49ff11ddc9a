// Enabling, or disabling, meets one fault. The clinic program works on; then it is tried again, and
// all is as if the fault had not been.
#pragma once

#include "tests/faults/trials.h"

namespace cfs::faults {

class SetupTrials : public Trials {
  protected:
    using Trials::Trials;

    // The clinic program adds a visit: nothing of ours may be in its way.
    void work_on();
    // Everybody syncs; remembers what comes of it without a fault, and requires the same later.
    void come_to_the_end();

    std::vector<std::string> rows_before_, identities_, picture_, conflicts_, names_;
};

class EnableTrials : public SetupTrials {
  public:
    EnableTrials(Story& story, const std::string& part);

  private:
    [[nodiscard]] std::string act(const std::optional<Fault>& fault) override;
    void check(const Fault& fault) override;

    std::map<std::string, std::string> folder_;
};

class DisableTrials : public SetupTrials {
  public:
    DisableTrials(Story& story, const std::string& part);

  private:
    [[nodiscard]] std::string act(const std::optional<Fault>& fault) override;
    void check(const Fault& fault) override;

    std::vector<std::string> rows_after_;
};

}  // namespace cfs::faults
