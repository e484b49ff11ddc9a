// What was seen of a file in the sync folder, and one number for all that was seen in a directory.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/folder/sync_folder.h"
#include "core/model/time.h"

namespace cfs {

enum class FileState : std::uint8_t {
    read,     // a canonical patient file, taken in
    copy,     // a conflict copy, taken in and kept
    foreign,  // not ours
    damaged   // could not be read
};

struct SeenFile {
    FileStamp stamp;
    FileState state = FileState::read;
    Time since{};  // when this state was first seen with this stamp
};

// The same for the same files with the same stamps and states, in whatever order they were added
// and whatever was added and taken out between; for others the same by a chance of one in 2^64.
class SeenSum {
  public:
    void add(std::string_view name, const SeenFile& file);
    void take_out(std::string_view name, const SeenFile& file);
    // Of what was added and taken out elsewhere.
    void add(const SeenSum& changes) { sum_ += changes.sum_; }

    // As it is kept: the same on every machine.
    [[nodiscard]] std::string text() const;
    [[nodiscard]] static std::optional<SeenSum> parse(std::string_view text);

    bool operator==(const SeenSum&) const = default;

  private:
    std::uint64_t sum_ = 0;
};

// Of the files of one directory, by their paths.
[[nodiscard]] SeenSum sum_of(const std::map<std::string, SeenFile>& files);

}  // namespace cfs
