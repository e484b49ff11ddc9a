// Names and paths of the files that a clinic program keeps on disk: pure functions. A name that
// comes from the sync folder is hostile.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/mapping.h"

namespace cfs {

// `name` as one part of a path on every system: without separators, control characters, leading and
// trailing dots, names that Windows reserves; at most 120 bytes, its ending kept. Never empty.
[[nodiscard]] std::string safe_name(std::string_view name);

// "scan.pdf" and 2 is "scan-2.pdf"; 1 is the name itself.
[[nodiscard]] std::string numbered_name(const std::string& name, int number);
inline constexpr int kMaxNumber = 1000;

// Is `file` what a file is called here that is called `name` where it comes from?
[[nodiscard]] bool is_called(std::string_view file, std::string_view name);

[[nodiscard]] std::string base_name(const std::string& path);

// The path below the directory that a column's text names, which need not be plain; nothing where
// the text is none of a file there.
[[nodiscard]] std::optional<std::string> path_below(const FileColumn& file,
                                                    const std::string& text);

// Does the text name a file of some machine, by an absolute path, a file: address or one that leads
// upwards?
[[nodiscard]] bool names_local_file(std::string_view text);

// The columns that the template of a path names; nothing where it is none: parts between slashes
// of which the last is {name}, with the names of columns in braces in the others.
[[nodiscard]] std::optional<std::vector<std::string>> columns_of_template(const std::string& path);

// The template's folder with its slash at the end, or nothing at all: "{pid}/{name}" becomes "14/".
[[nodiscard]] std::string folder_of_template(
    const std::string& path, const std::function<std::string(const std::string& column)>& value_of);

}  // namespace cfs
