// What FileTree needs of the machine: one directory at a time, held open, so that no link that
// appears meanwhile can lead elsewhere. One implementation for each system.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/folder/sync_folder.h"
#include "core/model/time.h"

namespace cfs {

enum class FileTrouble : std::uint8_t {
    special,    // a link, a pipe, a directory where a file belongs or the other way round
    too_large,  // more than the reader takes
    disk_full,  // or the user's share of it
    refused,    // by permissions or a read-only disk
    blocked,    // by another program, for now
    gone,       // the directory that all lies in
    other,
};

// Caught by those who know what the folder and the file are for; what() is the system's text.
class FileFailure : public std::runtime_error {
  public:
    FileFailure(FileTrouble trouble, const std::string& text)
        : std::runtime_error(text), trouble_(trouble) {}

    [[nodiscard]] FileTrouble trouble() const { return trouble_; }

  private:
    FileTrouble trouble_;
};

enum class Excess : std::uint8_t { refuse, cut };  // of bytes beyond the limit
enum class Flush : std::uint8_t { now, later };    // later: with flush_all()

// An open directory. Names are single UTF-8 parts of plain paths; no call follows a link; all
// throw FileFailure.
class Directory {
  public:
    virtual ~Directory() = default;

    // The directory `name` in this one; null if there is nothing of that name.
    [[nodiscard]] virtual std::unique_ptr<Directory> enter(const std::string& name) = 0;
    // Makes a directory; nothing happens if the name is taken.
    virtual void make(const std::string& name, Flush flush) = 0;

    [[nodiscard]] virtual std::vector<FolderEntry> list() = 0;
    // "" is this directory itself.
    [[nodiscard]] virtual std::optional<FolderEntry> stat(const std::string& name) = 0;
    // At most `limit` bytes of a regular file; nothing if there is none.
    [[nodiscard]] virtual std::optional<std::string> read(const std::string& name,
                                                          std::size_t limit, Excess excess) = 0;

    // Writes a new file, down to the disk. On failure part of it may be left.
    virtual void create(const std::string& name, const std::string& content, Flush flush) = 0;
    // Puts `from` in the place of `to`, down to the disk.
    virtual void replace(const std::string& from, const std::string& to, Flush flush) = 0;
    // Can all that was written to this disk be brought down to it at once? That is much faster
    // than file by file.
    [[nodiscard]] virtual bool can_flush_all() const = 0;
    virtual void flush_all() = 0;
    // Moves a regular file to another directory of the same kind, down to the disk; where the name
    // is taken there it stays, and the answer is false.
    [[nodiscard]] virtual bool hand_over(const std::string& from, Directory& to,
                                         const std::string& name) = 0;
    // Removes a regular file; nothing happens if there is none.
    virtual void remove(const std::string& name) = 0;

    [[nodiscard]] virtual std::optional<std::uint64_t> free_space() = 0;
    // Tells the mounted disk from the empty folder that stays when it is taken away.
    [[nodiscard]] virtual std::uint64_t volume() = 0;
};

// Opens a sync folder's own directory, which may be reached through links; null if it is not there.
using RootOpener = std::function<std::unique_ptr<Directory>(const std::string& path)>;
[[nodiscard]] std::unique_ptr<Directory> open_root_directory(const std::string& path);

// A folder over any such machine; `clock` waits where another program blocks a file.
[[nodiscard]] std::unique_ptr<SyncFolder> make_local_folder(const std::string& path,
                                                            RootOpener opener, Clock& clock);

}  // namespace cfs
