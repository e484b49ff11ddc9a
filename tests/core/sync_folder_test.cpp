// What every sync folder promises: the same cases on a disk and in memory.
#include "core/folder/sync_folder.h"

#include <algorithm>
#include <memory>

#include "core/folder/local_sync_folder.h"
#include "core/model/error.h"
#include "tests/support/catch.h"
#include "tests/support/counting_folder.h"
#include "tests/support/memory_folder.h"
#include "tests/support/temporary_folder.h"

using namespace cfs;
using namespace cfs::test;

namespace {

namespace fs = boost::filesystem;

class OnDisk {
  public:
    SyncFolder& folder() { return *folder_; }
    void plant_link(const std::string& path) {
        fs::create_directories(place_.path() / "elsewhere");
        fs::create_directory_symlink(place_.path() / "elsewhere", root() / path);
    }
    void plant_directory(const std::string& path) { fs::create_directories(root() / path); }
    void take_away() { fs::rename(root(), place_.path() / "away"); }
    void bring_back() { fs::rename(place_.path() / "away", root()); }

  private:
    [[nodiscard]] fs::path root() const { return place_.path() / "sync folder"; }

    TemporaryFolder place_;
    std::unique_ptr<SyncFolder> folder_ = [this] {
        fs::create_directories(root());
        return open_local_folder(root().string());
    }();
};

class InMemory {
  public:
    SyncFolder& folder() { return folder_; }
    void plant_link(const std::string& path) { folder_.plant_entry(path, FileKind::link); }
    void plant_directory(const std::string& path) {
        folder_.plant_entry(path, FileKind::directory);
    }
    void take_away() { folder_.set_taken_away(true); }
    void bring_back() { folder_.set_taken_away(false); }

  private:
    MemoryFolder folder_;
};

template <class Call>
ErrorCode code_of(Call call) {
    try {
        call();
    } catch (const Error& error) {
        INFO(error.what());
        CHECK(std::string(error.what()).find("sync folder") != std::string::npos);
        return error.code();
    }
    return ErrorCode::internal;
}

std::vector<std::string> names(SyncFolder& folder, const std::string& directory) {
    std::vector<std::string> names;
    for (const auto& entry : folder.list(directory)) names.push_back(entry.name);
    std::sort(names.begin(), names.end());
    return names;
}

using Names = std::vector<std::string>;
constexpr std::size_t kLimit = 1 << 20;

}  // namespace

TEMPLATE_TEST_CASE("sync folder: what is written is read, listed and examined", "", OnDisk,
                   InMemory) {
    TestType subject;
    auto& folder = subject.folder();
    REQUIRE(folder.exists());
    REQUIRE(names(folder, "").empty());
    folder.write("patients/ab/one.xml", "first");
    folder.write("cloud-folder-sync.xml", std::string("a\0b\r\n", 5));
    REQUIRE(folder.read("patients/ab/one.xml", kLimit) == "first");
    REQUIRE(folder.read("cloud-folder-sync.xml", kLimit) == std::string("a\0b\r\n", 5));
    REQUIRE(names(folder, "") == Names{"cloud-folder-sync.xml", "patients"});
    REQUIRE(names(folder, "patients") == Names{"ab"});
    REQUIRE(names(folder, "patients/ab") == Names{"one.xml"});
    const auto entry = folder.stat("patients/ab/one.xml");
    REQUIRE(entry);
    REQUIRE(entry == folder.list("patients/ab").front());
    REQUIRE(entry->name == "one.xml");
    REQUIRE(entry->kind == FileKind::file);
    REQUIRE(entry->stamp.size == 5);
    REQUIRE_FALSE(entry->online_only);
    const auto directory = folder.stat("patients");
    REQUIRE(directory);
    REQUIRE(directory->kind == FileKind::directory);
    REQUIRE(directory->stamp.size == 0);
    REQUIRE(folder.stat("")->kind == FileKind::directory);
}

TEMPLATE_TEST_CASE("sync folder: what is not there is nothing", "", OnDisk, InMemory) {
    TestType subject;
    auto& folder = subject.folder();
    REQUIRE_FALSE(folder.read("a.xml", kLimit));
    REQUIRE_FALSE(folder.read("a/b/c.xml", kLimit));
    REQUIRE_FALSE(folder.read_head("a/b.xml", 10));
    REQUIRE_FALSE(folder.stat("a/b.xml"));
    REQUIRE(folder.list("a").empty());
    REQUIRE(folder.list("a/b").empty());
    folder.remove("a.xml");
    folder.remove("a/b.xml");
    const std::string long_name(300, 'x');
    REQUIRE_FALSE(folder.read(long_name, kLimit));
    REQUIRE(names(folder, "").empty());
}

