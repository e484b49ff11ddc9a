#include "core/database/folder_memory.h"

#include <charconv>

#include "core/folder/folder_layout.h"

namespace cfs {

namespace {

template <class Number>
Number number_of(const std::optional<std::string>& text) {
    Number number = 0;
    if (text) std::from_chars(text->data(), text->data() + text->size(), number);
    return number;
}

std::string name_of(FileState state) {
    switch (state) {
        case FileState::read:
            return "read";
        case FileState::copy:
            return "copy";
        case FileState::foreign:
            return "foreign";
        case FileState::damaged:
            return "damaged";
    }
    return {};
}

FileState state_from(const std::string& name) {
    for (const auto state : {FileState::copy, FileState::foreign, FileState::damaged}) {
        if (name_of(state) == name) return state;
    }
    return FileState::read;
}

// As the table is ordered: few files are in another state than read.
constexpr const char* kRead = "state = 'read'";
constexpr const char* kOther = "state IN ('copy', 'damaged', 'foreign')";

constexpr const char* kPathAndStamp = "path, size, modified, identity";

FileStamp stamp_of(const SqlRow& row) {
    return {number_of<std::uint64_t>(row[1]), number_of<std::int64_t>(row[2]),
            number_of<std::uint64_t>(row[3])};
}

// Since when does not matter of these, of which there are many.
void add_read_files(SqlSession& session, const std::string& condition,
                    const SqlParameters& parameters, std::map<std::string, SeenFile>& files) {
    session.query("SELECT " + std::string(kPathAndStamp) + " FROM cfs_file WHERE " + condition,
                  parameters, [&](const SqlRow& row) {
                      files.emplace_hint(files.end(), row[0].value_or(""), SeenFile{stamp_of(row)});
                  });
}

}  // namespace

void FolderMemory::set_writer(WriterId writer) {
    writer_ = writer;
    files_.clear();
    directories_.clear();
    others_.reset();
}

FolderMemory::Notes& FolderMemory::others() {
    if (others_) return *others_;
    others_.emplace();
    session_.query("SELECT " + std::string(kPathAndStamp) +
                       ", state, since FROM cfs_file WHERE writer = :p0 AND " + kOther,
                   {writer_.text()}, [&](const SqlRow& row) {
                       others_->emplace(
                           row[0].value_or(""),
                           SeenFile{stamp_of(row), state_from(row[4].value_or("")),
                                    time_from_text(row[5].value_or("")).value_or(Time{})});
                   });
    return *others_;
}

std::optional<SeenFile> FolderMemory::file(const std::string& path) {
    const auto noted = files_.find(path);
    if (noted != files_.end()) return noted->second;
    const auto other = others().find(path);
    if (other != others().end() && other->second) return other->second;
    std::optional<SeenFile> found;
    session_.query("SELECT " + std::string(kPathAndStamp) +
                       ", since FROM cfs_file WHERE writer = :p0 AND " + kRead + " AND path = :p1",
                   {writer_.text(), path}, [&](const SqlRow& row) {
                       found = SeenFile{stamp_of(row), FileState::read,
                                        time_from_text(row[4].value_or("")).value_or(Time{})};
                   });
    return found;
}

void FolderMemory::see(const std::string& path, const SeenFile& seen) {
    files_.insert_or_assign(path, seen);
}

void FolderMemory::forget(const std::string& path) { files_.insert_or_assign(path, std::nullopt); }

void FolderMemory::save(std::size_t limit) {
    for (; limit > 0 && !files_.empty(); --limit) {
        const auto [path, seen] = *files_.begin();
        files_.erase(files_.begin());
        save_file(path, seen);
    }
    for (; limit > 0 && !directories_.empty(); --limit) {
        const auto [path, stamp] = *directories_.begin();
        directories_.erase(directories_.begin());
        save_directory(path, stamp);
    }
}

void FolderMemory::save_file(const std::string& path, const std::optional<SeenFile>& seen) {
    const auto remove = [&](const char* state) {
        session_.execute(
            "DELETE FROM cfs_file WHERE writer = :p0 AND " + std::string(state) + " AND path = :p1",
            {writer_.text(), path});
    };
    remove(kRead);
    const auto other = others().find(path);
    if (other != others().end()) {
        remove(kOther);
        other->second.reset();
    }
    if (!seen) return;
    session_.execute(
        "INSERT INTO cfs_file (writer, path, size, modified, identity, state, since) "
        "VALUES (:p0, :p1, :p2, :p3, :p4, :p5, :p6)",
        {writer_.text(), path, std::to_string(seen->stamp.size), seen->stamp.modified,
         std::to_string(seen->stamp.identity), name_of(seen->state), to_text(seen->since)});
    if (seen->state != FileState::read) others().insert_or_assign(path, seen);
}

void FolderMemory::save_directory(const std::string& path, const std::optional<FileStamp>& stamp) {
    session_.execute("DELETE FROM cfs_directory WHERE writer = :p0 AND path = :p1",
                     {writer_.text(), path});
    if (!stamp) return;
    session_.execute(
        "INSERT INTO cfs_directory (writer, path, modified, identity) "
        "VALUES (:p0, :p1, :p2, :p3)",
        {writer_.text(), path, stamp->modified, std::to_string(stamp->identity)});
}

std::map<std::string, SeenFile> FolderMemory::files_in(const std::string& directory) {
    std::map<std::string, SeenFile> files;
    const auto prefix = directory.empty() ? std::string() : directory + "/";
    if (is_shard(directory)) {
        add_read_files(session_,
                       "writer = :p0 AND " + std::string(kRead) +
                           " AND path >= :p1 AND path < :p2 ORDER BY path",
                       {writer_.text(), prefix, directory + "0"}, files);
    }
    for (auto at = others().lower_bound(prefix);
         at != others().end() && at->first.starts_with(prefix); ++at) {
        if (at->second) files.insert_or_assign(at->first, *at->second);
    }
    std::erase_if(files, [&](const auto& item) {
        return item.first.find('/', prefix.size()) != std::string::npos;
    });
    return files;
}

std::map<std::string, SeenFile> FolderMemory::files_with(FileState state) {
    std::map<std::string, SeenFile> files;
    for (const auto& [path, seen] : others()) {
        if (seen && seen->state == state) files.emplace(path, *seen);
    }
    return files;
}

std::map<std::string, FileStamp> FolderMemory::directories() {
    std::map<std::string, FileStamp> directories;
    session_.query("SELECT path, modified, identity FROM cfs_directory WHERE writer = :p0",
                   {writer_.text()}, [&](const SqlRow& row) {
                       directories.emplace(row[0].value_or(""),
                                           FileStamp{0, number_of<std::int64_t>(row[1]),
                                                     number_of<std::uint64_t>(row[2])});
                   });
    return directories;
}

void FolderMemory::see_directory(const std::string& path, const FileStamp& stamp) {
    directories_.insert_or_assign(path, stamp);
}

void FolderMemory::forget_directory(const std::string& path) {
    directories_.insert_or_assign(path, std::nullopt);
}

}  // namespace cfs
