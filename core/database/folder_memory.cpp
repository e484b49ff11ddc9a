#include "core/database/folder_memory.h"

#include <algorithm>
#include <charconv>
#include <string_view>

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

// To count one more file takes this part of what it takes to write a note.
constexpr std::size_t kCountedPerNote = 5;

constexpr const char* kPathAndStamp = "path, size, modified, identity";

FileStamp stamp_of(const SqlRow& row) {
    return {number_of<std::uint64_t>(row[1]), number_of<std::int64_t>(row[2]),
            number_of<std::uint64_t>(row[3])};
}

}  // namespace

void FolderMemory::set_writer(WriterId writer) {
    writer_ = writer;
    files_.clear();
    directories_.clear();
    others_.reset();
}

std::map<std::string, SeenFile>& FolderMemory::others() {
    if (others_ && undone_ == session_.undone()) return *others_;
    undone_ = session_.undone();
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
    return noted != files_.end() ? noted->second : saved_file(path);
}

std::optional<SeenFile> FolderMemory::saved_file(const std::string& path) {
    const auto other = others().find(path);
    if (other != others().end()) return other->second;
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
    Sums changes;
    for (; limit > 0 && !files_.empty(); --limit) {
        const auto [path, seen] = *files_.begin();
        files_.erase(files_.begin());
        save_file(path, seen, changes);
    }
    save_sums(changes);
    while (limit > 0 && !directories_.empty()) {
        const auto [path, note] = *directories_.begin();
        directories_.erase(directories_.begin());
        const auto counted = save_directory(path, note);
        limit -= std::min(limit, 1 + counted / kCountedPerNote);
    }
}

void FolderMemory::save_file(const std::string& path, const std::optional<SeenFile>& seen,
                             Sums& changes) {
    const auto before = saved_file(path);
    const auto slash = path.rfind('/');
    if (slash != std::string::npos && is_shard(std::string_view(path).substr(0, slash))) {
        auto& sum = changes[path.substr(0, slash)];
        const auto name = std::string_view(path).substr(slash + 1);
        if (before) sum.take_out(name, *before);
        if (seen) sum.add(name, *seen);
    }
    const bool stays = before && seen && before->state == seen->state;
    if (before && !stays) {
        session_.execute("DELETE FROM cfs_file WHERE writer = :p0 AND state = :p1 AND path = :p2",
                         {writer_.text(), name_of(before->state), path});
    }
    if (seen) {
        session_.execute(
            stays ? "UPDATE cfs_file SET size = :p0, modified = :p1, identity = :p2, since = :p3 "
                    "WHERE writer = :p4 AND state = :p5 AND path = :p6"
                  : "INSERT INTO cfs_file (size, modified, identity, since, writer, state, path) "
                    "VALUES (:p0, :p1, :p2, :p3, :p4, :p5, :p6)",
            {std::to_string(seen->stamp.size), seen->stamp.modified,
             std::to_string(seen->stamp.identity), to_text(seen->since), writer_.text(),
             name_of(seen->state), path});
    }
    others().erase(path);
    if (seen && seen->state != FileState::read) others().emplace(path, *seen);
}

// A shard that is not known has no sum yet: it is counted when it is noted.
void FolderMemory::save_sums(const Sums& changes) {
    for (const auto& [directory, change] : changes) {
        auto sum = SeenSum::parse(saved_sum(directory).value_or(""));
        if (!sum) continue;
        sum->add(change);
        session_.execute("UPDATE cfs_directory SET files = :p0 WHERE writer = :p1 AND path = :p2",
                         {sum->text(), writer_.text(), directory});
    }
}

std::optional<std::string> FolderMemory::saved_sum(const std::string& directory) {
    return session_.value("SELECT files FROM cfs_directory WHERE writer = :p0 AND path = :p1",
                          {writer_.text(), directory});
}

std::size_t FolderMemory::save_directory(const std::string& path,
                                         const std::optional<DirectoryNote>& note) {
    std::size_t counted = 0;
    auto files = saved_sum(path);
    session_.execute("DELETE FROM cfs_directory WHERE writer = :p0 AND path = :p1",
                     {writer_.text(), path});
    if (!note) return counted;
    if (is_shard(path) && (note->counts || !files)) {
        const auto seen = files_in(path);
        files = sum_of(seen).text();
        counted = seen.size();
    }
    session_.execute(
        "INSERT INTO cfs_directory (writer, path, modified, identity, files) "
        "VALUES (:p0, :p1, :p2, :p3, :p4)",
        {writer_.text(), path, note->stamp.modified, std::to_string(note->stamp.identity), files});
    return counted;
}

std::map<std::string, SeenFile> FolderMemory::files_in(const std::string& directory) {
    std::map<std::string, SeenFile> files;
    const auto prefix = directory.empty() ? std::string() : directory + "/";
    if (is_shard(directory)) {
        // Since when does not matter of these, of which there are many.
        session_.query(
            "SELECT " + std::string(kPathAndStamp) + " FROM cfs_file WHERE writer = :p0 AND " +
                kRead + " AND path >= :p1 AND path < :p2 ORDER BY path",
            {writer_.text(), prefix, directory + "0"}, [&](const SqlRow& row) {
                files.emplace_hint(files.end(), row[0].value_or(""), SeenFile{stamp_of(row)});
            });
    }
    for (auto at = others().lower_bound(prefix);
         at != others().end() && at->first.starts_with(prefix); ++at) {
        files.insert_or_assign(at->first, at->second);
    }
    std::erase_if(files, [&](const auto& item) {
        return item.first.find('/', prefix.size()) != std::string::npos;
    });
    return files;
}

std::map<std::string, SeenFile> FolderMemory::files_with(FileState state) {
    std::map<std::string, SeenFile> files;
    for (const auto& [path, seen] : others()) {
        if (seen.state == state) files.emplace(path, seen);
    }
    return files;
}

std::map<std::string, SeenDirectory> FolderMemory::directories() {
    std::map<std::string, SeenDirectory> directories;
    session_.query("SELECT path, modified, identity, files FROM cfs_directory WHERE writer = :p0",
                   {writer_.text()}, [&](const SqlRow& row) {
                       const FileStamp stamp = {0, number_of<std::int64_t>(row[1]),
                                                number_of<std::uint64_t>(row[2])};
                       directories.emplace(
                           row[0].value_or(""),
                           SeenDirectory{stamp, SeenSum::parse(row[3].value_or(""))});
                   });
    return directories;
}

void FolderMemory::see_directory(const std::string& path, const FileStamp& stamp, bool counts) {
    directories_.insert_or_assign(path, DirectoryNote{stamp, counts});
}

void FolderMemory::forget_directory(const std::string& path) {
    directories_.insert_or_assign(path, std::nullopt);
}

}  // namespace cfs
