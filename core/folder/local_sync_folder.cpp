#include "core/folder/local_sync_folder.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <type_traits>
#include <utility>

#include "core/folder/file_access.h"
#include "core/folder/temporary_name.h"
#include "core/folder/xml_text.h"
#include "core/model/error.h"

namespace cfs {

namespace {

using std::chrono::milliseconds;

// A cloud client or a virus scanner keeps a file open for moments only.
constexpr std::array kPauses{milliseconds(50), milliseconds(150), milliseconds(400)};

ErrorCode code_of(FileTrouble trouble) {
    switch (trouble) {
        case FileTrouble::special:
            return ErrorCode::file_link;
        case FileTrouble::too_large:
            return ErrorCode::file_too_large;
        case FileTrouble::disk_full:
            return ErrorCode::disk_full;
        case FileTrouble::refused:
        case FileTrouble::blocked:
        case FileTrouble::other:
            return ErrorCode::folder_unwritable;
    }
    return ErrorCode::internal;
}

// Why it failed and what to do, behind "The file x in the sync folder y could not be read ".
std::string reason_of(const FileFailure& failure) {
    const std::string text = failure.what();
    switch (failure.trouble()) {
        case FileTrouble::special:
            return "because it is no ordinary file or folder, or lies behind a link (" + text +
                   "). A sync follows no links: put the real file or folder in its place.";
        case FileTrouble::too_large:
            return "because it is too large (" + text +
                   "). Restore an earlier version of it with the cloud service.";
        case FileTrouble::disk_full:
            return "because the disk is full. Free some space; the next sync continues.";
        case FileTrouble::refused:
            return "because access is refused (" + text +
                   "). Check the rights to the folder and that its disk is not write-protected.";
        case FileTrouble::blocked:
            return "because another program keeps it open (" + text +
                   "). The next sync tries again.";
        case FileTrouble::other:
            return "(" + text + "). Check the disk and its connection; the next sync tries again.";
    }
    return {};
}

struct SplitPath {
    std::string directory, name;
};

SplitPath split(const std::string& path) {
    const auto slash = path.rfind('/');
    if (slash == std::string::npos) return {"", path};
    return {path.substr(0, slash), path.substr(slash + 1)};
}

class LocalSyncFolder : public SyncFolder {
  public:
    LocalSyncFolder(std::string path, RootOpener opener, Clock& clock)
        : path_(std::move(path)), opener_(std::move(opener)), clock_(clock) {}

    [[nodiscard]] std::string name() const override { return path_; }

    [[nodiscard]] bool exists() override {
        return looking("", "opened", [&] {
            const auto open = opener_(path_);
            volume_ = open ? std::optional(open->volume()) : std::nullopt;
            return open != nullptr;
        });
    }

    [[nodiscard]] std::vector<FolderEntry> list(const std::string& directory) override {
        return looking(directory, "listed", [&] {
            const auto open = walk(directory, Missing::leave);
            return open ? plain(open->list()) : std::vector<FolderEntry>();
        });
    }

    [[nodiscard]] std::optional<FolderEntry> stat(const std::string& path) override {
        return looking(path, "examined", [&]() -> std::optional<FolderEntry> {
            const auto [parent, name] = split(path);
            const auto open = walk(parent, Missing::leave);
            return open ? open->stat(name) : std::nullopt;
        });
    }

    [[nodiscard]] std::optional<std::string> read(const std::string& path,
                                                  std::size_t max_size) override {
        return read_up_to(path, max_size, Excess::refuse);
    }

    [[nodiscard]] std::optional<std::string> read_head(const std::string& path,
                                                       std::size_t size) override {
        return read_up_to(path, size, Excess::cut);
    }

    void write(const std::string& path, const std::string& content) override {
        guarded(path, "written", [&] {
            const auto [parent, name] = split(path);
            const auto open = patiently(Wait::if_blocked, [&, &directory = parent] {
                return walk(directory, Missing::make);
            });
            require_file(open->stat(name));
            replace_file(*open, name, content);
        });
    }

    void remove(const std::string& path) override {
        guarded(path, "removed", [&] {
            const auto [parent, name] = split(path);
            const auto open = walk(parent, Missing::leave);
            if (!open) return;
            require_file(open->stat(name));
            patiently(Wait::if_refused, [&, &file = name] { open->remove(file); });
        });
    }

    [[nodiscard]] std::optional<std::uint64_t> free_space() override {
        return looking("", "opened", [&] { return root()->free_space(); });
    }

