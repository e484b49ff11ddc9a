#include "tests/faults/system_calls.h"

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <bitset>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <new>

namespace cfs::faults {

namespace {

// What a call does, as far as a fault cares.
enum class Sort : std::uint8_t { look, enter, make, write, change, flush };

enum class Verdict : std::uint8_t { pass, half, fail };

struct Watch {
    std::string below;
    std::optional<Fault> fault;
    bool full = false;  // nothing finds room any more
};

std::optional<Watch> watch;  // while calls are counted
std::bitset<65536> ours;     // descriptors of files below the directory

bool strikes(Kind kind, Sort sort) {
    switch (kind) {
        case Kind::kill:
            return sort == Sort::make || sort == Sort::write || sort == Sort::change;
        case Kind::torn:
        case Kind::short_write:
            return sort == Sort::write;
        case Kind::fail:
            return true;
        case Kind::refuse:
            return sort == Sort::enter || sort == Sort::make || sort == Sort::change;
        case Kind::full:
            return sort == Sort::write || sort == Sort::make;
    }
    return false;
}

void note(const char* call, const std::string& file) {
    auto& tally = shared_tally();
    tally.struck = true;
    std::snprintf(tally.where.data(), tally.where.size(), "%s %s", call, file.c_str());
}

Verdict no_room(Sort sort, bool first) {
    errno = ENOSPC;
    return first && sort == Sort::write ? Verdict::half : Verdict::fail;
}

Verdict strike(Kind kind, Sort sort) {
    switch (kind) {
        case Kind::kill:
            ::kill(::getpid(), SIGKILL);
            return Verdict::fail;
        case Kind::torn:
        case Kind::short_write:
            return Verdict::half;
        case Kind::fail:
            errno = EIO;
            return Verdict::fail;
        case Kind::refuse:
            errno = EACCES;
            return Verdict::fail;
        case Kind::full:
            watch->full = true;
            return no_room(sort, true);
    }
    return Verdict::pass;
}

template <class File>
Verdict meet(Sort sort, const char* call, File file) {
    if (watch->full && strikes(Kind::full, sort)) return no_room(sort, false);
    auto& counts = shared_tally().counts;
    std::optional<Kind> struck;
    for (std::size_t i = 0; i < kKinds.size(); ++i) {
        if (!strikes(kKinds[i], sort)) continue;
        ++counts[i];
        const bool now =
            watch->fault && watch->fault->kind == kKinds[i] && watch->fault->at == counts[i];
        if (now) struck = kKinds[i];
    }
    if (!struck) return Verdict::pass;
    note(call, file());
    return strike(*struck, sort);
}

bool is_ours(int fd) { return watch && fd >= 0 && ours[static_cast<std::size_t>(fd)]; }

bool is_ours(int directory, const char* path) {
    if (!watch) return false;
    if (*path != '/') return is_ours(directory);
    return std::string_view(path).starts_with(watch->below);
}

// The file behind a descriptor, for people.
std::string file_of(int fd) {
    std::array<char, 256> name{};
    const auto link = "/proc/self/fd/" + std::to_string(fd);
    const auto size = ::readlink(link.c_str(), name.data(), name.size() - 1);
    return size > 0 ? name.data() : link;
}

Verdict meet_fd(Sort sort, const char* call, int fd) {
    if (!is_ours(fd)) return Verdict::pass;
    return meet(sort, call, [fd] { return file_of(fd); });
}

Verdict meet_path(Sort sort, const char* call, int directory, const char* path) {
    if (!is_ours(directory, path)) return Verdict::pass;
    return meet(sort, call,
                [&] { return *path == '/' ? std::string(path) : file_of(directory) + "/" + path; });
}

// The C library's own, or a sanitizer's before it.
template <class Call>
Call* next(const char* name) {
    auto* found = ::dlsym(RTLD_NEXT, name);
    Call* call = nullptr;
    std::memcpy(&call, &found, sizeof call);
    return call;
}

using OpenCall = int(int, const char*, int, ...);
using TransferCall = ssize_t(int, const void*, std::size_t);

int opened(int fd, bool is_our_file) {
    if (fd >= 0) ours[static_cast<std::size_t>(fd)] = is_our_file;
    return fd;
}

int open_file(const char* call, int directory, const char* path, int flags, mode_t mode) {
    static auto* const real = next<OpenCall>("openat64");
    if (!is_ours(directory, path)) return opened(real(directory, path, flags, mode), false);
    const bool creates =
        (flags & O_TRUNC) != 0 ||
        ((flags & O_CREAT) != 0 && ::faccessat(directory, path, F_OK, AT_SYMLINK_NOFOLLOW) != 0);
    if (meet_path(creates ? Sort::make : Sort::enter, call, directory, path) == Verdict::fail) {
        return -1;
    }
    return opened(real(directory, path, flags, mode), true);
}

mode_t mode_of(int flags, va_list rest) {
    return (flags & O_CREAT) != 0 ? static_cast<mode_t>(va_arg(rest, unsigned)) : mode_t{0};
}

FILE* open_stream(FILE* (*real)(const char*, const char*), const char* path, const char* mode) {
    if (!is_ours(AT_FDCWD, path)) return real(path, mode);
    const bool creates = *mode == 'w' || (*mode == 'a' && ::access(path, F_OK) != 0);
    const auto sort = creates ? Sort::make : Sort::enter;
    if (meet_path(sort, "fopen", AT_FDCWD, path) == Verdict::fail) return nullptr;
    auto* stream = real(path, mode);
    if (stream != nullptr) (void)opened(::fileno(stream), true);
    return stream;
}

// `write_some` writes so many bytes.
template <class Write>
ssize_t write_to(const char* call, int fd, std::size_t size, Write write_some) {
    switch (meet_fd(Sort::write, call, fd)) {
        case Verdict::pass:
            break;
        case Verdict::fail:
            return -1;
        case Verdict::half:
            const auto done = write_some(size > 1 ? size / 2 : size);
            if (watch->fault->kind == Kind::torn) ::kill(::getpid(), SIGKILL);
            return done;
    }
    return write_some(size);
}

template <class Stat, class Status>
int examine(const char* name, int directory, const char* path, Status* status, int flags) {
    static auto* const real = next<Stat>(name);
    if (meet_path(Sort::look, name, directory, path) == Verdict::fail) return -1;
    return real(directory, path, status, flags);
}

template <class Entry>
Entry* next_entry(const char* name, DIR* stream) {
    static auto* const real = next<Entry*(DIR*)>(name);
    if (meet_fd(Sort::look, name, ::dirfd(stream)) == Verdict::fail) return nullptr;
    return real(stream);
}

int control(int fd, int command, void* argument) {
    static auto* const real = next<int(int, int, ...)>("fcntl64");
    const bool locks = command == F_SETLK || command == F_SETLKW;
    if (locks && meet_fd(Sort::look, "fcntl", fd) == Verdict::fail) return -1;
    return real(fd, command, argument);
}

}  // namespace

std::string name_of(Kind kind) {
    switch (kind) {
        case Kind::kill:
            return "kill";
        case Kind::torn:
            return "torn";
        case Kind::fail:
            return "fail";
        case Kind::refuse:
            return "refuse";
        case Kind::full:
            return "full";
        case Kind::short_write:
            return "short";
    }
    return {};
}

std::optional<Kind> kind_of(const std::string& name) {
    for (const auto kind : kKinds) {
        if (name_of(kind) == name) return kind;
    }
    return std::nullopt;
}

Tally& shared_tally() {
    static auto* const tally = [] {
        auto* memory = ::mmap(nullptr, sizeof(Tally), PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) throw std::bad_alloc();
        return new (memory) Tally;
    }();
    return *tally;
}

void start_counting(const std::string& directory, std::optional<Fault> fault) {
    shared_tally() = {};
    ours.reset();
    watch = Watch{directory, fault, false};
}

void stop_counting() { watch.reset(); }

}  // namespace cfs::faults

