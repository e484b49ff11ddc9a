// The sync folder as the core sees it: an ordinary folder that a cloud client mirrors at the same
// time. Paths are relative to it, UTF-8, with '/' between parts; none of them ever leads out of
// it, whatever names and links lie there. Nothing here follows a link.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/model/error.h"

namespace cfs {

enum class FileKind : std::uint8_t { file, directory, link, other };

// What tells one state of a file from another without opening it.
struct FileStamp {
    std::uint64_t size = 0;      // bytes; 0 for directories
    std::int64_t modified = 0;   // nanoseconds since the epoch, as the file system gives it
    std::uint64_t identity = 0;  // inode or file id

    auto operator<=>(const FileStamp&) const = default;
};

struct FolderEntry {
    std::string name;  // one path part; never "." or ".."
    FileKind kind = FileKind::file;
    FileStamp stamp;
    bool online_only = false;  // opening it makes the cloud client download it

    auto operator<=>(const FolderEntry&) const = default;
};

// A file to be written where this lies now, or nothing.
struct FileWrite {
    std::string path;
    std::string content;
    std::optional<FileStamp> there;
};

// Not written and no error: something else lay there by then.
struct FileWritten {
    bool written = false;
    std::optional<Error> error;  // folder_unwritable or file_link
};

class SyncFolder {
  public:
    virtual ~SyncFolder() = default;

    // How messages name the folder: its full path.
    [[nodiscard]] virtual std::string name() const = 0;
    [[nodiscard]] virtual bool exists() = 0;

    // The entries of a directory ("" is the folder itself), unordered; nothing if it is not there.
    // Names that are not UTF-8 are left out.
    [[nodiscard]] virtual std::vector<FolderEntry> list(const std::string& directory) = 0;

    // What lies at `path`, without following a link at its end; nothing if there is nothing.
    [[nodiscard]] virtual std::optional<FolderEntry> stat(const std::string& path) = 0;

    // The whole content of a regular file; nothing if it is not there. Throws file_too_large,
    // file_link (a link, a pipe, a directory where a file belongs), folder_unwritable otherwise.
    [[nodiscard]] virtual std::optional<std::string> read(const std::string& path,
                                                          std::size_t max_size) = 0;
    // At most the first `size` bytes.
    [[nodiscard]] virtual std::optional<std::string> read_head(const std::string& path,
                                                               std::size_t size) = 0;

    // Replaces the file at `path` as a whole, making its directories: a temporary file beside it
    // that cloud clients ignore, flushed, then renamed. Throws disk_full, folder_unwritable or
    // file_link, and leaves the old file and no temporary one.
    virtual void write(const std::string& path, const std::string& content) = 0;

    // Replaces many files in the same way with few waits for the disk; an outcome for each. A power
    // cut may undo this until the next call or flush_written() has ended. Throws disk_full and
    // folder_missing, with some of them written for good.
    [[nodiscard]] virtual std::vector<FileWritten> write_all(
        const std::vector<FileWrite>& files) = 0;
    virtual void flush_written() = 0;

    // Removes a regular file; nothing happens if it is not there.
    virtual void remove(const std::string& path) = 0;

    // Bytes that may still be written; nothing if the file system doesn't say.
    [[nodiscard]] virtual std::optional<std::uint64_t> free_space() = 0;
};

// Is `path` relative, '/'-separated, without empty parts, "." and "..", and valid UTF-8 without
// NUL and backslash?
[[nodiscard]] bool is_plain_path(const std::string& path);

}  // namespace cfs
