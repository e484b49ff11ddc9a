#include "core/folder/file_tree.h"

#include <array>
#include <map>
#include <utility>

#include "core/folder/temporary_name.h"
#include "core/model/text.h"

namespace cfs {

namespace {

using std::chrono::milliseconds;

// Fewer files are sooner flushed one by one than with all that other programs wrote to the disk.
constexpr std::size_t kFew = 12;

// A cloud client or a virus scanner keeps a file open for moments only.
constexpr std::array kPauses{milliseconds(50), milliseconds(150), milliseconds(400)};

struct SplitPath {
    std::string directory, name;
};

SplitPath split(const std::string& path) {
    if (!path.empty() && !is_plain_path(path)) {
        throw FileFailure(FileTrouble::special, said("the name would lead out of the folder"));
    }
    const auto slash = path.rfind('/');
    if (slash == std::string::npos) return {"", path};
    return {path.substr(0, slash), path.substr(slash + 1)};
}

void require_file(const std::optional<FolderEntry>& entry) {
    if (entry && entry->kind != FileKind::file) {
        throw FileFailure(FileTrouble::special, said("no ordinary file has this name"));
    }
}

bool concerns_all(const FileFailure& failure) {
    return failure.trouble() == FileTrouble::disk_full || failure.trouble() == FileTrouble::gone;
}

// Only what the other calls can name.
std::vector<FolderEntry> plain(std::vector<FolderEntry> entries) {
    std::erase_if(entries, [](const FolderEntry& entry) { return !is_plain_path(entry.name); });
    return entries;
}

}  // namespace

// A new file under a name that cloud clients ignore; it goes with this object unless it is kept.
class FileTree::Temporary {
  public:
    Temporary(Directory& directory, const std::string& content, Flush flush)
        : directory_(directory), name_(temporary_name()) {
        try {
            directory_.create(name_, content, flush);
        } catch (...) {
            remove();
            throw;
        }
    }
    ~Temporary() {
        if (!kept_) remove();
    }
    Temporary(const Temporary&) = delete;
    Temporary& operator=(const Temporary&) = delete;

    [[nodiscard]] Directory& directory() const { return directory_; }
    [[nodiscard]] const std::string& name() const { return name_; }
    void keep() { kept_ = true; }

  private:
    void remove() noexcept {
        try {
            directory_.remove(name_);
        } catch (const FileFailure&) {
            // The first failure is the one to tell.
        }
    }

