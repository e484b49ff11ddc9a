#include "core/engine/folder_scan.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "core/folder/folder_layout.h"
#include "core/folder/temporary_name.h"
#include "core/rules/conflict_names.h"

namespace cfs {

namespace {

// A directory that changed this short a time before it was listed may change again within the
// same tick of its clock: it is listed once more next time.
constexpr std::int64_t kSettledNs = 2'000'000'000;
// Deeper trees are none of a cloud client's making.
constexpr int kMaxDepth = 8;

std::string join(const std::string& directory, const std::string& name) {
    return directory.empty() ? name : directory + "/" + name;
}

std::int64_t nanoseconds(Time time) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

bool is_walked(const std::string& directory) {
    return directory != kAttachmentsDirectory && directory != kLogsDirectory &&
           directory != kSitesDirectory;
}

}  // namespace

FolderChanges FolderScan::find_changes(bool all, bool open_all,
                                       const std::vector<PatientId>& named) {
    FolderChanges changes;
    known_directories_ = run_.memory.directories();
    named_.clear();
    for (const auto& patient : all ? std::vector<PatientId>() : named) {
        const auto path = patient_path(patient);
        const auto slash = path.rfind('/');
        named_[path.substr(0, slash)].insert(path.substr(slash + 1));
    }
    listed_.clear();
    walked_.clear();
    walk("", {}, 0, all, open_all, changes);
    if (all) look_for_leftovers();
    for (const auto& directory : absent_shards(all)) {
        find_missing(directory, {}, run_.memory.files_in(directory), changes);
    }
    look_at_kept_copies();
    for (const auto& [path, seen] : run_.memory.files_with(FileState::damaged)) {
        if (const auto patient = patient_at(path)) {
            changes.patients.insert(*patient);
        } else if (is_walked(path.substr(0, path.find('/'))) && !looked_at_.contains(path)) {
            // Completed in its place it leaves its directory as it was.
            const auto entry = run_.folder.stat(path);
            if (entry && entry->kind == FileKind::file) {
                look_at_other(*entry, path, {}, false);
            }
        }
    }
    const auto& news = files_.patients_with_news();
    changes.patients.insert(news.begin(), news.end());
    return changes;
}

// Those of patients that are not there any more, or never were, or are links by now: they hold none
// of their patients. Where the folder above did not change only those that were known can be such.
std::set<std::string> FolderScan::absent_shards(bool all) {
    const std::string parent(kPatientsDirectory);
    std::set<std::string> shards;  // by their two digits
    for (const auto& [directory, seen] : known_directories_) {
        if (!is_shard(directory) || walked_.contains(directory)) continue;
        vanished_.push_back(directory);
        shards.insert(directory.substr(parent.size() + 1));
    }
    const bool any = all || listed_.contains(parent) || !walked_.contains(parent);
    constexpr char kHex[] = "0123456789abcdef";
    for (int i = 0; any && i < 256; ++i) {
        const std::string shard = {kHex[i >> 4], kHex[i & 15]};
        if (!walked_.contains(parent + "/" + shard)) shards.insert(shard);
    }
    std::set<std::string> absent;
    for (const auto& shard : run_.database.documents().shards_in_use(shards)) {
        const auto directory = parent + "/" + shard;
        const auto entry = run_.folder.stat(directory);  // it may have come since
        if (!entry || entry->kind != FileKind::directory) absent.insert(directory);
    }
    return absent;
}

void FolderScan::walk(const std::string& directory, const FileStamp& stamp, int depth, bool all,
                      bool open_all, FolderChanges& changes) {
    if (depth > kMaxDepth) return;
    walked_.insert(directory);
    const auto known = known_directories_.find(directory);
    const bool unchanged = known != known_directories_.end() &&
                           known->second.stamp.modified == stamp.modified &&
                           known->second.stamp.identity == stamp.identity;
    const bool looks = all || !unchanged || directory.empty();
    const auto entries = looks ? run_.folder.list(directory) : known_below(directory);
    if (looks) {
        listed_[directory] = stamp;
        note_listed(directory, entries);
        const auto sum =
            known == known_directories_.end() || all ? std::nullopt : known->second.files;
        if (!sum || !is_as_seen(directory, *sum, entries)) {
            look_into(directory, entries, open_all, changes);
        }
    }
    for (const auto& entry : entries) {
        if (entry.kind != FileKind::directory || is_ignored_name(entry.name)) continue;
        const auto path = join(directory, entry.name);
        if (is_walked(path)) walk(path, entry.stamp, depth + 1, all, open_all, changes);
    }
}

// The directories below one that did not change, as they are now.
std::vector<FolderEntry> FolderScan::known_below(const std::string& directory) const {
    // One listing tells of all shards; elsewhere many files may lie beside the directories.
    if (directory == kPatientsDirectory) return run_.folder.list(directory);
    std::vector<FolderEntry> entries;
    const auto prefix = directory + "/";
    for (auto at = known_directories_.lower_bound(prefix);
         at != known_directories_.end() && at->first.starts_with(prefix); ++at) {
        if (at->first.find('/', prefix.size()) != std::string::npos) continue;
        if (auto entry = run_.folder.stat(at->first)) entries.push_back(std::move(*entry));
    }
    return entries;
}

void FolderScan::note_listed(const std::string& directory,
                             const std::vector<FolderEntry>& entries) {
    run_.report.counts.files_listed += entries.size();
    for (const auto& entry : entries) {
        if (!is_stale_temporary(entry, run_.clock.now())) continue;
        leftovers_.push_back(join(directory, entry.name));
    }
}

// Does a shard hold what was seen there, but for the files that are looked at anyway? Then no other
// file came, went or changed, and none has to be compared.
bool FolderScan::is_as_seen(const std::string& directory, const SeenSum& seen,
                            const std::vector<FolderEntry>& entries) {
    auto expected = seen;
    SeenSum found;
    const auto named = named_.find(directory);
    for (const auto& entry : entries) {
        if (entry.kind == FileKind::directory) continue;
        if (entry.kind != FileKind::file) return false;
        // Of files named like ours, which are many, it would only be found in vain.
        if (!entry.name.ends_with(".xml") && is_ignored_name(entry.name)) continue;
        if (named != named_.end() && named->second.contains(entry.name)) {
            const auto file = run_.memory.saved_file(join(directory, entry.name));
            if (file) expected.take_out(entry.name, *file);
        } else {
            found.add(entry.name, {entry.stamp, FileState::read});
        }
    }
    return found == expected;
}

void FolderScan::look_into(const std::string& directory, const std::vector<FolderEntry>& entries,
                           bool open_all, FolderChanges& changes) {
    const auto seen = run_.memory.files_in(directory);
    std::vector<PatientId> present;
    std::unordered_set<std::string_view> names;
    names.reserve(entries.size());
    for (const auto& entry : entries) {
        const auto path = join(directory, entry.name);
        names.insert(entry.name);
        const bool is_directory = entry.kind == FileKind::directory;
        if (const auto patient = is_directory ? std::nullopt : patient_at(path)) {
            present.push_back(*patient);
            look_at_patient(*patient, entry, path, seen, open_all, changes);
            continue;
        }
        if (is_ignored_name(entry.name) || path == kMarkerPath) continue;
        if (entry.kind == FileKind::file) look_at_other(entry, path, seen, open_all);
    }
    const auto prefix = join(directory, "").size();
    for (const auto& [path, file] : seen) {
        if (!names.contains(std::string_view(path).substr(prefix))) vanished_.push_back(path);
    }
    if (!is_shard(directory)) return;
    const auto known = known_directories_.find(directory);
    if (known != known_directories_.end() && known->second.files != sum_of(seen)) {
        miscounted_.insert(directory);
    }
    std::sort(present.begin(), present.end());
    find_missing(directory, present, seen, changes);
}

void FolderScan::look_at_patient(PatientId patient, const FolderEntry& entry,
                                 const std::string& path,
                                 const std::map<std::string, SeenFile>& seen, bool open_all,
                                 FolderChanges& changes) {
    const auto before = seen.find(path);
    const bool same = before != seen.end() && before->second.state == FileState::read &&
                      before->second.stamp == entry.stamp;
    if (same && !open_all) return;
    if (only_asks_) throw SomethingToDo();
    changes.patients.insert(patient);
}

void FolderScan::look_at_other(const FolderEntry& entry, const std::string& path,
                               const std::map<std::string, SeenFile>& seen, bool open_all) {
    looked_at_.insert(path);
    const auto before = seen.find(path);
    const bool same = before != seen.end() && before->second.stamp == entry.stamp;
    const bool foreign = same && before->second.state == FileState::foreign;
    // A kept copy is read again only where it may now be deleted.
    const bool deletable = run_.options.delete_conflicts && conflict_name_of_path(path).deletable;
    const bool kept = same && before->second.state == FileState::copy && !deletable;
    if (foreign || (kept && !open_all)) {
        if (kept) ++run_.report.counts.copies_kept;
        return;
    }
    if (only_asks_) throw SomethingToDo();
    switch (files_.read_elsewhere(path, entry.stamp)) {
        case PatientFiles::Kind::copy:
            others_[path] = {entry.stamp, FileState::copy, run_.clock.now()};
            break;
        case PatientFiles::Kind::foreign:
            others_[path] = {entry.stamp, FileState::foreign, run_.clock.now()};
            break;
        case PatientFiles::Kind::damaged:
            break;
    }
}

// In the directories that are not walked for patients.
void FolderScan::look_for_leftovers() {
    const auto look = [&](const std::string& directory) {
        auto entries = run_.folder.list(directory);
        for (const auto& entry : entries) {
            if (!is_stale_temporary(entry, run_.clock.now())) continue;
            leftovers_.push_back(join(directory, entry.name));
        }
        return entries;
    };
    for (const auto parent : {kAttachmentsDirectory, kLogsDirectory, kSitesDirectory}) {
        for (const auto& entry : look(std::string(parent))) {
            if (entry.kind != FileKind::directory || is_ignored_name(entry.name)) continue;
            (void)look(join(std::string(parent), entry.name));
        }
    }
}

// A copy that was kept may be deleted by now, though nothing changed around it.
void FolderScan::look_at_kept_copies() {
    if (!run_.options.delete_conflicts) return;
    for (const auto& [path, seen] : run_.memory.files_with(FileState::copy)) {
        if (others_.contains(path) || !conflict_name_of_path(path).deletable) continue;
        const auto entry = run_.folder.stat(path);
        if (entry && entry->kind == FileKind::file) {
            look_at_other(*entry, path, {}, false);
        }
    }
}

// A file that was seen and is not there any more is gone; one never seen is still to be written.
void FolderScan::find_missing(const std::string& directory, const std::vector<PatientId>& present,
                              const std::map<std::string, SeenFile>& seen, FolderChanges& changes) {
    const auto shard = directory.substr(directory.size() - 2);
    for (const auto& patient : run_.database.documents().patients_in(shard)) {
        if (std::binary_search(present.begin(), present.end(), patient)) continue;
        if (seen.contains(patient_path(patient))) {
            changes.gone.push_back(patient);
        } else {
            changes.patients.insert(patient);
        }
    }
}

void FolderScan::remember() {
    if (run_.preview) return;
    for (const auto& path : leftovers_) {
        try {
            run_.folder.remove(path);
        } catch (const Error& error) {
            // It hurts nobody: the next sync tries again.
            if (error.code() == ErrorCode::folder_missing) throw;
        }
    }
    const auto now = nanoseconds(run_.clock.now());
    for (const auto& path : vanished_) {
        run_.memory.forget(path);
        run_.memory.forget_directory(path);
    }
    for (const auto& [path, seen] : others_) {
        if (run_.folder.stat(path)) run_.memory.see(path, seen);
    }
    for (const auto& [directory, stamp] : listed_) {
        if (directory.empty()) continue;
        const auto known = known_directories_.find(directory);
        const bool settled = stamp.modified + kSettledNs < now;
        // Known all the same, or it would not be visited below a directory that has not changed.
        const auto noted = settled ? stamp : FileStamp{};
        const bool counts = miscounted_.contains(directory);
        if (counts || known == known_directories_.end() || known->second.stamp != noted) {
            run_.memory.see_directory(directory, noted, counts);
        }
    }
}

}  // namespace cfs