TEMPLATE_TEST_CASE("sync folder: a file is replaced as a whole", "", OnDisk, InMemory) {
    TestType subject;
    auto& folder = subject.folder();
    folder.write("a/x.xml", std::string(3'000'000, 'x'));
    const auto before = folder.stat("a/x.xml")->stamp;
    folder.write("a/x.xml", "short");
    REQUIRE(folder.read("a/x.xml", kLimit) == "short");
    REQUIRE(folder.stat("a/x.xml")->stamp != before);
    folder.write("a/x.xml", "");
    REQUIRE(folder.read("a/x.xml", 0) == "");
    REQUIRE(names(folder, "a") == Names{"x.xml"});
}

TEMPLATE_TEST_CASE("sync folder: nothing larger than allowed is read", "", OnDisk, InMemory) {
    TestType subject;
    auto& folder = subject.folder();
    folder.write("x.xml", "0123456789");
    REQUIRE(folder.read("x.xml", 10) == "0123456789");
    REQUIRE(folder.read("x.xml", SIZE_MAX) == "0123456789");
    REQUIRE(code_of([&] { (void)folder.read("x.xml", 9); }) == ErrorCode::file_too_large);
    REQUIRE(code_of([&] { (void)folder.read("x.xml", 0); }) == ErrorCode::file_too_large);
    REQUIRE(folder.read_head("x.xml", 4) == "0123");
    REQUIRE(folder.read_head("x.xml", 0) == "");
    REQUIRE(folder.read_head("x.xml", 10) == "0123456789");
    REQUIRE(folder.read_head("x.xml", 1000) == "0123456789");
}

TEMPLATE_TEST_CASE("sync folder: names of any language and taste", "", OnDisk, InMemory) {
    TestType subject;
    auto& folder = subject.folder();
    const Names all{"Größe ändern.xml", "it's \"one\" (Ann's conflicted copy 2026-11-22).xml",
                    "trailing .xml", "日本語.xml", "👩‍⚕️ 1.xml"};
    for (const auto& name : all) folder.write("dir with space/" + name, name);
    auto sorted = all;
    std::sort(sorted.begin(), sorted.end());
    REQUIRE(names(folder, "dir with space") == sorted);
    for (const auto& name : all) {
        CAPTURE(name);
        REQUIRE(folder.read("dir with space/" + name, kLimit) == name);
        REQUIRE(folder.stat("dir with space/" + name)->name == name);
        folder.remove("dir with space/" + name);
    }
    REQUIRE(names(folder, "dir with space").empty());
}

TEMPLATE_TEST_CASE("sync folder: no path leads out", "", OnDisk, InMemory) {
    TestType subject;
    auto& folder = subject.folder();
    for (const std::string path : {"..", "../x.xml", "a/../../x.xml", "/etc/passwd", "./x.xml",
                                   "a//x.xml", "a\\x.xml", "a/", "\xFF.xml"}) {
        CAPTURE(path);
        REQUIRE(code_of([&] { (void)folder.read(path, kLimit); }) == ErrorCode::file_link);
        REQUIRE(code_of([&] { (void)folder.read_head(path, 1); }) == ErrorCode::file_link);
        REQUIRE(code_of([&] { (void)folder.stat(path); }) == ErrorCode::file_link);
        REQUIRE(code_of([&] { (void)folder.list(path); }) == ErrorCode::file_link);
        REQUIRE(code_of([&] { folder.write(path, "x"); }) == ErrorCode::file_link);
        REQUIRE(code_of([&] { folder.remove(path); }) == ErrorCode::file_link);
    }
    REQUIRE(code_of([&] { (void)folder.read(std::string("a\0b", 3), 9); }) == ErrorCode::file_link);
    REQUIRE(code_of([&] { folder.write("", "x"); }) == ErrorCode::file_link);
    REQUIRE(names(folder, "").empty());
}

TEMPLATE_TEST_CASE("sync folder: links are seen, never followed", "", OnDisk, InMemory) {
    TestType subject;
    auto& folder = subject.folder();
    subject.plant_link("link");
    REQUIRE(folder.stat("link")->kind == FileKind::link);
    REQUIRE(folder.list("").front().kind == FileKind::link);
    REQUIRE(code_of([&] { (void)folder.read("link", kLimit); }) == ErrorCode::file_link);
    REQUIRE(code_of([&] { (void)folder.list("link"); }) == ErrorCode::file_link);
    REQUIRE(code_of([&] { (void)folder.stat("link/x.xml"); }) == ErrorCode::file_link);
    REQUIRE(code_of([&] { (void)folder.read("link/x.xml", kLimit); }) == ErrorCode::file_link);
    REQUIRE(code_of([&] { folder.write("link", "x"); }) == ErrorCode::file_link);
    REQUIRE(code_of([&] { folder.write("link/x.xml", "x"); }) == ErrorCode::file_link);
    REQUIRE(code_of([&] { folder.remove("link"); }) == ErrorCode::file_link);
    REQUIRE(code_of([&] { folder.remove("link/x.xml"); }) == ErrorCode::file_link);
    REQUIRE(folder.stat("link")->kind == FileKind::link);
    REQUIRE(names(folder, "") == Names{"link"});
}