// ---- what the program and its libraries call in place of the C library --------------------------

using namespace cfs::faults;

extern "C" {

int open(const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const auto mode = mode_of(flags, rest);
    va_end(rest);
    return open_file("open", AT_FDCWD, path, flags, mode);
}

int open64(const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const auto mode = mode_of(flags, rest);
    va_end(rest);
    return open_file("open", AT_FDCWD, path, flags, mode);
}

int openat(int directory, const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const auto mode = mode_of(flags, rest);
    va_end(rest);
    return open_file("openat", directory, path, flags, mode);
}

int openat64(int directory, const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const auto mode = mode_of(flags, rest);
    va_end(rest);
    return open_file("openat", directory, path, flags, mode);
}

FILE* fopen(const char* path, const char* mode) {
    static auto* const real = next<FILE*(const char*, const char*)>("fopen");
    return open_stream(real, path, mode);
}

FILE* fopen64(const char* path, const char* mode) {
    static auto* const real = next<FILE*(const char*, const char*)>("fopen64");
    return open_stream(real, path, mode);
}

ssize_t read(int fd, void* bytes, std::size_t size) {
    static auto* const real = next<ssize_t(int, void*, std::size_t)>("read");
    if (meet_fd(Sort::look, "read", fd) == Verdict::fail) return -1;
    return real(fd, bytes, size);
}

ssize_t pread(int fd, void* bytes, std::size_t size, off_t offset) {
    static auto* const real = next<ssize_t(int, void*, std::size_t, off_t)>("pread");
    if (meet_fd(Sort::look, "pread", fd) == Verdict::fail) return -1;
    return real(fd, bytes, size, offset);
}

ssize_t pread64(int fd, void* bytes, std::size_t size, off64_t offset) {
    static auto* const real = next<ssize_t(int, void*, std::size_t, off64_t)>("pread64");
    if (meet_fd(Sort::look, "pread", fd) == Verdict::fail) return -1;
    return real(fd, bytes, size, offset);
}

ssize_t write(int fd, const void* bytes, std::size_t size) {
    static auto* const real = next<TransferCall>("write");
    return write_to("write", fd, size, [&](std::size_t some) { return real(fd, bytes, some); });
}

ssize_t writev(int fd, const iovec* parts, int count) {
    static auto* const real = next<ssize_t(int, const iovec*, int)>("writev");
    if (!is_ours(fd)) return real(fd, parts, count);
    std::string bytes;
    for (int i = 0; i < count; ++i) {
        bytes.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
    }
    return ::write(fd, bytes.data(), bytes.size());
}

ssize_t pwrite(int fd, const void* bytes, std::size_t size, off_t offset) {
    static auto* const real = next<ssize_t(int, const void*, std::size_t, off_t)>("pwrite");
    return write_to("pwrite", fd, size,
                    [&](std::size_t some) { return real(fd, bytes, some, offset); });
}

ssize_t pwrite64(int fd, const void* bytes, std::size_t size, off64_t offset) {
    static auto* const real = next<ssize_t(int, const void*, std::size_t, off64_t)>("pwrite64");
    return write_to("pwrite", fd, size,
                    [&](std::size_t some) { return real(fd, bytes, some, offset); });
}

int fsync(int fd) {
    static auto* const real = next<int(int)>("fsync");
    return meet_fd(Sort::flush, "fsync", fd) == Verdict::fail ? -1 : real(fd);
}

int fdatasync(int fd) {
    static auto* const real = next<int(int)>("fdatasync");
    return meet_fd(Sort::flush, "fdatasync", fd) == Verdict::fail ? -1 : real(fd);
}

int ftruncate(int fd, off_t size) noexcept {
    static auto* const real = next<int(int, off_t)>("ftruncate");
    return meet_fd(Sort::change, "ftruncate", fd) == Verdict::fail ? -1 : real(fd, size);
}

int ftruncate64(int fd, off64_t size) noexcept {
    static auto* const real = next<int(int, off64_t)>("ftruncate64");
    return meet_fd(Sort::change, "ftruncate", fd) == Verdict::fail ? -1 : real(fd, size);
}

int renameat(int from_at, const char* from, int to_at, const char* to) noexcept {
    static auto* const real = next<int(int, const char*, int, const char*)>("renameat");
    if (meet_path(Sort::change, "rename", to_at, to) == Verdict::fail) return -1;
    return real(from_at, from, to_at, to);
}

int rename(const char* from, const char* to) noexcept {
    return ::renameat(AT_FDCWD, from, AT_FDCWD, to);
}

int unlinkat(int directory, const char* path, int flags) noexcept {
    static auto* const real = next<int(int, const char*, int)>("unlinkat");
    if (meet_path(Sort::change, "unlink", directory, path) == Verdict::fail) return -1;
    return real(directory, path, flags);
}

int unlink(const char* path) noexcept { return ::unlinkat(AT_FDCWD, path, 0); }

int mkdirat(int directory, const char* path, mode_t mode) noexcept {
    static auto* const real = next<int(int, const char*, mode_t)>("mkdirat");
    if (meet_path(Sort::make, "mkdir", directory, path) == Verdict::fail) return -1;
    return real(directory, path, mode);
}

int mkdir(const char* path, mode_t mode) noexcept { return ::mkdirat(AT_FDCWD, path, mode); }

int fstatat(int directory, const char* path, struct stat* status, int flags) noexcept {
    using Call = int(int, const char*, struct stat*, int);
    return examine<Call>("fstatat", directory, path, status, flags);
}

int fstatat64(int directory, const char* path, struct stat64* status, int flags) noexcept {
    using Call = int(int, const char*, struct stat64*, int);
    return examine<Call>("fstatat64", directory, path, status, flags);
}

int fstat(int fd, struct stat* status) noexcept {
    static auto* const real = next<int(int, struct stat*)>("fstat");
    return meet_fd(Sort::look, "fstat", fd) == Verdict::fail ? -1 : real(fd, status);
}

int fstat64(int fd, struct stat64* status) noexcept {
    static auto* const real = next<int(int, struct stat64*)>("fstat64");
    return meet_fd(Sort::look, "fstat", fd) == Verdict::fail ? -1 : real(fd, status);
}

dirent* readdir(DIR* stream) { return next_entry<dirent>("readdir", stream); }
dirent64* readdir64(DIR* stream) { return next_entry<dirent64>("readdir64", stream); }

int fcntl(int fd, int command, ...) {
    va_list rest;
    va_start(rest, command);
    auto* argument = va_arg(rest, void*);
    va_end(rest);
    return control(fd, command, argument);
}

int fcntl64(int fd, int command, ...) {
    va_list rest;
    va_start(rest, command);
    auto* argument = va_arg(rest, void*);
    va_end(rest);
    return control(fd, command, argument);
}

}  // extern "C"
