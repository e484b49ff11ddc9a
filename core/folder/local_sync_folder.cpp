#include "core/folder/local_sync_folder.h"

#include <type_traits>
#include <utility>

#include "core/folder/file_access.h"
#include "core/folder/file_tree.h"
#include "core/folder/xml_text.h"
#include "core/model/error.h"
#include "core/model/text.h"

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

enum class Access { open, list, examine, read, write, remove };

// What could not be done, without the end of the sentence.
std::string failed_text(Access access, const std::string& path, const std::string& folder) {
    const auto name = printable(path);
    switch (access) {
        case Access::open:
            return said("The sync folder {1} could not be opened", folder);
        case Access::list:
            return path.empty() ? said("The sync folder {1} could not be listed", folder)
                                : said("The folder {1} in the sync folder {2} could not be listed",
                                       name, folder);
        case Access::examine:
            return said("The file {1} in the sync folder {2} could not be examined", name, folder);
        case Access::read:
            return said("The file {1} in the sync folder {2} could not be read", name, folder);
        case Access::write:
            return path.empty() ? said("Files in the sync folder {1} could not be written", folder)
                                : said("The file {1} in the sync folder {2} could not be written",
                                       name, folder);
        case Access::remove:
            return said("The file {1} in the sync folder {2} could not be removed", name, folder);
    }
    return {};
}

// `failed`, why, and what to do.
std::string sentence_of(const std::string& failed, const FileFailure& failure) {
    const std::string text = failure.what();
    switch (failure.trouble()) {
        case FileTrouble::special:
            return said(
                "{1} because it is no ordinary file or folder, or lies behind a link ({2}). A sync "
                "follows no links: put the real file or folder in its place.",
                failed, text);
        case FileTrouble::too_large:
            return said(
                "{1} because it is too large ({2}). Restore an earlier version of it with the "
                "cloud service.",
                failed, text);
        case FileTrouble::disk_full:
            return said("{1} because the disk is full. Free some space; the next sync continues.",
                        failed);
        case FileTrouble::refused:
            return said(
                "{1} because access is refused ({2}). Check the rights to the folder and that its "
                "disk is not write-protected.",
                failed, text);
        case FileTrouble::blocked:
            return said(
                "{1} because another program keeps it open ({2}). The next sync tries again.",
                failed, text);
        case FileTrouble::gone:
        case FileTrouble::other:
            return said("{1} ({2}). Check the disk and its connection; the next sync tries again.",
                        failed, text);
    }
    return {};
}

class LocalSyncFolder : public SyncFolder {
  public:
    LocalSyncFolder(const std::string& path, RootOpener opener, Clock& clock)
        : tree_(path, std::move(opener), &clock) {}

    [[nodiscard]] std::string name() const override { return tree_.path(); }

    [[nodiscard]] bool exists() override {
        return guarded("", Access::open, [&] { return tree_.exists(); });
    }

    [[nodiscard]] std::vector<FolderEntry> list(const std::string& directory) override {
        return guarded(directory, Access::list, [&] { return tree_.list(directory); });
    }

    [[nodiscard]] std::optional<FolderEntry> stat(const std::string& path) override {
        return guarded(path, Access::examine, [&] { return tree_.stat(path); });
    }

    [[nodiscard]] std::optional<std::string> read(const std::string& path,
                                                  std::size_t max_size) override {
        return guarded(path, Access::read,
                       [&] { return tree_.read(path, max_size, Excess::refuse); });
    }

    [[nodiscard]] std::optional<std::string> read_head(const std::string& path,
                                                       std::size_t size) override {
        return guarded(path, Access::read, [&] { return tree_.read(path, size, Excess::cut); });
    }

    void write(const std::string& path, const std::string& content) override {
        guarded(path, Access::write, [&] { tree_.replace(path, content); });
    }

    [[nodiscard]] std::vector<FileWritten> write_all(const std::vector<FileWrite>& files) override {
        const auto outcomes = guarded("", Access::write, [&] { return tree_.replace_all(files); });
        std::vector<FileWritten> written(files.size());
        for (std::size_t i = 0; i < files.size(); ++i) {
            written[i].written = outcomes[i].written;
            if (const auto& failure = outcomes[i].failure) {
                written[i].error = error_of(files[i].path, Access::write, *failure);
            }
        }
        return written;
    }

    void flush_written() override {
        guarded("", Access::write, [&] { tree_.flush(); });
    }

    void remove(const std::string& path) override {
        guarded(path, Access::remove, [&] { tree_.remove(path); });
    }

    [[nodiscard]] std::optional<std::uint64_t> free_space() override {
        return guarded("", Access::open, [&] { return tree_.free_space(); });
    }

  private:
    // Does `work`; a failure becomes the sentence that the user reads.
    template <class Work>
    std::invoke_result_t<Work&> guarded(const std::string& path, Access access, Work work) {
        try {
            return work();
        } catch (const FileFailure& failure) {
            throw error_of(path, access, failure);
        }
    }

    [[nodiscard]] Error error_of(const std::string& path, Access access,
                                 const FileFailure& failure) const {
        if (failure.trouble() == FileTrouble::gone) {
            return {ErrorCode::folder_missing,
                    said("The sync folder {1} is not there. Connect its disk or choose the folder "
                         "again.",
                         name())};
        }
        return {code_of(failure.trouble()),
                sentence_of(failed_text(access, path, name()), failure)};
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
