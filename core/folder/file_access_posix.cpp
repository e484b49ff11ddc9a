#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

#include "core/folder/file_access.h"
#include "core/model/text.h"

namespace cfs {

namespace {

constexpr std::size_t kChunk = std::size_t{1} << 20;

FileTrouble trouble_of(int error) {
    switch (error) {
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
            return FileTrouble::disk_full;
        case EACCES:
        case EPERM:
        case EROFS:
            return FileTrouble::refused;
        case EBUSY:
        case EAGAIN:
        case ETXTBSY:
            return FileTrouble::blocked;
        case ELOOP:
        case ENOTDIR:
        case EISDIR:
        case EEXIST:
        case ENOTEMPTY:
        case ENXIO:
            return FileTrouble::special;  // ENXIO: a socket
        default:
            return FileTrouble::other;
    }
}

[[noreturn]] void fail(int error) {
    throw FileFailure(trouble_of(error), std::generic_category().message(error));
}

// A name that is too long for the file system can't be there either.
bool is_missing(int error) { return error == ENOENT || error == ENAMETOOLONG; }

// The folder of a disk that went away, a stale mount included.
bool is_root_missing(int error) {
    return is_missing(error) || error == ENOTDIR || error == ENOTCONN || error == ENODEV ||
           error == ESTALE;
}

// File systems that know one name a file only.
bool has_no_links(int error) {
    return error == EPERM || error == ENOTSUP || error == ENOSYS || error == EMLINK;
}

// Network and FUSE file systems are interrupted by signals even in open().
template <class Call>
auto uninterrupted(Call call) {
    auto result = call();
    while (result < 0 && errno == EINTR) result = call();
    return result;
}

class Descriptor {
  public:
    explicit Descriptor(int fd = -1) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }

    [[nodiscard]] int get() const { return fd_; }
    [[nodiscard]] int release() { return std::exchange(fd_, -1); }
    explicit operator bool() const { return fd_ >= 0; }

