// What one installation saw in its copy of the sync folder, so that an unchanged file is not opened
// again. Kept in the database: if that is put back to an older state, so is this.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/database/sql_session.h"
#include "core/folder/sync_folder.h"
#include "core/model/ids.h"
#include "core/model/time.h"

namespace cfs {

enum class FileState {
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
    [[nodiscard]] std::map<std::string, SeenFile> files_in(const std::string& directory);
    // Of another state than read.
    [[nodiscard]] std::map<std::string, SeenFile> files_with(FileState state);

    [[nodiscard]] std::map<std::string, FileStamp> directories();
    void see_directory(const std::string& path, const FileStamp& stamp);
    void forget_directory(const std::string& path);

    [[nodiscard]] bool unsaved() const { return !files_.empty() || !directories_.empty(); }
    // Writes up to so many of the notes, in the caller's transaction.
    void save(std::size_t limit);

  private:
    using Notes = std::map<std::string, std::optional<SeenFile>>;  // nothing: forgotten

    // As saved, all that are not as they were read: they are few, and asked for again and again.
    // What was saved as nothing, or as read, stays in it: the transaction may have been undone.
    [[nodiscard]] Notes& others();
    void save_file(const std::string& path, const std::optional<SeenFile>& seen);
    void save_directory(const std::string& path, const std::optional<FileStamp>& stamp);

    SqlSession& session_;
    WriterId writer_;
    Notes files_;
    std::map<std::string, std::optional<FileStamp>> directories_;
    std::optional<Notes> others_;  // once they were asked for
};

}  // namespace cfs
