// What only a real file system can show: links, pipes, permissions, full disks, other programs.
#ifndef _WIN32

#include "core/folder/local_sync_folder.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/mount.h>
#endif

#include <atomic>
#include <cstring>
#include <thread>

#include "core/model/error.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

using namespace cfs;
using namespace cfs::test;

namespace {

namespace fs = boost::filesystem;

constexpr std::size_t kLimit = 1 << 20;
constexpr uid_t kNobody = 65534;

struct Place {
    TemporaryFolder outside;
    TemporaryFolder inside;
    std::unique_ptr<SyncFolder> folder = open_local_folder(inside.text());
};

struct Failure {
    ErrorCode code = ErrorCode::internal;
    std::string sentence = "nothing failed";
};

template <class Call>
Failure failure_of(Call call) {
    try {
        call();
    } catch (const Error& error) {
        return {error.code(), error.what()};
    }
    return {};
}

bool says(const Failure& failure, const std::string& text) {
    return failure.sentence.find(text) != std::string::npos;
}

void allow(const std::string& path, mode_t mode) { REQUIRE(::chmod(path.c_str(), mode) == 0); }

// Permissions mean nothing to root: it becomes another user for a while.
class WithoutPrivileges {
  public:
    WithoutPrivileges() {
        if (was_root_) changed_ = ::seteuid(kNobody) == 0;
    }
    ~WithoutPrivileges() {
        if (changed_ && ::seteuid(0) != 0) std::abort();
    }
    WithoutPrivileges(const WithoutPrivileges&) = delete;
    WithoutPrivileges& operator=(const WithoutPrivileges&) = delete;
    [[nodiscard]] bool hold() const { return !was_root_ || changed_; }

  private:
    bool was_root_ = ::geteuid() == 0;
    bool changed_ = false;
};

// A small disk of its own, where that is allowed.
class SmallDisk {
  public:
    explicit SmallDisk(const std::string& path) : path_(path) {
#ifdef __linux__
        mounted_ = ::mount("cfs-test", path.c_str(), "tmpfs", 0, "size=256k") == 0;
#endif
    }
    ~SmallDisk() { take_away(); }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    [[nodiscard]] bool mounted() const { return mounted_; }
    void take_away() {
#ifdef __linux__
        if (mounted_) mounted_ = ::umount2(path_.c_str(), MNT_DETACH) != 0;
#endif
    }

  private:
    std::string path_;
    bool mounted_ = false;
};

}  // namespace

TEST_CASE("local folder: a link to a file outside is neither read nor written through") {
    Place place;
    write_file(place.outside / "secret", "secret");
    fs::create_symlink(place.outside / "secret", place.inside / "x.xml");
    const auto read = failure_of([&] { (void)place.folder->read("x.xml", kLimit); });
    REQUIRE(read.code == ErrorCode::file_link);
    REQUIRE(says(read, "x.xml"));
    REQUIRE(says(read, place.inside.text()));
    REQUIRE(failure_of([&] { (void)place.folder->read_head("x.xml", 1); }).code ==
            ErrorCode::file_link);
    REQUIRE(failure_of([&] { place.folder->write("x.xml", "y"); }).code == ErrorCode::file_link);
    REQUIRE(failure_of([&] { place.folder->remove("x.xml"); }).code == ErrorCode::file_link);
    REQUIRE(read_file(place.outside / "secret") == "secret");
    REQUIRE(fs::is_symlink(place.inside / "x.xml"));
}

TEST_CASE("local folder: a link to a directory outside is not entered") {
    Place place;
    write_file(place.outside / "x.xml", "secret");
    fs::create_directory_symlink(place.outside.path(), place.inside / "patients");
    fs::create_directories(place.inside / "logs");
    fs::create_directory_symlink("../..", place.inside / "logs/up");
    for (const std::string directory : {"patients", "logs/up"}) {
        CAPTURE(directory);
        auto& folder = *place.folder;
        REQUIRE(folder.stat(directory)->kind == FileKind::link);
        REQUIRE(failure_of([&] { (void)folder.list(directory); }).code == ErrorCode::file_link);
        const auto file = directory + "/x.xml";
        REQUIRE(failure_of([&] { (void)folder.read(file, 9); }).code == ErrorCode::file_link);
        REQUIRE(failure_of([&] { (void)folder.stat(file); }).code == ErrorCode::file_link);
        REQUIRE(failure_of([&] { folder.write(file, "y"); }).code == ErrorCode::file_link);
        REQUIRE(failure_of([&] { folder.remove(file); }).code == ErrorCode::file_link);
        REQUIRE(failure_of([&] { folder.write(directory + "/a/b", "y"); }).code ==
                ErrorCode::file_link);
    }
    REQUIRE(read_file(place.outside / "x.xml") == "secret");
    REQUIRE(names_in(place.outside.text()) == std::vector<std::string>{"x.xml"});
}

