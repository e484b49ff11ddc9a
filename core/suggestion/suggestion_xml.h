// A suggestion as a mapping file with a comment for each guess.
#pragma once

#include <string>

#include "core/suggestion/suggestion.h"

namespace cfs {

// A valid mapping of the name `name`, which core/database/mapping_file reads. `database` is what
// the comments call the database.
[[nodiscard]] std::string suggestion_xml(const Suggestion& suggestion, const std::string& name,
                                         const std::string& database);

}  // namespace cfs
