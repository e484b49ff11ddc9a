#include <windows.h>

#include <algorithm>
#include <array>
#include <set>
#include <thread>

#include "core/engine/local_files.h"
#include "tray/folder_hints.h"
#include "tray/folder_watch.h"

namespace cfs {
namespace {

constexpr DWORD kPauseMs = 500;            // events gather meanwhile
constexpr DWORD kLookAgainMs = 60 * 1000;  // for a folder that is missing
constexpr DWORD kArrivals = FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_DIR_NAME |
                            FILE_NOTIFY_CHANGE_LAST_WRITE | FILE_NOTIFY_CHANGE_SIZE;

std::string relative_path(const FILE_NOTIFY_INFORMATION& event) {
    const std::wstring name(event.FileName, event.FileNameLength / sizeof(wchar_t));
    auto path = to_utf8(boost::filesystem::path(name));
    std::replace(path.begin(), path.end(), '\\', '/');
    return path;
}

// Watches one folder for as long as it lives.
class Watcher {
  public:
    Watcher(std::string folder, const FolderChanged& changed)
        : folder_(std::move(folder)), changed_(changed), thread_([this] { work(); }) {}
    ~Watcher() {
        SetEvent(stop_);
        thread_.join();
        CloseHandle(stop_);
    }
    Watcher(const Watcher&) = delete;
    Watcher& operator=(const Watcher&) = delete;

  private:
    [[nodiscard]] bool stopped_within(DWORD milliseconds) const {
        return WaitForSingleObject(stop_, milliseconds) == WAIT_OBJECT_0;
    }

    void work() {
        do {
            const HANDLE directory = CreateFileW(
                to_path(folder_).c_str(), FILE_LIST_DIRECTORY,
                FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING,
                FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OVERLAPPED, nullptr);
            if (directory == INVALID_HANDLE_VALUE) continue;
            while (wait_for_events(directory) && !stopped_within(kPauseMs)) {
            }
            CloseHandle(directory);
        } while (!stopped_within(kLookAgainMs));
    }

    // False: the end, or the folder can be watched no longer.
    bool wait_for_events(HANDLE directory) {
        OVERLAPPED pending{};
        pending.hEvent = CreateEventW(nullptr, TRUE, FALSE, nullptr);
        const bool begun =
            ReadDirectoryChangesW(directory, buffer_.data(), static_cast<DWORD>(buffer_.size()),
                                  TRUE, kArrivals, nullptr, &pending, nullptr);
        const std::array<HANDLE, 2> handles{pending.hEvent, stop_};
        const bool came =
            begun && WaitForMultipleObjects(2, handles.data(), FALSE, INFINITE) == WAIT_OBJECT_0;
        if (begun && !came) CancelIo(directory);
        DWORD size = 0;
        const bool read = begun && GetOverlappedResult(directory, &pending, &size, !came);
        CloseHandle(pending.hEvent);
        if (came && read) tell(size);
        return came && read;
    }

    // Too many events at once come as none.
    void tell(DWORD size) {
        std::set<std::string> directories;
        if (size == 0) directories.insert("");
        for (const char* at = buffer_.data(); size != 0;) {
            const auto& event = *reinterpret_cast<const FILE_NOTIFY_INFORMATION*>(at);
            const auto path = relative_path(event);
            if (event.Action != FILE_ACTION_REMOVED && is_exchanged(path)) {
                directories.insert(path.substr(0, path.rfind('/')));
            }
            if (event.NextEntryOffset == 0) break;
            at += event.NextEntryOffset;
        }
        for (const auto& directory : directories) changed_(folder_, directory);
    }

    std::string folder_;
    const FolderChanged& changed_;
    HANDLE stop_ = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    alignas(DWORD) std::array<char, 64 * 1024> buffer_{};
    std::thread thread_;  // last: it uses all of the above
};

class DirectoryWatch : public FolderWatch {
  public:
    explicit DirectoryWatch(FolderChanged changed) : changed_(std::move(changed)) {}

    void watch(const std::vector<std::string>& folders) override {
        if (folders == folders_) return;
        folders_ = folders;
        watchers_.clear();
        for (const auto& folder : folders) {
            watchers_.push_back(std::make_unique<Watcher>(folder, changed_));
        }
    }

  private:
    FolderChanged changed_;
    std::vector<std::string> folders_;
    std::vector<std::unique_ptr<Watcher>> watchers_;
};

}  // namespace

std::unique_ptr<FolderWatch> make_folder_watch(FolderChanged changed) {
    return std::make_unique<DirectoryWatch>(std::move(changed));
}

}  // namespace cfs
