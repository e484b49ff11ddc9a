#include <algorithm>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "core/folder/file_access.h"
#include "core/folder/windows_basics.h"
#include "core/model/text.h"

namespace cfs {

namespace {

constexpr DWORD kChunk = 1U << 20U;
// Not every SDK names them.
constexpr DWORD kRecallOnOpen = 0x00040000;
constexpr DWORD kRecallOnDataAccess = 0x00400000;
constexpr DWORD kOnlineOnly = kRecallOnOpen | kRecallOnDataAccess | FILE_ATTRIBUTE_OFFLINE;

[[noreturn]] void fail_too_large(std::size_t limit) {
    throw FileFailure(FileTrouble::too_large, said("more than {1} bytes", limit));
}

std::string read_all(const Handle& file, std::uint64_t expected, std::size_t cap) {
    std::string content;
    std::size_t filled = 0;
    content.resize(expected < cap ? static_cast<std::size_t>(expected) + 1 : cap);
    while (filled < cap) {
        if (filled == content.size())
            content.resize(filled + std::min<std::size_t>(kChunk, cap - filled));
        const auto room = std::min<std::size_t>(kChunk, content.size() - filled);
        DWORD count = 0;
        if (!ReadFile(file.get(), content.data() + filled, static_cast<DWORD>(room), &count,
                      nullptr)) {
            fail(GetLastError());
        }
        if (count == 0) break;
        filled += count;
    }
    content.resize(filled);
    return content;
}

void write_all(const Handle& file, std::string_view rest) {
    while (!rest.empty()) {
        const auto size = static_cast<DWORD>(std::min<std::size_t>(kChunk, rest.size()));
        DWORD written = 0;
        if (!WriteFile(file.get(), rest.data(), size, &written, nullptr)) fail(GetLastError());
        if (written == 0) fail(ERROR_WRITE_FAULT);
        rest.remove_prefix(written);
    }
}

// Opens a regular file for reading without following a link.
Handle open_file(const std::wstring& path) {
    auto file = open_handle(
        path, GENERIC_READ, kShareAll,
        FILE_FLAG_OPEN_REPARSE_POINT | FILE_FLAG_SEQUENTIAL_SCAN | FILE_FLAG_BACKUP_SEMANTICS);
    if (!file) return file;
    const auto tagged = tagged_of(file);
    if (is_link(tagged) || (tagged.attributes & FILE_ATTRIBUTE_DIRECTORY) != 0) {
        fail(ERROR_DIRECTORY);
    }
    if ((tagged.attributes & FILE_ATTRIBUTE_REPARSE_POINT) == 0) return file;
    // A placeholder: only a handle without that flag makes the cloud client bring its content.
    auto content = open_handle(path, GENERIC_READ, kShareAll, FILE_FLAG_SEQUENTIAL_SCAN);
    if (!content) fail(GetLastError());
    const auto before = information_of(file), after = information_of(content);
    const bool same = before.dwVolumeSerialNumber == after.dwVolumeSerialNumber &&
                      before.nFileIndexHigh == after.nFileIndexHigh &&
                      before.nFileIndexLow == after.nFileIndexLow;
    if (!same) fail(ERROR_CANT_RESOLVE_FILENAME);
    return content;
}

FolderEntry entry_of(std::string name, const WIN32_FIND_DATAW& found) {
    FolderEntry entry;
    entry.name = std::move(name);
    const bool directory = (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
    entry.kind = directory ? FileKind::directory : FileKind::file;
    if (is_link({found.dwFileAttributes, found.dwReserved0})) entry.kind = FileKind::link;
    if (entry.kind == FileKind::file) {
        entry.stamp.size = joined(found.nFileSizeHigh, found.nFileSizeLow);
        entry.online_only = (found.dwFileAttributes & kOnlineOnly) != 0;
    }
    entry.stamp.modified = nanoseconds(found.ftLastWriteTime);
    // A file's id would take opening it, which may download it.
    entry.stamp.identity =
        joined(found.ftCreationTime.dwHighDateTime, found.ftCreationTime.dwLowDateTime);
    return entry;
}

// A directory held open can be neither renamed nor replaced by a link, so that the paths below it
// keep their meaning as long as its object lives.
struct HeldDirectory {
    Handle handle;
    std::shared_ptr<const HeldDirectory> parent;
};

class WindowsDirectory : public Directory {
  public:
    WindowsDirectory(std::wstring path, std::shared_ptr<const HeldDirectory> held)
        : path_(std::move(path)), held_(std::move(held)) {}

    [[nodiscard]] std::unique_ptr<Directory> enter(const std::string& name) override {
        if (!is_possible_name(name)) return nullptr;
        const auto path = path_of(name);
        auto handle = open_handle(path, FILE_LIST_DIRECTORY | FILE_READ_ATTRIBUTES,
                                  FILE_SHARE_READ | FILE_SHARE_WRITE,
                                  FILE_FLAG_OPEN_REPARSE_POINT | FILE_FLAG_BACKUP_SEMANTICS);
        if (!handle && is_missing(GetLastError())) return nullptr;
        if (!handle) fail(GetLastError());
        const auto tagged = tagged_of(handle);
        if (is_link(tagged) || (tagged.attributes & FILE_ATTRIBUTE_DIRECTORY) == 0) {
            fail(ERROR_DIRECTORY);
        }
        return std::make_unique<WindowsDirectory>(
            path, std::make_shared<HeldDirectory>(HeldDirectory{std::move(handle), held_}));
    }

    void make(const std::string& name, Flush) override {
        if (CreateDirectoryW(possible_path(name).c_str(), nullptr)) return;
        if (GetLastError() != ERROR_ALREADY_EXISTS) fail(GetLastError());
    }

    [[nodiscard]] std::vector<FolderEntry> list() override {
        std::vector<FolderEntry> entries;
        find(L"*", [&](const WIN32_FIND_DATAW& found) {
            const auto name = to_utf8(found.cFileName);
            if (!name || *name == "." || *name == "..") return;
            entries.push_back(with_own_time(entry_of(*name, found)));
        });
        return entries;
    }

    [[nodiscard]] std::optional<FolderEntry> stat(const std::string& name) override {
        std::optional<FolderEntry> entry;
        if (name.empty()) return itself();
        if (!is_possible_name(name)) return entry;
        find(to_wide(name), [&](const WIN32_FIND_DATAW& found) { entry = entry_of(name, found); });
        return entry ? with_own_time(std::move(*entry)) : entry;
    }

    [[nodiscard]] std::optional<std::string> read(const std::string& name, std::size_t limit,
                                                  Excess excess) override {
        if (!is_possible_name(name)) return std::nullopt;
        const auto file = open_file(path_of(name));
        if (!file && is_missing(GetLastError())) return std::nullopt;
        if (!file) fail(GetLastError());
        const auto info = information_of(file);
        const auto size = joined(info.nFileSizeHigh, info.nFileSizeLow);
        if (excess == Excess::cut) return read_all(file, size, limit);
        if (size > limit) fail_too_large(limit);
        auto content = read_all(file, size, limit == SIZE_MAX ? limit : limit + 1);
        if (content.size() > limit) fail_too_large(limit);
        return content;
    }

    void create(const std::string& name, const std::string& content, Flush when) override {
        const Handle file(CreateFileW(possible_path(name).c_str(), GENERIC_WRITE, 0, nullptr,
                                      CREATE_NEW, FILE_ATTRIBUTE_NORMAL, nullptr));
        if (!file) fail(GetLastError());
        write_all(file, content);
        if (when == Flush::now && !FlushFileBuffers(file.get())) fail(GetLastError());
    }

    void replace(const std::string& from, const std::string& to, Flush when) override {
        const DWORD through = when == Flush::now ? MOVEFILE_WRITE_THROUGH : 0;
        if (!MoveFileExW(possible_path(from).c_str(), possible_path(to).c_str(),
                         MOVEFILE_REPLACE_EXISTING | through)) {
            fail(GetLastError());
        }
    }

    // A whole volume can be flushed by administrators only.
    [[nodiscard]] bool can_flush_all() const override { return false; }
    void flush_all() override {}

    [[nodiscard]] bool hand_over(const std::string& from, Directory& to,
                                 const std::string& name) override {
        const auto target = static_cast<WindowsDirectory&>(to).possible_path(name);
        if (MoveFileExW(possible_path(from).c_str(), target.c_str(), MOVEFILE_WRITE_THROUGH)) {
            return true;
        }
        const auto error = GetLastError();
        if (error == ERROR_ALREADY_EXISTS || error == ERROR_FILE_EXISTS) return false;
        fail(error);
    }

    void remove(const std::string& name) override {
        if (!is_possible_name(name)) return;
        if (!DeleteFileW(path_of(name).c_str()) && !is_missing(GetLastError())) {
            fail(GetLastError());
        }
    }

    [[nodiscard]] std::optional<std::uint64_t> free_space() override {
        ULARGE_INTEGER available{};
        if (!GetDiskFreeSpaceExW(below(L"").c_str(), &available, nullptr, nullptr))
            return std::nullopt;
        return available.QuadPart;
    }

    [[nodiscard]] std::uint64_t volume() override {
        return information_of(held_->handle).dwVolumeSerialNumber;
    }

  private:
    // Such paths are taken literally: a drive's own directory already ends in a backslash.
    [[nodiscard]] std::wstring below(const std::wstring& name) const {
        return path_.back() == L'\\' ? path_ + name : path_ + L'\\' + name;
    }

    [[nodiscard]] std::wstring path_of(const std::string& name) const {
        return below(to_wide(name));
    }

    [[nodiscard]] std::wstring possible_path(const std::string& name) const {
        if (!is_possible_name(name)) fail(ERROR_INVALID_NAME);
        return path_of(name);
    }

    template <class Visit>
    void find(const std::wstring& pattern, Visit visit) const {
        WIN32_FIND_DATAW found{};
        const HANDLE search =
            FindFirstFileExW(below(pattern).c_str(), FindExInfoBasic, &found, FindExSearchNameMatch,
                             nullptr, FIND_FIRST_EX_LARGE_FETCH);
        if (search == INVALID_HANDLE_VALUE) {
            if (is_missing(GetLastError())) return;
            fail(GetLastError());
        }
        const std::unique_ptr<void, BOOL(WINAPI*)(HANDLE)> closer(search, FindClose);
        do {
            visit(found);
        } while (FindNextFileW(search, &found));
        if (GetLastError() != ERROR_NO_MORE_FILES) fail(GetLastError());
    }

    // NTFS is late in telling a directory's parent when it changed.
    [[nodiscard]] FolderEntry with_own_time(FolderEntry entry) const {
        if (entry.kind != FileKind::directory) return entry;
        const auto handle = open_handle(path_of(entry.name), FILE_READ_ATTRIBUTES, kShareAll,
                                        FILE_FLAG_OPEN_REPARSE_POINT | FILE_FLAG_BACKUP_SEMANTICS);
        if (handle) entry.stamp.modified = nanoseconds(information_of(handle).ftLastWriteTime);
        return entry;
    }

    [[nodiscard]] FolderEntry itself() const {
        const auto info = information_of(held_->handle);
        FolderEntry entry{"", FileKind::directory, {}, false};
        entry.stamp.modified = nanoseconds(info.ftLastWriteTime);
        entry.stamp.identity =
            joined(info.ftCreationTime.dwHighDateTime, info.ftCreationTime.dwLowDateTime);
        return entry;
    }

    std::wstring path_;
    std::shared_ptr<const HeldDirectory> held_;
};

}  // namespace

std::unique_ptr<Directory> open_root_directory(const std::string& path) {
    const auto wide = long_path(path);
    auto handle = open_handle(wide, FILE_LIST_DIRECTORY | FILE_READ_ATTRIBUTES,
                              FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_FLAG_BACKUP_SEMANTICS);
    if (!handle && is_root_missing(GetLastError())) return nullptr;
    if (!handle) fail(GetLastError());
    if ((information_of(handle).dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) == 0) return nullptr;
    return std::make_unique<WindowsDirectory>(
        wide, std::make_shared<HeldDirectory>(HeldDirectory{std::move(handle), nullptr}));
}

}  // namespace cfs
