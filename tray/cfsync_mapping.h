// cfsync mapping check and suggest: neither changes anything.
#pragma once

#include <ostream>
#include <string>

#include "core/database/mapping_trial.h"

namespace cfs {

// `mapping` is a shipped one's name or a file.
[[nodiscard]] MappingTrial trial_of(const std::string& mapping, const std::string& connection);

[[nodiscard]] std::string suggestion_for(const std::string& connection);

void print_trial(std::ostream& out, const MappingTrial& trial);

}  // namespace cfs
