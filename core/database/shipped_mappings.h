// The mappings that are part of the program, by name.
#pragma once

#include <map>
#include <string>

namespace cfs {

[[nodiscard]] const std::map<std::string, std::string>& shipped_mapping_texts();

}  // namespace cfs