TEST_CASE("local folder: links that lead nowhere or in circles are links") {
    Place place;
    fs::create_symlink("nowhere", place.inside / "broken");
    fs::create_symlink("circle", place.inside / "circle");
    for (const std::string name : {"broken", "circle"}) {
        CAPTURE(name);
        REQUIRE(place.folder->stat(name)->kind == FileKind::link);
        REQUIRE(failure_of([&] { (void)place.folder->read(name, 9); }).code ==
                ErrorCode::file_link);
        REQUIRE(failure_of([&] { place.folder->write(name, "x"); }).code == ErrorCode::file_link);
    }
    REQUIRE(place.folder->list("").size() == 2);
    REQUIRE_FALSE(fs::exists(place.inside / "nowhere"));
}

TEST_CASE("local folder: the folder itself may be a link") {
    Place place;
    fs::create_directory_symlink(place.inside.path(), place.outside / "link");
    const auto folder = open_local_folder(place.outside / "link");
    REQUIRE(folder->exists());
    folder->write("a/x.xml", "x");
    REQUIRE(read_file(place.inside / "a/x.xml") == "x");
    REQUIRE(folder->read("a/x.xml", 9) == "x");
}

TEST_CASE("local folder: a pipe and a socket don't keep us waiting") {
    Place place;
    REQUIRE(::mkfifo((place.inside / "pipe").c_str(), 0600) == 0);
    const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto path = place.inside / "socket";
    REQUIRE(path.size() < sizeof address.sun_path);
    std::strcpy(address.sun_path, path.c_str());
    REQUIRE(::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    for (const std::string name : {"pipe", "socket"}) {
        CAPTURE(name);
        REQUIRE(place.folder->stat(name)->kind == FileKind::other);
        REQUIRE(failure_of([&] { (void)place.folder->read(name, 9); }).code ==
                ErrorCode::file_link);
        REQUIRE(failure_of([&] { place.folder->write(name, "x"); }).code == ErrorCode::file_link);
        REQUIRE(failure_of([&] { place.folder->remove(name); }).code == ErrorCode::file_link);
    }
    ::close(socket);
}

TEST_CASE("local folder: a hard link is read, and never written through") {
    Place place;
    write_file(place.outside / "secret", "secret");
    fs::create_hard_link(place.outside / "secret", place.inside / "x.xml");
    REQUIRE(place.folder->read("x.xml", kLimit) == "secret");
    place.folder->write("x.xml", "mine");
    REQUIRE(read_file(place.inside / "x.xml") == "mine");
    REQUIRE(read_file(place.outside / "secret") == "secret");
}

TEST_CASE("local folder: names that are not UTF-8 are left out") {
    Place place;
    write_file(place.inside / "\xFF.xml", "x");
    write_file(place.inside / "a\\b.xml", "x");
    write_file(place.inside / "good.xml", "x");
    write_file(place.inside / "Icon\r", "x");
    std::vector<std::string> names;
    for (const auto& entry : place.folder->list("")) names.push_back(entry.name);
    std::sort(names.begin(), names.end());
    REQUIRE(names == std::vector<std::string>{"Icon\r", "good.xml"});
}

TEST_CASE("local folder: a huge file is refused by its size") {
    Place place;
    write_file(place.inside / "huge.xml", "begin");
    fs::resize_file(place.inside / "huge.xml", 200 << 20);
    REQUIRE(place.folder->stat("huge.xml")->stamp.size == 200 << 20);
    const auto failure = failure_of([&] { (void)place.folder->read("huge.xml", 16 << 20); });
    REQUIRE(failure.code == ErrorCode::file_too_large);
    REQUIRE(says(failure, "huge.xml"));
    REQUIRE(place.folder->read_head("huge.xml", 5) == "begin");
}

TEST_CASE("local folder: a folder without rights") {
    Place place;
    place.folder->write("a/x.xml", "x");
    allow(place.inside / "a/x.xml", 0000);
    allow(place.inside / "a", 0555);
    allow(place.inside.text(), 0555);
    {
        const WithoutPrivileges user;
        REQUIRE(user.hold());
        const auto read = failure_of([&] { (void)place.folder->read("a/x.xml", 9); });
        REQUIRE(read.code == ErrorCode::folder_unwritable);
        REQUIRE(says(read, "refused"));
        const auto write = failure_of([&] { place.folder->write("a/y.xml", "y"); });
        REQUIRE(write.code == ErrorCode::folder_unwritable);
        REQUIRE(says(write, "Check the rights"));
        REQUIRE(failure_of([&] { place.folder->remove("a/x.xml"); }).code ==
                ErrorCode::folder_unwritable);
        REQUIRE(failure_of([&] { place.folder->write("a/x.xml", "y"); }).code ==
                ErrorCode::folder_unwritable);
        REQUIRE(place.folder->stat("a/x.xml"));
    }
    allow(place.inside.text(), 0777);
    allow(place.inside / "a", 0777);
    REQUIRE(names_in(place.inside / "a") == std::vector<std::string>{"x.xml"});
}

TEST_CASE("local folder: a directory that may not be listed is no empty one") {
    Place place;
    place.folder->write("a/x.xml", "x");
    allow(place.inside.text(), 0777);
    allow(place.inside / "a", 0000);
    {
        const WithoutPrivileges user;
        REQUIRE(failure_of([&] { (void)place.folder->list("a"); }).code ==
                ErrorCode::folder_unwritable);
        REQUIRE(failure_of([&] { (void)place.folder->read("a/x.xml", 9); }).code ==
                ErrorCode::folder_unwritable);
    }
    allow(place.inside.text(), 0777);
    allow(place.inside / "a", 0777);
}

TEST_CASE("local folder: a full disk leaves the old file and no temporary one") {
    Place place;
    const SmallDisk disk(place.inside.text());
    if (!disk.mounted()) {
        WARN("skipped: no small disk can be mounted here");
        return;
    }
    place.folder->write("a/x.xml", "old");
    const auto space = place.folder->free_space();
    REQUIRE(space);
    REQUIRE(*space <= 256 * 1024);
    const auto failure =
        failure_of([&] { place.folder->write("a/x.xml", std::string(1 << 20, 'x')); });
    REQUIRE(failure.code == ErrorCode::disk_full);
    REQUIRE(failure.sentence == "The file a/x.xml in the sync folder " + place.inside.text() +
                                    " could not be written because the disk is full. Free some "
                                    "space; the next sync continues.");
    REQUIRE(place.folder->read("a/x.xml", 9) == "old");
    REQUIRE(names_in(place.inside / "a") == std::vector<std::string>{"x.xml"});
    place.folder->write("a/x.xml", "new");
    REQUIRE(place.folder->read("a/x.xml", 9) == "new");
}

TEST_CASE("local folder: the empty place of a disk that was taken away is no sync folder") {
    Place place;
    SmallDisk disk(place.inside.text());
    if (!disk.mounted()) {
        WARN("skipped: no small disk can be mounted here");
        return;
    }
    REQUIRE(place.folder->exists());
    place.folder->write("a/x.xml", "x");
    disk.take_away();
    REQUIRE(failure_of([&] { (void)place.folder->read("a/x.xml", 9); }).code ==
            ErrorCode::folder_missing);
    REQUIRE(failure_of([&] { place.folder->write("a/x.xml", "y"); }).code ==
            ErrorCode::folder_missing);
    REQUIRE(names_in(place.inside.text()).empty());
}

TEST_CASE("local folder: the root is never made") {
    const TemporaryFolder place;
    const auto folder = open_local_folder(place / "missing");
    REQUIRE_FALSE(folder->exists());
    const auto failure = failure_of([&] { folder->write("a/x.xml", "x"); });
    REQUIRE(failure.code == ErrorCode::folder_missing);
    REQUIRE(says(failure, place / "missing"));
    REQUIRE_FALSE(fs::exists(place / "missing"));
    write_file(place / "file", "x");
    REQUIRE_FALSE(open_local_folder(place / "file")->exists());
}

TEST_CASE("local folder: a file that others replace meanwhile is read whole or not at all") {
    Place place;
    const std::string contents[] = {std::string(100'000, 'a'), std::string(70'000, 'b')};
    place.folder->write("x.xml", contents[0]);
    std::atomic<bool> done = false;
    std::thread other([&] {
        const auto same = open_local_folder(place.inside.text());
        for (std::size_t i = 0; i < 200; ++i) same->write("x.xml", contents[i % 2]);
        done = true;
    });
    std::size_t torn = 0, missing = 0;
    while (!done) {
        const auto content = place.folder->read("x.xml", kLimit);
        if (!content) ++missing;
        if (content && *content != contents[0] && *content != contents[1]) ++torn;
    }
    other.join();
    REQUIRE(torn == 0);
    REQUIRE(missing == 0);
    REQUIRE(names_in(place.inside.text()) == std::vector<std::string>{"x.xml"});
}

TEST_CASE("local folder: a directory that others swap for a link never leads out") {
    Place place;
    write_file(place.outside / "x.xml", "secret");
    place.folder->write("patients/x.xml", "mine");
    fs::create_directory_symlink(place.outside.path(), place.inside / "trap");
    std::atomic<bool> done = false;
    std::thread other([&] {
        for (int i = 0; i < 3000; ++i) {
            fs::rename(place.inside / "patients", place.inside / "real");
            fs::rename(place.inside / "trap", place.inside / "patients");
            fs::rename(place.inside / "patients", place.inside / "trap");
            fs::rename(place.inside / "real", place.inside / "patients");
        }
        done = true;
    });
    std::size_t leaks = 0;
    while (!done) {
        failure_of([&] {
            if (place.folder->read("patients/x.xml", kLimit) == "secret") ++leaks;
        });
    }
    other.join();
    REQUIRE(leaks == 0);
}

#endif