    Directory& directory_;
    std::string name_;
    bool kept_ = false;
};

bool FileTree::exists() {
    bool there = false;
    patiently(Wait::if_blocked, [&] {
        const auto open = opener_(path_);
        volume_ = open ? std::optional(open->volume()) : std::nullopt;
        there = open != nullptr;
    });
    return there;
}

std::vector<FolderEntry> FileTree::list(const std::string& directory) {
    (void)split(directory);
    std::vector<FolderEntry> entries;
    patiently(Wait::if_blocked, [&] {
        const auto open = walk(directory, Missing::leave);
        entries = open ? plain(open->list()) : std::vector<FolderEntry>();
    });
    return entries;
}

std::optional<FolderEntry> FileTree::stat(const std::string& path) {
    const auto parts = split(path);
    std::optional<FolderEntry> entry;
    patiently(Wait::if_blocked, [&] {
        const auto open = walk(parts.directory, Missing::leave);
        entry = open ? open->stat(parts.name) : std::nullopt;
    });
    return entry;
}

std::optional<std::string> FileTree::read(const std::string& path, std::size_t limit,
                                          Excess excess) {
    const auto parts = split(path);
    std::optional<std::string> content;
    patiently(Wait::if_blocked, [&] {
        const auto open = walk(parts.directory, Missing::leave);
        content = open ? open->read(parts.name, limit, excess) : std::nullopt;
    });
    return content;
}

void FileTree::replace(const std::string& path, const std::string& content) {
    const auto parts = split(path);
    const auto open = walk_patiently(parts.directory, Missing::make);
    require_file(open->stat(parts.name));
    Temporary temporary(*open, content, Flush::now);
    patiently(Wait::if_refused, [&] { open->replace(temporary.name(), parts.name, Flush::now); });
    temporary.keep();
}

// All contents are down to the disk before the first of them gets its name: nobody must ever find
// half a file under it, not after a power cut either.
std::vector<Replaced> FileTree::replace_all(const std::vector<FileWrite>& files) {
    const bool together =
        files.size() > kFew && walk_patiently("", Missing::leave)->can_flush_all();
    const auto when = together ? Flush::later : Flush::now;
    std::vector<Replaced> outcomes(files.size());
    const auto each = [&](const auto& work) {
        for (std::size_t i = 0; i < files.size(); ++i) {
            if (outcomes[i].failure) continue;
            try {
                work(i);
            } catch (const FileFailure& failure) {
                if (concerns_all(failure)) throw;
                outcomes[i].failure = failure;
            }
        }
    };
    Directories directories;
    std::vector<std::optional<Temporary>> temporaries(files.size());
    each([&](std::size_t i) {
        auto& open = directories[split(files[i].path).directory];
        const auto missing = together ? Missing::make_unflushed : Missing::make;
        if (!open) open = walk_patiently(split(files[i].path).directory, missing);
        temporaries[i].emplace(*open, files[i].content, when);
    });
    together ? flush_disks(directories) : flush();
    unflushed_ = together;
    try {
        each([&](std::size_t i) {
            outcomes[i].written = replace_unchanged(files[i], *temporaries[i], when);
        });
    } catch (const FileFailure&) {
        flush();  // nobody is told which have their names, so nobody would do it later
        throw;
    }
    return outcomes;
}

bool FileTree::replace_unchanged(const FileWrite& file, Temporary& temporary, Flush flush) {
    const auto name = split(file.path).name;
    auto& directory = temporary.directory();
    const auto entry = directory.stat(name);
    require_file(entry);
    if (entry ? !file.there || entry->stamp != *file.there : file.there.has_value()) return false;
    patiently(Wait::if_refused, [&] { directory.replace(temporary.name(), name, flush); });
    temporary.keep();
    return true;
}

void FileTree::flush() {
    if (unflushed_) patiently(Wait::if_blocked, [&] { root()->flush_all(); });
    unflushed_ = false;
}

// Another disk may be mounted somewhere below.
void FileTree::flush_disks(const Directories& directories) {
    const auto root = this->root();
    std::map<std::uint64_t, Directory*> disks = {{root->volume(), root.get()}};
    for (const auto& [path, directory] : directories) {
        disks.emplace(directory->volume(), directory.get());
    }
    for (const auto& [volume, directory] : disks) directory->flush_all();
}

void FileTree::remove(const std::string& path) {
    const auto parts = split(path);
    const auto open = walk(parts.directory, Missing::leave);
    if (!open) return;
    require_file(open->stat(parts.name));
    patiently(Wait::if_refused, [&] { open->remove(parts.name); });
}

std::optional<std::uint64_t> FileTree::free_space() {
    std::optional<std::uint64_t> space;
    patiently(Wait::if_blocked, [&] { space = root()->free_space(); });
    return space;
}

std::string FileTree::prepare(const std::string& content) {
    const auto open = walk_patiently("", Missing::leave);
    Temporary temporary(*open, content, Flush::now);
    temporary.keep();
    return temporary.name();
}

bool FileTree::place(const std::string& prepared, const std::string& path) {
    const auto parts = split(path);
    const auto from = walk_patiently("", Missing::leave);
    const auto to = walk_patiently(parts.directory, Missing::make);
    bool placed = false;
    patiently(Wait::if_refused, [&] { placed = from->hand_over(prepared, *to, parts.name); });
    return placed;
}

// A directory that is taken away in mid-use must never look like one that has lost its files.
std::unique_ptr<Directory> FileTree::root() {
    auto open = opener_(path_);
    if (open && (!volume_ || volume_ == open->volume())) return open;
    throw FileFailure(FileTrouble::gone, said("the directory is not there"));
}

// Null only if it isn't there and is not to be made.
std::unique_ptr<Directory> FileTree::walk(std::string_view directory, Missing missing) {
    auto open = root();
    while (open && !directory.empty()) {
        const auto slash = directory.find('/');
        const std::string part(directory.substr(0, slash));
        auto next = open->enter(part);
        if (!next && missing != Missing::leave) {
            open->make(part, missing == Missing::make ? Flush::now : Flush::later);
            next = open->enter(part);
            if (!next) throw FileFailure(FileTrouble::other, said("its folder disappeared"));
        }
        open = std::move(next);
        directory.remove_prefix(slash == std::string_view::npos ? directory.size() : slash + 1);
    }
    return open;
}

std::unique_ptr<Directory> FileTree::walk_patiently(const std::string& directory, Missing missing) {
    std::unique_ptr<Directory> open;
    patiently(Wait::if_blocked, [&] { open = walk(directory, missing); });
    return open;
}

void FileTree::patiently(Wait wait, const std::function<void()>& access) {
    for (const auto pause : kPauses) {
        if (clock_ == nullptr) break;
        try {
            return access();
        } catch (const FileFailure& failure) {
            const auto trouble = failure.trouble();
            const bool passes = trouble == FileTrouble::blocked ||
                                (trouble == FileTrouble::refused && wait == Wait::if_refused);
            if (!passes) throw;
        }
        clock_->pause(pause);
    }
    access();
}

}  // namespace cfs