TEMPLATE_TEST_CASE("sync folder: a directory is no file, a file no directory", "", OnDisk,
                   InMemory) {
    TestType subject;
    auto& folder = subject.folder();
    subject.plant_directory("dir.xml");
    folder.write("file", "x");
    REQUIRE(code_of([&] { (void)folder.read("dir.xml", kLimit); }) == ErrorCode::file_link);
    REQUIRE(code_of([&] { (void)folder.read_head("dir.xml", 1); }) == ErrorCode::file_link);
    REQUIRE(code_of([&] { folder.write("dir.xml", "x"); }) == ErrorCode::file_link);
    REQUIRE(code_of([&] { folder.remove("dir.xml"); }) == ErrorCode::file_link);
    REQUIRE(code_of([&] { (void)folder.list("file"); }) == ErrorCode::file_link);
    REQUIRE(code_of([&] { (void)folder.read("file/x", kLimit); }) == ErrorCode::file_link);
    REQUIRE(code_of([&] { folder.write("file/x", "x"); }) == ErrorCode::file_link);
    REQUIRE(names(folder, "") == Names{"dir.xml", "file"});
}

TEMPLATE_TEST_CASE("sync folder: a folder that is taken away is missing, not empty", "", OnDisk,
                   InMemory) {
    TestType subject;
    auto& folder = subject.folder();
    folder.write("a/x.xml", "x");
    subject.take_away();
    REQUIRE_FALSE(folder.exists());
    REQUIRE(code_of([&] { (void)folder.list(""); }) == ErrorCode::folder_missing);
    REQUIRE(code_of([&] { (void)folder.stat("a/x.xml"); }) == ErrorCode::folder_missing);
    REQUIRE(code_of([&] { (void)folder.read("a/x.xml", 9); }) == ErrorCode::folder_missing);
    REQUIRE(code_of([&] { folder.write("a/x.xml", "y"); }) == ErrorCode::folder_missing);
    REQUIRE(code_of([&] { folder.remove("a/x.xml"); }) == ErrorCode::folder_missing);
    REQUIRE(code_of([&] { (void)folder.free_space(); }) == ErrorCode::folder_missing);
    REQUIRE_FALSE(folder.exists());  // nothing has made it
    subject.bring_back();
    REQUIRE(folder.exists());
    REQUIRE(folder.read("a/x.xml", 9) == "x");
}

TEMPLATE_TEST_CASE("sync folder: the stamp of a directory tells that names came or went", "",
                   OnDisk, InMemory) {
    TestType subject;
    auto& folder = subject.folder();
    folder.write("a/x.xml", "x");
    folder.write("b/x.xml", "x");
    const auto stamp = [&](const std::string& path) { return folder.stat(path)->stamp; };
    // A disk's clock may tick only every few milliseconds.
    const auto changes_after = [&](auto change) {
        const auto before = stamp("a");
        for (int i = 0; i < 1000 && stamp("a") == before; ++i) change();
        return stamp("a") != before;
    };
    const auto other = stamp("b");
    REQUIRE(changes_after([&] { folder.write("a/y.xml", "y"); }));
    REQUIRE(changes_after([&] {
        folder.write("a/z.xml", "z");
        folder.remove("a/z.xml");
    }));
    REQUIRE(stamp("b") == other);
    const auto before = stamp("a");
    REQUIRE(folder.read("a/x.xml", 9) == "x");
    REQUIRE(names(folder, "a") == Names{"x.xml", "y.xml"});
    REQUIRE(stamp("a") == before);
}

TEMPLATE_TEST_CASE("sync folder: the counting wrapper notes each access", "", OnDisk, InMemory) {
    TestType subject;
    CountingFolder folder(subject.folder());
    REQUIRE(folder.name() == subject.folder().name());
    REQUIRE(folder.exists());
    folder.write("a/x.xml", "x");
    REQUIRE(folder.read("a/x.xml", 9) == "x");
    REQUIRE(folder.read_head("a/x.xml", 1) == "x");
    REQUIRE(folder.list("a").size() == 1);
    REQUIRE(folder.stat("a/x.xml"));
    folder.remove("a/x.xml");
    static_cast<void>(folder.free_space());
    REQUIRE(folder.calls().opened == Names{"a/x.xml", "a/x.xml"});
    REQUIRE(folder.calls().written == Names{"a/x.xml"});
    REQUIRE(folder.calls().listed == Names{"a"});
    REQUIRE(folder.calls().examined == Names{"a/x.xml"});
    REQUIRE(folder.calls().removed == Names{"a/x.xml"});
    folder.forget();
    REQUIRE(folder.calls().opened.empty());
}
