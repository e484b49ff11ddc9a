// The names that cloud clients, and people, give to a conflict copy of a patient's file. The one
// list for the tests of names, the scenarios and the simulation.
#pragma once

#include <string>
#include <vector>

namespace cfs::test {

struct CopyName {
    std::string provider;  // empty: a person's, or nobody's
    std::string name;      // '$' stands for the patient's UUID
    bool deletable = true;

    [[nodiscard]] std::string of(const std::string& stem) const;
};

[[nodiscard]] const std::vector<CopyName>& copy_names();

}  // namespace cfs::test
