// What a clinic's database says, told without any local key, so that two of them can be compared
// by means that owe nothing to the core.
#pragma once

#include <string>
#include <vector>

#include "tests/support/clinic.h"

namespace cfs::test {

// One line for each row of the mapped tables: its plain values, and for a reference who or what it
// means. Sorted. Columns that the clinic program changes by itself are left out.
[[nodiscard]] std::vector<std::string> picture(Clinic& clinic, const std::string& mapping);

// Fails with the lines that only one of them has.
void require_same(const std::vector<std::string>& first, const std::vector<std::string>& second);

}  // namespace cfs::test