  private:
    int fd_;
};

Descriptor open_at(int directory, const char* name, int flags, mode_t mode = 0) {
    return Descriptor(
        uninterrupted([&] { return ::openat(directory, name, flags | O_CLOEXEC, mode); }));
}

FileKind kind_of(const struct stat& status) {
    if (S_ISREG(status.st_mode)) return FileKind::file;
    if (S_ISDIR(status.st_mode)) return FileKind::directory;
    return S_ISLNK(status.st_mode) ? FileKind::link : FileKind::other;
}

std::int64_t modified_of(const struct stat& status) {
#ifdef __APPLE__
    const auto& time = status.st_mtimespec;
#else
    const auto& time = status.st_mtim;
#endif
    // Any number can stand there: the years 1684 to 2255 are enough.
    constexpr std::int64_t kLast = 9'000'000'000;
    return std::clamp(std::int64_t{time.tv_sec}, -kLast, kLast) * 1'000'000'000 + time.tv_nsec;
}

bool is_online_only([[maybe_unused]] const struct stat& status) {
#if defined(__APPLE__) && defined(SF_DATALESS)
    return (status.st_flags & SF_DATALESS) != 0;
#else
    return false;
#endif
}

FolderEntry entry_of(const std::string& name, const struct stat& status) {
    FolderEntry entry{name, kind_of(status), {}, is_online_only(status)};
    if (entry.kind == FileKind::file) entry.stamp.size = static_cast<std::uint64_t>(status.st_size);
    entry.stamp.modified = modified_of(status);
    entry.stamp.identity = static_cast<std::uint64_t>(status.st_ino);
    return entry;
}

// Some network file systems have no such thing as flushing; that is no failure of the file.
void require_flushed(int result) {
    if (result == 0) return;
    if (errno == EIO || trouble_of(errno) == FileTrouble::disk_full) fail(errno);
}

void flush(int fd) {
    require_flushed(uninterrupted([&] { return ::fsync(fd); }));
}

void write_all(int fd, std::string_view rest) {
    while (!rest.empty()) {
        const auto size = std::min(rest.size(), kChunk);
        const auto written = uninterrupted([&] { return ::write(fd, rest.data(), size); });
        if (written <= 0) fail(written < 0 ? errno : EIO);
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
}

// Reads up to `cap` bytes; `expected` of them are likely.
std::string read_all(int fd, std::uint64_t expected, std::size_t cap) {
    std::string content;
    std::size_t filled = 0;
    // One byte of room more than expected shows the end without another round.
    content.resize(expected < cap ? static_cast<std::size_t>(expected) + 1 : cap);
    while (filled < cap) {
        if (filled == content.size()) content.resize(filled + std::min(kChunk, cap - filled));
        const auto count = uninterrupted(
            [&] { return ::read(fd, content.data() + filled, content.size() - filled); });
        if (count < 0) fail(errno);
        if (count == 0) break;
        filled += static_cast<std::size_t>(count);
    }
    content.resize(filled);
    return content;
}

[[noreturn]] void fail_too_large(std::size_t limit) {
    throw FileFailure(FileTrouble::too_large, said("more than {1} bytes", limit));
}

class PosixDirectory : public Directory {
  public:
    explicit PosixDirectory(Descriptor fd) : fd_(std::move(fd)) {}

    [[nodiscard]] std::unique_ptr<Directory> enter(const std::string& name) override {
        auto fd = open_at(fd_.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
        if (fd) return std::make_unique<PosixDirectory>(std::move(fd));
        if (is_missing(errno)) return nullptr;
        fail(errno);
    }

    void make(const std::string& name, Flush when) override {
        const bool made = ::mkdirat(fd_.get(), name.c_str(), 0777) == 0;
        if (!made && errno != EEXIST) fail(errno);
        if (made && when == Flush::now) flush(fd_.get());
    }

    [[nodiscard]] std::vector<FolderEntry> list() override {
        // A description of its own: the position of fd_ is left alone.
        auto fd = open_at(fd_.get(), ".", O_RDONLY | O_DIRECTORY);
        if (!fd) fail(errno);
        const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(fd.get()), ::closedir);
        if (!stream) fail(errno);
        static_cast<void>(fd.release());
        std::vector<FolderEntry> entries;
        while (const auto* found = next(stream.get())) {
            const std::string name = found->d_name;
            if (name == "." || name == "..") continue;
            if (auto entry = stat(name)) entries.push_back(std::move(*entry));
        }
        return entries;
    }

    [[nodiscard]] std::optional<FolderEntry> stat(const std::string& name) override {
        struct stat status {};
        const int result = name.empty()
                               ? ::fstat(fd_.get(), &status)
                               : ::fstatat(fd_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW);
        if (result == 0) return entry_of(name, status);
        if (is_missing(errno)) return std::nullopt;
        fail(errno);
    }

    [[nodiscard]] std::optional<std::string> read(const std::string& name, std::size_t limit,
                                                  Excess excess) override {
        // O_NONBLOCK: a pipe must not keep us waiting for its other end.
        const auto fd =
            open_at(fd_.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
        if (!fd && is_missing(errno)) return std::nullopt;
        if (!fd) fail(errno);
        struct stat status {};
        if (::fstat(fd.get(), &status) != 0) fail(errno);
        if (!S_ISREG(status.st_mode)) fail(S_ISDIR(status.st_mode) ? EISDIR : ENXIO);
        const auto size = static_cast<std::uint64_t>(status.st_size);
        if (excess == Excess::cut) return read_all(fd.get(), size, limit);
        if (size > limit) fail_too_large(limit);
        // It may have grown since; one byte beyond the limit tells.
        auto content = read_all(fd.get(), size, limit == SIZE_MAX ? limit : limit + 1);
        if (content.size() > limit) fail_too_large(limit);
        return content;
    }

    void create(const std::string& name, const std::string& content, Flush when) override {
        const auto fd =
            open_at(fd_.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0666);
        if (!fd) fail(errno);
        write_all(fd.get(), content);
        if (when == Flush::now) flush(fd.get());
    }

    void replace(const std::string& from, const std::string& to, Flush when) override {
        if (::renameat(fd_.get(), from.c_str(), fd_.get(), to.c_str()) != 0) fail(errno);
        if (when == Flush::now) flush(fd_.get());
    }

#ifdef __linux__
    [[nodiscard]] bool can_flush_all() const override { return true; }
    void flush_all() override {
        require_flushed(uninterrupted([&] { return ::syncfs(fd_.get()); }));
    }
#else
    [[nodiscard]] bool can_flush_all() const override { return false; }
    void flush_all() override {}
#endif

    [[nodiscard]] bool hand_over(const std::string& from, Directory& to,
                                 const std::string& name) override {
        const int other = static_cast<PosixDirectory&>(to).fd_.get();
        // Unlike a rename this takes nobody's name.
        if (::linkat(fd_.get(), from.c_str(), other, name.c_str(), 0) == 0) {
            flush(other);
            remove(from);
            return true;
        }
        if (errno == EEXIST) return false;
        if (!has_no_links(errno)) fail(errno);
        if (to.stat(name)) return false;
        if (::renameat(fd_.get(), from.c_str(), other, name.c_str()) != 0) fail(errno);
        flush(other);
        return true;
    }

    void remove(const std::string& name) override {
        if (::unlinkat(fd_.get(), name.c_str(), 0) != 0 && !is_missing(errno)) fail(errno);
    }

    [[nodiscard]] std::optional<std::uint64_t> free_space() override {
        struct statvfs status {};
        // Some file systems in user space answer with zeros only.
        if (::fstatvfs(fd_.get(), &status) != 0 || status.f_blocks == 0) return std::nullopt;
        return std::uint64_t{status.f_bavail} * std::uint64_t{status.f_frsize};
    }

    [[nodiscard]] std::uint64_t volume() override {
        struct stat status {};
        if (::fstat(fd_.get(), &status) != 0) fail(errno);
        return static_cast<std::uint64_t>(status.st_dev);
    }

  private:
    static const dirent* next(DIR* stream) {
        errno = 0;
        const auto* found = ::readdir(stream);
        if (found == nullptr && errno != 0) fail(errno);
        return found;
    }

    Descriptor fd_;
};

}  // namespace

std::unique_ptr<Directory> open_root_directory(const std::string& path) {
    auto fd = open_at(AT_FDCWD, path.c_str(), O_RDONLY | O_DIRECTORY);
    if (fd) return std::make_unique<PosixDirectory>(std::move(fd));
    if (is_root_missing(errno)) return nullptr;
    fail(errno);
}

}  // namespace cfs
