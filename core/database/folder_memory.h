// What one installation saw in its copy of the sync folder, so that an unchanged file is not opened
// again. Kept in the database: if that is put back to an older state, so is this.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/database/seen_file.h"
#include "core/database/sql_session.h"
#include "core/folder/sync_folder.h"
#include "core/model/ids.h"

namespace cfs {

struct SeenDirectory {
    FileStamp stamp;               // size is 0
    std::optional<SeenSum> files;  // of a shard: the sum of all files in it that are known
};

class FolderMemory {
  public:
    FolderMemory(SqlSession& session, WriterId writer) : session_(session), writer_(writer) {}

    void set_writer(WriterId writer);

    [[nodiscard]] std::optional<SeenFile> file(const std::string& path);
    // What is seen and forgotten is noted until save(): each write by itself would take the
    // database's lock.
    void see(const std::string& path, const SeenFile& seen);
    void forget(const std::string& path);
    // As saved.
    [[nodiscard]] std::optional<SeenFile> saved_file(const std::string& path);
    [[nodiscard]] std::map<std::string, SeenFile> files_in(const std::string& directory);
    // Of another state than read.
    [[nodiscard]] std::map<std::string, SeenFile> files_with(FileState state);

    [[nodiscard]] std::map<std::string, SeenDirectory> directories();
    // `counts`: a shard's sum is made anew.
    void see_directory(const std::string& path, const FileStamp& stamp, bool counts);
    void forget_directory(const std::string& path);

    [[nodiscard]] bool unsaved() const { return !files_.empty() || !directories_.empty(); }
    // Writes up to so many of the notes, in the caller's transaction.
    void save(std::size_t limit);

  private:
    struct DirectoryNote {
        FileStamp stamp;
        bool counts = false;
    };

    // All that are not as they were read: they are few, and asked for again and again.
    [[nodiscard]] std::map<std::string, SeenFile>& others();
    using Sums = std::map<std::string, SeenSum>;  // by the shards
    // Adds to `changes` what it changes of its shard's sum.
    void save_file(const std::string& path, const std::optional<SeenFile>& seen, Sums& changes);
    void save_sums(const Sums& changes);
    [[nodiscard]] std::optional<std::string> saved_sum(const std::string& directory);
    // Returns how many files it counted.
    std::size_t save_directory(const std::string& path, const std::optional<DirectoryNote>& note);

    SqlSession& session_;
    WriterId writer_;
    std::map<std::string, std::optional<SeenFile>> files_;  // nothing: forgotten
    std::map<std::string, std::optional<DirectoryNote>> directories_;
    std::optional<std::map<std::string, SeenFile>> others_;  // once they were asked for
    std::uint64_t undone_ = 0;                               // as the session says, then
};

}  // namespace cfs
