// The files below one directory of this machine, reached one part of their path at a time so that
// no link leads out of it. Paths are plain (is_plain_path). All throws FileFailure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/folder/file_access.h"
#include "core/folder/sync_folder.h"
#include "core/model/time.h"

namespace cfs {

// Not written and no failure: something else lay there by then.
struct Replaced {
    bool written = false;
    std::optional<FileFailure> failure;
};

class FileTree {
  public:
    // `clock` waits where another program blocks a file; without one nothing is tried again.
    FileTree(std::string path, RootOpener opener, Clock* clock)
        : path_(std::move(path)), opener_(std::move(opener)), clock_(clock) {}

    [[nodiscard]] const std::string& path() const { return path_; }
    // Remembers the disk: where the directory later lies on another one, or is not there, all calls
    // fail with FileTrouble::gone.
    [[nodiscard]] bool exists();

    [[nodiscard]] std::vector<FolderEntry> list(const std::string& directory);
    [[nodiscard]] std::optional<FolderEntry> stat(const std::string& path);
    [[nodiscard]] std::optional<std::string> read(const std::string& path, std::size_t limit,
                                                  Excess excess);
    // As a whole or not at all, making its directories.
    void replace(const std::string& path, const std::string& content);
    // Many with few waits for the disk, those only where still lies what should be replaced. They
    // are down to the disk with the next call or after flush(). A full disk ends it: those behind
    // are not written then.
    [[nodiscard]] std::vector<Replaced> replace_all(const std::vector<FileWrite>& files);
    void flush();
    void remove(const std::string& path);
    [[nodiscard]] std::optional<std::uint64_t> free_space();

    // Writes a file under a temporary name, which is returned, down to the disk ...
    [[nodiscard]] std::string prepare(const std::string& content);
    // ... and gives it its place, making its directories; false where something lies there.
    [[nodiscard]] bool place(const std::string& prepared, const std::string& path);

  private:
    class Temporary;
    using Directories = std::map<std::string, std::unique_ptr<Directory>>;  // by their paths
    enum class Missing : std::uint8_t { leave, make, make_unflushed };
    // Some systems say "refused" where another program blocks a name.
    enum class Wait : std::uint8_t { if_blocked, if_refused };

    [[nodiscard]] std::unique_ptr<Directory> root();
    [[nodiscard]] std::unique_ptr<Directory> walk(std::string_view directory, Missing missing);
    [[nodiscard]] std::unique_ptr<Directory> walk_patiently(const std::string& directory,
                                                            Missing missing);
    [[nodiscard]] bool replace_unchanged(const FileWrite& file, Temporary& temporary, Flush flush);
    void flush_disks(const Directories& directories);
    void patiently(Wait wait, const std::function<void()>& access);

    std::string path_;
    RootOpener opener_;
    Clock* clock_;
    std::optional<std::uint64_t> volume_;  // where exists() last saw the directory
    bool unflushed_ = false;               // names that files got
};

}  // namespace cfs
