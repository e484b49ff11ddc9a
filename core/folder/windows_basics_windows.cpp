#include <algorithm>

#include "core/folder/file_access.h"
#include "core/folder/windows_basics.h"
#include "core/model/text.h"

namespace cfs {

namespace {

constexpr DWORD kCloudFileInUse = 391;
constexpr DWORD kQuotaExceeded = 1295;

FileTrouble trouble_of(DWORD error) {
    switch (error) {
        case ERROR_DISK_FULL:
        case ERROR_HANDLE_DISK_FULL:
        case ERROR_FILE_TOO_LARGE:
        case kQuotaExceeded:
            return FileTrouble::disk_full;
        case ERROR_ACCESS_DENIED:
        case ERROR_NETWORK_ACCESS_DENIED:
        case ERROR_PRIVILEGE_NOT_HELD:
        case ERROR_WRITE_PROTECT:
            return FileTrouble::refused;
        case ERROR_SHARING_VIOLATION:
        case ERROR_LOCK_VIOLATION:
        case ERROR_USER_MAPPED_FILE:
        case ERROR_BUSY:
        case kCloudFileInUse:
            return FileTrouble::blocked;
        case ERROR_DIRECTORY:
        case ERROR_FILE_EXISTS:
        case ERROR_ALREADY_EXISTS:
        case ERROR_CANT_RESOLVE_FILENAME:
            return FileTrouble::special;
        default:
            return FileTrouble::other;
    }
}

std::string message_of(DWORD error) {
    wchar_t buffer[512];
    const DWORD size = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS,
                                      nullptr, error, 0, buffer, 512, nullptr);
    auto text = to_utf8(std::wstring_view(buffer, size)).value_or("");
    while (!text.empty() &&
           std::string_view("\r\n. ").find(text.back()) != std::string_view::npos) {
        text.pop_back();
    }
    return text.empty() ? "error " + std::to_string(error) : text;
}

}  // namespace

void fail(DWORD error) { throw FileFailure(trouble_of(error), message_of(error)); }

bool is_missing(DWORD error) {
    return error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND ||
           error == ERROR_INVALID_NAME || error == ERROR_FILENAME_EXCED_RANGE ||
           error == ERROR_NO_MORE_FILES;
}

bool is_root_missing(DWORD error) {
    return is_missing(error) || error == ERROR_NOT_READY || error == ERROR_INVALID_DRIVE ||
           error == ERROR_BAD_NETPATH || error == ERROR_BAD_NET_NAME ||
           error == ERROR_DEV_NOT_EXIST || error == ERROR_NETWORK_UNREACHABLE ||
           error == ERROR_DIRECTORY;
}

std::optional<std::string> to_utf8(std::wstring_view text) {
    if (text.empty()) return std::string();
    const auto length = static_cast<int>(text.size());
    const int size = WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, text.data(), length,
                                         nullptr, 0, nullptr, nullptr);
    if (size <= 0) return std::nullopt;
    std::string utf8(static_cast<std::size_t>(size), '\0');
    WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, text.data(), length, utf8.data(), size,
                        nullptr, nullptr);
    return utf8;
}

std::wstring to_wide(std::string_view text) {
    if (text.empty()) return {};
    const auto length = static_cast<int>(text.size());
    const int size =
        MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text.data(), length, nullptr, 0);
    if (size <= 0) throw FileFailure(FileTrouble::other, said("the name is not UTF-8"));
    std::wstring wide(static_cast<std::size_t>(size), L'\0');
    MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text.data(), length, wide.data(), size);
    return wide;
}

std::wstring long_path(const std::string& path) {
    auto wide = to_wide(path);
    std::replace(wide.begin(), wide.end(), L'/', L'\\');
    if (wide.rfind(L"\\\\?\\", 0) == 0) return wide;
    const DWORD size = GetFullPathNameW(wide.c_str(), 0, nullptr, nullptr);
    if (size == 0) fail(GetLastError());
    std::wstring full(size, L'\0');
    full.resize(GetFullPathNameW(wide.c_str(), size, full.data(), nullptr));
    while (full.size() > 3 && full.back() == L'\\') full.pop_back();
    if (full.rfind(L"\\\\", 0) == 0) return L"\\\\?\\UNC" + full.substr(1);
    return L"\\\\?\\" + full;
}

bool is_possible_name(const std::string& name) {
    return !name.empty() && name.find_first_of("<>:\"/\\|?*") == std::string::npos &&
           std::none_of(name.begin(), name.end(), [](char c) { return c >= 0 && c < ' '; });
}

Handle open_handle(const std::wstring& path, DWORD access, DWORD share, DWORD flags) {
    return Handle(CreateFileW(path.c_str(), access, share, nullptr, OPEN_EXISTING, flags, nullptr));
}

bool is_link(const Tagged& tagged) {
    return (tagged.attributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0 &&
           (tagged.tag & kNameSurrogate) != 0;
}

Tagged tagged_of(const Handle& handle) {
    FILE_ATTRIBUTE_TAG_INFO info{};
    if (GetFileInformationByHandleEx(handle.get(), FileAttributeTagInfo, &info, sizeof info)) {
        return {info.FileAttributes, info.ReparseTag};
    }
    if (GetLastError() != ERROR_INVALID_PARAMETER) fail(GetLastError());
    BY_HANDLE_FILE_INFORMATION plain{};  // FAT and some network disks know no reparse points
    if (!GetFileInformationByHandle(handle.get(), &plain)) fail(GetLastError());
    return {plain.dwFileAttributes, kNameSurrogate};
}

BY_HANDLE_FILE_INFORMATION information_of(const Handle& handle) {
    BY_HANDLE_FILE_INFORMATION info{};
    if (!GetFileInformationByHandle(handle.get(), &info)) fail(GetLastError());
    return info;
}

std::int64_t nanoseconds(const FILETIME& time) {
    constexpr std::int64_t kUnixEpoch = 116'444'736'000'000'000;  // in steps of 100 ns since 1601
    constexpr std::int64_t kLast = INT64_MAX / 200;
    const auto steps = joined(time.dwHighDateTime, time.dwLowDateTime);
    return (static_cast<std::int64_t>(std::min<std::uint64_t>(steps, kLast)) - kUnixEpoch) * 100;
}

}  // namespace cfs