  private:
    enum class Missing : std::uint8_t { leave, make };
    // Some systems say "refused" where another program blocks a name.
    enum class Wait : std::uint8_t { if_blocked, if_refused };

    // Runs `access`; a failure becomes the sentence that the user reads.
    template <class Access>
    std::invoke_result_t<Access&> guarded(const std::string& path, std::string_view verb,
                                          Access access) {
        try {
            if (!path.empty() && !is_plain_path(path)) {
                throw FileFailure(FileTrouble::special, "the name would lead out of the folder");
            }
            return access();
        } catch (const FileFailure& failure) {
            throw Error(code_of(failure.trouble()), named(path, verb) + reason_of(failure));
        }
    }

    // The same for what changes nothing and so can begin anew.
    template <class Access>
    std::invoke_result_t<Access&> looking(const std::string& path, std::string_view verb,
                                          Access access) {
        return guarded(path, verb, [&] { return patiently(Wait::if_blocked, access); });
    }

    [[nodiscard]] std::string named(const std::string& path, std::string_view verb) const {
        std::string text = "The ";
        if (!path.empty())
            text += (verb == "listed" ? "folder " : "file ") + printable(path) + " in the ";
        return text + "sync folder " + path_ + " could not be " + std::string(verb) + ' ';
    }

    // A folder that is taken away in mid-use must never look like one that has lost its files.
    [[nodiscard]] std::unique_ptr<Directory> root() {
        auto open = opener_(path_);
        if (open && (!volume_ || volume_ == open->volume())) return open;
        throw Error(ErrorCode::folder_missing,
                    "The sync folder " + path_ +
                        " is not there. Connect its disk or choose the folder again.");
    }

    // Null only if it isn't there and is not to be made.
    [[nodiscard]] std::unique_ptr<Directory> walk(std::string_view directory, Missing missing) {
        auto open = root();
        while (open && !directory.empty()) {
            const auto slash = directory.find('/');
            const std::string part(directory.substr(0, slash));
            auto next = open->enter(part);
            if (!next && missing == Missing::make) {
                open->make(part);
                next = open->enter(part);
                if (!next) throw FileFailure(FileTrouble::other, "its folder disappeared");
            }
            open = std::move(next);
            directory.remove_prefix(slash == std::string_view::npos ? directory.size() : slash + 1);
        }
        return open;
    }

    [[nodiscard]] std::optional<std::string> read_up_to(const std::string& path, std::size_t limit,
                                                        Excess excess) {
        return looking(path, "read", [&]() -> std::optional<std::string> {
            const auto [parent, name] = split(path);
            const auto open = walk(parent, Missing::leave);
            return open ? open->read(name, limit, excess) : std::nullopt;
        });
    }

    void replace_file(Directory& directory, const std::string& name, const std::string& content) {
        const auto temporary = temporary_name();
        try {
            directory.create(temporary, content);
            patiently(Wait::if_refused, [&] { directory.replace(temporary, name); });
        } catch (...) {
            try {
                directory.remove(temporary);
            } catch (const FileFailure&) {
                // The first failure is the one to tell; cloud clients ignore the name.
            }
            throw;
        }
    }

    template <class Access>
    std::invoke_result_t<Access&> patiently(Wait wait, Access access) {
        for (const auto pause : kPauses) {
            try {
                return access();
            } catch (const FileFailure& failure) {
                const auto trouble = failure.trouble();
                const bool passes = trouble == FileTrouble::blocked ||
                                    (trouble == FileTrouble::refused && wait == Wait::if_refused);
                if (!passes) throw;
            }
            clock_.pause(pause);
        }
        return access();
    }

    static void require_file(const std::optional<FolderEntry>& entry) {
        if (entry && entry->kind != FileKind::file) {
            throw FileFailure(FileTrouble::special, "no ordinary file has this name");
        }
    }

    // Only what the other calls can name.
    static std::vector<FolderEntry> plain(std::vector<FolderEntry> entries) {
        std::erase_if(entries, [](const FolderEntry& entry) { return !is_plain_path(entry.name); });
        return entries;
    }

    std::string path_;
    RootOpener opener_;
    Clock& clock_;
    std::optional<std::uint64_t> volume_;  // where exists() last saw the folder
};

}  // namespace

std::unique_ptr<SyncFolder> make_local_folder(const std::string& path, RootOpener opener,
                                              Clock& clock) {
    return std::make_unique<LocalSyncFolder>(path, std::move(opener), clock);
}

std::unique_ptr<SyncFolder> open_local_folder(const std::string& path) {
    return make_local_folder(path, open_root_directory, system_clock());
}

}  // namespace cfs
