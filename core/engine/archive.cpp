#include "core/engine/archive.h"

#include <boost/filesystem.hpp>
#include <vector>

#include "core/engine/local_files.h"
#include "core/engine/state_folder.h"
#include "core/model/digest.h"

namespace cfs {
namespace {

namespace fs = boost::filesystem;

// "20261122T101010123Z-<16 hex digits>-patients%2Fab%2F<uuid>%20(1).xml"
constexpr std::size_t kStampSize = 19;
constexpr std::size_t kDigestSize = 16;
constexpr std::size_t kMaxNameSize = 140;  // leaves room where a path may have 260 characters

std::string stamp_of(Time time) {
    std::string stamp;
    for (const char c : to_text(time)) {
        if (c != '-' && c != ':' && c != '.') stamp += c;
    }
    return stamp;
}

// The time that a file's name begins with.
std::optional<Time> time_of(const std::string& name) {
    if (name.size() <= kStampSize || name[kStampSize] != '-') return std::nullopt;
    std::string text = name.substr(0, kStampSize);
    for (const auto& [at, c] : {std::pair{4, '-'}, {7, '-'}, {13, ':'}, {16, ':'}, {19, '.'}}) {
        text.insert(static_cast<std::size_t>(at), 1, c);
    }
    return time_from_text(text);
}

bool is_safe(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '(' || c == ')';
}

// The end of a name says most: it is kept where the whole is too long.
std::string encoded(std::string_view name) {
    std::vector<std::string> parts;
    std::size_t size = 0;
    for (auto c = name.rbegin(); c != name.rend(); ++c) {
        // Windows drops a final dot.
        const bool plain = is_safe(*c) && (*c != '.' || !parts.empty());
        std::string part = plain ? std::string(1, *c) : "%" + to_hex(std::string_view(&*c, 1));
        if (size + part.size() > kMaxNameSize) break;
        size += part.size();
        parts.push_back(std::move(part));
    }
    std::string text;
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) text += *part;
    return text;
}

fs::path folder_of(const std::string& state_folder, ArchiveKind kind) {
    const fs::path state = to_path(state_folder);
    switch (kind) {
        case ArchiveKind::conflict_copy:
            return state / kArchiveFolder;
        case ArchiveKind::damaged_file:
            return state / kDamagedFolder;
    }
    return state / kArchiveFolder;
}

bool is_old(const fs::path& path, Time now) {
    const auto time = time_of(to_utf8(path.filename()));
    return time && now - *time > kArchiveAge;
}

std::vector<fs::path> old_files(const fs::path& folder, Time now) {
    std::vector<fs::path> files;
    boost::system::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        boost::system::error_code unknown;
        const bool regular = entry->symlink_status(unknown).type() == fs::regular_file;
        if (regular && is_old(entry->path(), now)) files.push_back(entry->path());
    }
    return files;
}

}  // namespace

std::string archive_copy(const std::string& state_folder, ArchiveKind kind,
                         std::string_view relative_name, std::string_view bytes, Time now) {
    // Two contents of one name may be archived within a millisecond, two long names may end alike.
    const std::string identity = sha256(relative_name).text() + sha256(bytes).text();
    const std::string digest = sha256(identity).text().substr(0, kDigestSize);
    const std::string name = stamp_of(now) + "-" + digest + "-" + encoded(relative_name);
    const fs::path path = folder_of(state_folder, kind) / name;
    write_whole_file(path, bytes);
    return to_utf8(path);
}

int prune_archive(const std::string& state_folder, Time now) {
    int removed = 0;
    for (const auto kind : {ArchiveKind::conflict_copy, ArchiveKind::damaged_file}) {
        for (const fs::path& path : old_files(folder_of(state_folder, kind), now)) {
            boost::system::error_code error;
            if (fs::remove(path, error)) ++removed;
        }
    }
    return removed;
}

}  // namespace cfs
