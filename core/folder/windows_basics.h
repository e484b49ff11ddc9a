// The small parts of the Windows file access: errors, names and handles. Internal to core/folder,
// included on Windows only.
#pragma once

#include <windows.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cfs {

// Set in the tags of symbolic links and mount points, not in those of cloud placeholders.
inline constexpr DWORD kNameSurrogate = 0x20000000;

[[noreturn]] void fail(DWORD error);  // throws FileFailure
[[nodiscard]] bool is_missing(DWORD error);
[[nodiscard]] bool is_root_missing(DWORD error);  // the folder of a disk that went away, too

// Names that UTF-8 can't hold (half a surrogate pair) give nothing.
[[nodiscard]] std::optional<std::string> to_utf8(std::wstring_view text);
[[nodiscard]] std::wstring to_wide(std::string_view text);  // throws FileFailure

// The form that may be longer than 260 characters; nothing in it is interpreted any more.
[[nodiscard]] std::wstring long_path(const std::string& path);

// Can a file have this name? A colon would name a stream inside a file, a star many files.
[[nodiscard]] bool is_possible_name(const std::string& name);

class Handle {
  public:
    explicit Handle(HANDLE handle = INVALID_HANDLE_VALUE) : handle_(handle) {}
    Handle(Handle&& other) noexcept : handle_(std::exchange(other.handle_, INVALID_HANDLE_VALUE)) {}
    Handle& operator=(Handle&&) = delete;
    ~Handle() {
        if (*this) CloseHandle(handle_);
    }

    [[nodiscard]] HANDLE get() const { return handle_; }
    explicit operator bool() const { return handle_ != INVALID_HANDLE_VALUE; }

  private:
    HANDLE handle_;
};

inline constexpr DWORD kShareAll = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

// Opens what exists; an invalid handle and GetLastError() otherwise.
[[nodiscard]] Handle open_handle(const std::wstring& path, DWORD access, DWORD share, DWORD flags);

struct Tagged {
    DWORD attributes = 0, tag = 0;
};
[[nodiscard]] Tagged tagged_of(const Handle& handle);
[[nodiscard]] bool is_link(const Tagged& tagged);
[[nodiscard]] BY_HANDLE_FILE_INFORMATION information_of(const Handle& handle);

[[nodiscard]] constexpr std::uint64_t joined(DWORD high, DWORD low) {
    return std::uint64_t{high} << 32U | low;
}
[[nodiscard]] std::int64_t nanoseconds(const FILETIME& time);  // since 1970

}  // namespace cfs
