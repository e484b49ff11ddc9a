#include "core/folder/file_tree.h"

#include <array>
#include <utility>

#include "core/folder/temporary_name.h"
#include "core/model/text.h"

namespace cfs {

namespace {

using std::chrono::milliseconds;

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

// Only what the other calls can name.
std::vector<FolderEntry> plain(std::vector<FolderEntry> entries) {
    std::erase_if(entries, [](const FolderEntry& entry) { return !is_plain_path(entry.name); });
    return entries;
}

}  // namespace

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
    (void)create(*open, content, [&](const std::string& temporary) {
        patiently(Wait::if_refused, [&] { open->replace(temporary, parts.name); });
    });
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
    return create(*open, content, [](const std::string&) {});
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
        if (!next && missing == Missing::make) {
            open->make(part);
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

// Nothing is left of it where `use` fails.
std::string FileTree::create(Directory& directory, const std::string& content,
                             const std::function<void(const std::string&)>& use) {
    auto temporary = temporary_name();
    try {
        directory.create(temporary, content);
        use(temporary);
    } catch (...) {
        try {
            directory.remove(temporary);
        } catch (const FileFailure&) {
            // The first failure is the one to tell; cloud clients ignore the name.
        }
        throw;
    }
    return temporary;
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
