// Where the user's guide lies that was built or installed with the program.
#pragma once

#include <optional>
#include <string>

namespace cfs {

// The first page, for a program that lies in `program_folder`; nothing: it has none.
[[nodiscard]] std::optional<std::string> user_guide(const std::string& program_folder);

}  // namespace cfs
