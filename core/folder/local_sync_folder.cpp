#include "core/folder/local_sync_folder.h"

#include <string_view>
#include <type_traits>
#include <utility>

#include "core/folder/file_access.h"
#include "core/folder/file_tree.h"
#include "core/folder/xml_text.h"
#include "core/model/error.h"

namespace cfs {

namespace {

ErrorCode code_of(FileTrouble trouble) {
    switch (trouble) {
        case FileTrouble::special:
            return ErrorCode::file_link;
        case FileTrouble::too_large:
            return ErrorCode::file_too_large;
        case FileTrouble::disk_full:
            return ErrorCode::disk_full;
        case FileTrouble::gone:
            return ErrorCode::folder_missing;
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
        case FileTrouble::gone:
        case FileTrouble::other:
            return "(" + text + "). Check the disk and its connection; the next sync tries again.";
    }
    return {};
}

class LocalSyncFolder : public SyncFolder {
  public:
    LocalSyncFolder(const std::string& path, RootOpener opener, Clock& clock)
        : tree_(path, std::move(opener), &clock) {}

    [[nodiscard]] std::string name() const override { return tree_.path(); }

    [[nodiscard]] bool exists() override {
        return guarded("", "opened", [&] { return tree_.exists(); });
    }

    [[nodiscard]] std::vector<FolderEntry> list(const std::string& directory) override {
        return guarded(directory, "listed", [&] { return tree_.list(directory); });
    }

    [[nodiscard]] std::optional<FolderEntry> stat(const std::string& path) override {
        return guarded(path, "examined", [&] { return tree_.stat(path); });
    }

    [[nodiscard]] std::optional<std::string> read(const std::string& path,
                                                  std::size_t max_size) override {
        return guarded(path, "read", [&] { return tree_.read(path, max_size, Excess::refuse); });
    }

    [[nodiscard]] std::optional<std::string> read_head(const std::string& path,
                                                       std::size_t size) override {
        return guarded(path, "read", [&] { return tree_.read(path, size, Excess::cut); });
    }

    void write(const std::string& path, const std::string& content) override {
        guarded(path, "written", [&] { tree_.replace(path, content); });
    }

    void remove(const std::string& path) override {
        guarded(path, "removed", [&] { tree_.remove(path); });
    }

    [[nodiscard]] std::optional<std::uint64_t> free_space() override {
        return guarded("", "opened", [&] { return tree_.free_space(); });
    }

  private:
    // Runs `access`; a failure becomes the sentence that the user reads.
    template <class Access>
    std::invoke_result_t<Access&> guarded(const std::string& path, std::string_view verb,
                                          Access access) {
        try {
            return access();
        } catch (const FileFailure& failure) {
            if (failure.trouble() == FileTrouble::gone) {
                throw Error(ErrorCode::folder_missing,
                            "The sync folder " + name() +
                                " is not there. Connect its disk or choose the folder again.");
            }
            throw Error(code_of(failure.trouble()), named(path, verb) + reason_of(failure));
        }
    }

    [[nodiscard]] std::string named(const std::string& path, std::string_view verb) const {
        std::string text = "The ";
        if (!path.empty())
            text += (verb == "listed" ? "folder " : "file ") + printable(path) + " in the ";
        return text + "sync folder " + name() + " could not be " + std::string(verb) + ' ';
    }

    FileTree tree_;
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
