#include "core/database/clinic_files.h"

#include "core/database/file_names.h"
#include "core/folder/folder_layout.h"
#include "core/folder/temporary_name.h"
#include "core/model/text.h"

namespace cfs {

namespace {

// A file that was changed again and again when it was read is left for the next run.
constexpr int kMaxReads = 4;
// What a disk must have left for the clinic program when a file was written.
constexpr std::uint64_t kSpare = std::uint64_t{16} << 20;

std::string text_of(const FileFailure& failure) {
    switch (failure.trouble()) {
        case FileTrouble::special:
            return said("it is no ordinary file or lies behind a link");
        case FileTrouble::too_large:
            return said("it is larger than 256 MiB");
        case FileTrouble::disk_full:
            return said("the disk is full");
        case FileTrouble::refused:
            return said("access is refused");
        case FileTrouble::blocked:
            return said("it is kept open by another program");
        case FileTrouble::gone:
            return said("that directory is not there");
        case FileTrouble::other:
            break;
    }
    return failure.what();
}

std::string why_not_written(const std::string& directory, const FileFailure& failure) {
    return said("it can't be written below {1} ({2})", directory, text_of(failure));
}

std::string text_of(const FileStamp& stamp) {
    return std::to_string(stamp.size) + ' ' + std::to_string(stamp.modified) + ' ' +
           std::to_string(stamp.identity);
}

// Paths can be longer than what a database takes as a key.
std::string noted_as(const std::pair<std::string, std::string>& place) {
    return sha256(place.first + '\n' + place.second).text();
}

}  // namespace

ClinicFiles::~ClinicFiles() { remove_unused(); }

void ClinicFiles::remove_unused() {
    for (const auto& [content, name] : std::exchange(prepared_, {})) {
        try {
            tree(content.first).remove(name);
        } catch (const std::exception&) {
            // It goes when it is a day old.
        }
    }
}

void ClinicFiles::begin_run() {
    remove_unused();
    reads_.clear();
    unreadable_.clear();
    waiting_.clear();
    wanted_.clear();
    needed_.clear();
    named_.clear();
    tidied_.clear();
}

FileTree& ClinicFiles::tree(const std::string& directory) {
    // Nothing is waited for: it may be looked at inside a transaction.
    return trees_.try_emplace(directory, directory, opener_, nullptr).first->second;
}

std::optional<FolderEntry> ClinicFiles::examine(const Place& place, std::string& trouble) {
    try {
        auto entry = tree(place.first).stat(place.second);
        if (!entry) {
            trouble = said("it is not there");
        } else if (entry->kind != FileKind::file) {
            trouble = said("it is no ordinary file");
        } else if (entry->stamp.size > kMaxAttachment) {
            trouble = said("it is larger than 256 MiB");
        }
        return entry;
    } catch (const FileFailure& failure) {
        trouble = text_of(failure);
        return std::nullopt;
    }
}

std::string ClinicFiles::trouble_with(const std::string& directory, const std::string& path) {
    std::string trouble;
    (void)examine({directory, path}, trouble);
    return trouble;
}

FileLook ClinicFiles::look_at(const std::string& directory, const std::string& path) {
    const Place place{directory, path};
    const auto unreadable = unreadable_.find(place);
    if (unreadable != unreadable_.end()) return {std::nullopt, unreadable->second};
    FileLook look;
    const auto entry = examine(place, look.trouble);
    if (!look.trouble.empty()) return look;
    const auto* known = known_at(place);
    if (known != nullptr && known->stamp == text_of(entry->stamp)) {
        look.content = known->content;
        by_content_.insert_or_assign(known->content, place);
    } else {
        wanted_.insert(place);
    }
    return look;
}

const ClinicFiles::Known* ClinicFiles::known_at(const Place& place) {
    const auto [at, is_new] = known_.try_emplace(place);
    if (is_new) {
        session_.query("SELECT stamp, content FROM cfs_clinic_file WHERE place = :p0",
                       {noted_as(place)}, [&, &known = at->second](const SqlRow& row) {
                           const auto content = Digest::parse(row[1].value_or(""));
                           if (content) known = Known{row[0].value_or(""), *content};
                       });
    }
    return at->second ? &*at->second : nullptr;
}

void ClinicFiles::remember(const Place& place, const FileStamp& stamp, const Digest& content) {
    known_.insert_or_assign(place, Known{text_of(stamp), content});
    by_content_.insert_or_assign(content, place);
    unsaved_.insert(place);
}

void ClinicFiles::need(const std::string& directory, const Digest& content) {
    const Content wanted{directory, content};
    if (prepared_.contains(wanted) || waiting_.contains(wanted) || placed_.contains(wanted)) return;
    needed_.insert(wanted);
}

void ClinicFiles::require_ready() const {
    if (!wanted_.empty() || !needed_.empty()) throw FilesFirst{};
}

std::string ClinicFiles::put(const std::string& directory, const std::string& folder,
                             const std::string& name, const Digest& content,
                             const std::string& own) {
    if (!named_.contains(directory)) {
        needed_.insert({directory, content});
        throw FilesFirst{};
    }
    const auto safe = safe_name(name);
    // Of many files with one name not each begins at the first again.
    auto& number = next_number_.try_emplace({directory, folder + safe}, 1).first->second;
    try {
        for (; number <= kMaxNumber; ++number) {
            const auto path = folder + numbered_name(safe, number);
            // A row that misses its file must not come by this one.
            if (is_named({directory, path}, own)) continue;
            auto placed = path;
            if (tree(directory).stat(path)) {
                const auto look = look_at(directory, path);
                require_ready();
                if (look.content != content) continue;
            } else {
                placed = place_prepared({directory, content}, path);
            }
            if (placed.empty()) continue;
            named_now_.insert({directory, path});
            put_now_.emplace_back(directory, path);
            return path;
        }
    } catch (const FileFailure& failure) {
        throw FileWaits(why_not_written(directory, failure));
    }
    throw FileWaits(said("it has no name left that no other file has"));
}

bool ClinicFiles::is_named(const Place& place, const std::string& own) const {
    if (named_now_.contains(place)) return true;
    const auto& [directory, path] = place;
    const auto& paths = named_.at(directory);
    const auto at = paths.find(path);
    return at != paths.end() && (path != own || at->second > 1);
}

void ClinicFiles::take_back(std::size_t files_put) {
    for (; put_now_.size() > files_put; put_now_.pop_back()) named_now_.erase(put_now_.back());
}

void ClinicFiles::begin_transaction() {
    take_back(0);
    next_number_.clear();
}

void ClinicFiles::end_transaction() {
    for (const auto& [directory, path] : named_now_) ++named_[directory][path];
    begin_transaction();
}

// Empty if something took that name just now.
std::string ClinicFiles::place_prepared(const Content& content, const std::string& path) {
    const auto waits = waiting_.find(content);
    if (waits != waiting_.end()) throw FileWaits(waits->second);
    const auto prepared = prepared_.find(content);
    if (prepared == prepared_.end()) {
        needed_.insert(content);
        throw FilesFirst{};
    }
    auto& files = tree(content.first);
    if (!files.place(prepared->second, path)) return {};
    prepared_.erase(prepared);
    placed_.insert(content);
    if (const auto entry = files.stat(path)) {
        remember({content.first, path}, entry->stamp, content.second);
    }
    return path;
}

void ClinicFiles::get_ready(const Source& source, const Names& names) {
    read_wanted();
    for (const auto& content : std::exchange(needed_, {})) {
        const auto& directory = content.first;
        if (!named_.contains(directory)) {
            auto& paths = named_[directory];
            names(directory, [&](const std::string& path) { ++paths[path]; });
        }
        prepare(content, source);
    }
}

void ClinicFiles::read_wanted() {
    for (const auto& place : std::exchange(wanted_, {})) read(place);
}

void ClinicFiles::read(const Place& place) {
    auto& files = tree(place.first);
    try {
        while (++reads_[place] <= kMaxReads) {
            const auto before = files.stat(place.second);
            const auto content = files.read(place.second, kMaxAttachment, Excess::refuse);
            const auto after = files.stat(place.second);
            if (!before || !content || !after) return;  // the next look finds that it is gone
            if (before->stamp == after->stamp) {
                return remember(place, before->stamp, sha256(*content));
            }
        }
        unreadable_.insert_or_assign(place, said("it is being written"));
    } catch (const FileFailure& failure) {
        unreadable_.insert_or_assign(place, text_of(failure));
    }
}

void ClinicFiles::prepare(const Content& content, const Source& source) {
    auto& files = tree(content.first);
    const auto bytes = source(content.second);
    if (!bytes) {
        waiting_.insert_or_assign(content, said("it has not come from its site yet"));
        return;
    }
    try {
        if (tidied_.insert(content.first).second) remove_stale(files);
        const auto space = files.free_space();
        if (space && *space < bytes->size() + kSpare) {
            throw FileFailure(FileTrouble::disk_full, said("the disk is nearly full"));
        }
        prepared_.insert_or_assign(content, files.prepare(*bytes));
    } catch (const FileFailure& failure) {
        waiting_.insert_or_assign(content, why_not_written(content.first, failure));
    }
}

// What a crash left.
void ClinicFiles::remove_stale(FileTree& files) {
    for (const auto& entry : files.list("")) {
        if (is_stale_temporary(entry, system_clock().now())) files.remove(entry.name);
    }
}

std::optional<std::string> ClinicFiles::content(const Digest& digest) {
    const auto place = by_content_.find(digest);
    if (place == by_content_.end()) return std::nullopt;
    const auto& [directory, path] = place->second;
    try {
        auto bytes = tree(directory).read(path, kMaxAttachment, Excess::refuse);
        if (bytes && sha256(*bytes) == digest) return bytes;
    } catch (const FileFailure&) {
        // As good as gone: the next look at it tells why.
    }
    return std::nullopt;
}

std::optional<std::uint64_t> ClinicFiles::size_of(const Digest& digest) {
    const auto place = by_content_.find(digest);
    if (place == by_content_.end()) return std::nullopt;
    std::string trouble;
    const auto entry = examine(place->second, trouble);
    return trouble.empty() ? std::optional(entry->stamp.size) : std::nullopt;
}

void ClinicFiles::save(std::size_t limit) {
    for (; limit > 0 && !unsaved_.empty(); --limit) {
        const auto place = noted_as(*unsaved_.begin());
        const auto& known = known_.at(*unsaved_.begin());
        session_.execute("DELETE FROM cfs_clinic_file WHERE place = :p0", {place});
        session_.execute(
            "INSERT INTO cfs_clinic_file (place, stamp, content) VALUES (:p0, :p1, :p2)",
            {place, known->stamp, known->content.text()});
        unsaved_.erase(unsaved_.begin());
    }
}

}  // namespace cfs
