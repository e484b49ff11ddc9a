#include "core/database/clinic_files.h"

#include "core/database/file_names.h"
#include "core/database/sqlite_backend.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

using namespace cfs;
using namespace cfs::test;

namespace {

namespace fs = boost::filesystem;

// A directory in which nothing can be written.
class Full : public Directory {
  public:
    Full(std::unique_ptr<Directory> real, FileTrouble trouble)
        : real_(std::move(real)), trouble_(trouble) {}
    std::unique_ptr<Directory> enter(const std::string& name) override {
        auto real = real_->enter(name);
        return real ? std::make_unique<Full>(std::move(real), trouble_) : nullptr;
    }
    void make(const std::string&, Flush) override { fail(); }
    std::vector<FolderEntry> list() override { return real_->list(); }
    std::optional<FolderEntry> stat(const std::string& name) override { return real_->stat(name); }
    std::optional<std::string> read(const std::string& name, std::size_t limit,
                                    Excess excess) override {
        if (trouble_ == FileTrouble::refused) fail();
        return real_->read(name, limit, excess);
    }
    void create(const std::string&, const std::string&, Flush) override { fail(); }
    void replace(const std::string&, const std::string&, Flush) override { fail(); }
    bool can_flush_all() const override { return false; }
    void flush_all() override { fail(); }
    bool hand_over(const std::string&, Directory&, const std::string&) override { fail(); }
    void remove(const std::string& name) override { real_->remove(name); }
    std::optional<std::uint64_t> free_space() override { return std::nullopt; }
    std::uint64_t volume() override { return real_->volume(); }

  private:
    [[noreturn]] void fail() const { throw FileFailure(trouble_, "no"); }

    std::unique_ptr<Directory> real_;
    FileTrouble trouble_;
};

struct Place {
    explicit Place(RootOpener opener = open_root_directory) : files(*session, std::move(opener)) {}

    // As inside transactions and between them.
    FileLook look(const std::string& path) {
        auto look = files.look_at(folder.text(), path);
        files.read_wanted();
        return look.content || !look.trouble.empty() ? look : files.look_at(folder.text(), path);
    }
    std::string put(const std::string& name, const std::string& content,
                    const std::string& own = "") {
        for (int turn = 0; turn < 20; ++turn) {
            try {
                files.need(folder.text(), sha256(content));
                files.require_ready();
                return files.put(folder.text(), "14/", name, sha256(content), own);
            } catch (const FilesFirst&) {
                files.get_ready([&](const Digest&) { return std::optional(content); },
                                [&](const std::string&, const ClinicFiles::Take& take) {
                                    for (const auto& path : named) take(path);
                                });
            }
        }
        return "no end";
    }
    std::string why(const std::string& content) {
        try {
            return put("scan.pdf", content);
        } catch (const FileWaits& waits) {
            return waits.what();
        }
    }

    TemporaryFolder folder;
    std::vector<std::string> named;  // by rows
    std::unique_ptr<Backend> backend = make_sqlite_backend(":memory:");
    std::unique_ptr<SqlSession> session = with_table(backend->connect());
    ClinicFiles files;

    static std::unique_ptr<SqlSession> with_table(std::unique_ptr<SqlSession> session) {
        session->execute("CREATE TABLE cfs_clinic_file (place TEXT, stamp TEXT, content TEXT)");
        return session;
    }
};

}  // namespace

TEST_CASE("clinic files: a file is read between transactions, and once") {
    Place place;
    write_file(place.folder / "scan.pdf", "content");
    const auto first = place.files.look_at(place.folder.text(), "scan.pdf");
    REQUIRE_FALSE(first.content);
    REQUIRE(first.trouble.empty());
    REQUIRE_THROWS_AS(place.files.require_ready(), FilesFirst);
    place.files.read_wanted();
    place.files.require_ready();
    REQUIRE(place.look("scan.pdf").content == sha256("content"));
    REQUIRE(place.files.content(sha256("content")) == "content");
    REQUIRE(place.files.size_of(sha256("content")) == 7);
    place.files.save(10);
    REQUIRE(place.session->number("SELECT count(*) FROM cfs_clinic_file") == 1);
    // Another run knows it without reading it.
    ClinicFiles later(*place.session);
    REQUIRE(later.look_at(place.folder.text(), "scan.pdf").content == sha256("content"));
    write_file(place.folder / "scan.pdf", "other content");
    REQUIRE_FALSE(later.look_at(place.folder.text(), "scan.pdf").content);
    REQUIRE_FALSE(place.files.content(sha256("content")));
}

TEST_CASE("clinic files: what can't be read says why") {
    Place place;
    fs::create_directory(place.folder.path() / "directory");
    fs::create_symlink("/etc/passwd", place.folder / "link");
    fs::create_directory_symlink("/etc", place.folder / "etc");
    write_file(place.folder / "large", "");
    fs::resize_file(place.folder / "large", (std::uintmax_t{256} << 20) + 1);
    REQUIRE(place.look("missing").trouble == "it is not there");
    REQUIRE(place.look("missing/scan.pdf").trouble == "it is not there");
    REQUIRE(place.look("directory").trouble == "it is no ordinary file");
    REQUIRE(place.look("link").trouble == "it is no ordinary file");
    REQUIRE(place.look("etc/passwd").trouble == "it is no ordinary file or lies behind a link");
    REQUIRE(place.look("../scan.pdf").trouble == "it is no ordinary file or lies behind a link");
    REQUIRE(place.look("large").trouble == "it is larger than 256 MiB");
    REQUIRE(place.files.look_at(place.folder / "nowhere", "x").trouble ==
            "that directory is not there");
}

TEST_CASE("clinic files: a file that may not be read is tried again in the next run") {
    bool refused = true;
    Place place([&](const std::string& path) -> std::unique_ptr<Directory> {
        auto real = open_root_directory(path);
        if (!refused) return real;
        return std::make_unique<Full>(std::move(real), FileTrouble::refused);
    });
    write_file(place.folder / "scan.pdf", "content");
    REQUIRE(place.look("scan.pdf").trouble == "access is refused");
    refused = false;
    REQUIRE_FALSE(place.look("scan.pdf").trouble.empty());
    place.files.begin_run();
    REQUIRE(place.look("scan.pdf").content == sha256("content"));
}

TEST_CASE("clinic files: no file takes the place of another or the path of another row") {
    Place place;
    fs::create_directories(place.folder.path() / "14/scan-2.pdf");
    write_file(place.folder / "14/scan.pdf", "other");
    fs::create_symlink("nowhere", place.folder / "14/scan-3.pdf");
    place.named = {"14/scan-4.pdf"};
    REQUIRE(place.put("scan.pdf", "content") == "14/scan-5.pdf");
    REQUIRE(read_file(place.folder / "14/scan.pdf") == "other");
    REQUIRE(read_file(place.folder / "14/scan-5.pdf") == "content");
    // Each row has a file of its own.
    REQUIRE(place.put("scan.pdf", "content") == "14/scan-6.pdf");
    // What a transaction left that was undone is used again, and then is somebody's.
    place.files.begin_transaction();
    REQUIRE(place.put("scan.pdf", "content") == "14/scan-5.pdf");
    place.files.end_transaction();
    const auto files_put = place.files.files_put();
    REQUIRE(place.put("scan.pdf", "content") == "14/scan-6.pdf");
    place.files.take_back(files_put);
    REQUIRE(place.put("scan.pdf", "content") == "14/scan-6.pdf");
    REQUIRE(place.put("scan.pdf", "content") == "14/scan-7.pdf");
    place.files.remove_unused();
    REQUIRE(names_in(place.folder.text()) == std::vector<std::string>{"14"});
}

TEST_CASE("clinic files: a row may have its lost file's path, unless another row names it") {
    Place place;
    place.named = {"14/scan.pdf", "14/knee.pdf", "14/knee.pdf"};
    REQUIRE(place.put("scan.pdf", "content", "14/scan.pdf") == "14/scan.pdf");
    REQUIRE(place.put("knee.pdf", "content", "14/knee.pdf") == "14/knee-2.pdf");
}

TEST_CASE("clinic files: of very many files with one name some wait, soon") {
    Place place;
    for (int number = 1; number <= kMaxNumber; ++number) {
        place.named.push_back("14/" + numbered_name("scan.pdf", number));
    }
    for (int i = 0; i < 1000; ++i) {
        REQUIRE(place.why("content") == "it has no name left that no other file has");
    }
}

TEST_CASE("clinic files: a disk that is full or write-protected makes the row wait") {
    const auto [trouble, sentence] = GENERATE(table<FileTrouble, std::string>(
        {{FileTrouble::disk_full, "the disk is full"},
         {FileTrouble::refused, "access is refused"},
         {FileTrouble::blocked, "it is kept open by another program"}}));
    Place place([wanted = trouble](const std::string& path) {
        return std::make_unique<Full>(open_root_directory(path), wanted);
    });
    REQUIRE(place.why("content") ==
            "it can't be written below " + place.folder.text() + " (" + sentence + ")");
    REQUIRE(names_in(place.folder.text()).empty());
}

TEST_CASE("clinic files: temporary files that a crash left go after a day, others stay") {
    Place place;
    const std::string old = "~cfs-0123456789abcdef.tmp", fresh = "~cfs-fedcba9876543210.tmp";
    for (const auto& name : {old, fresh, std::string("~mine.tmp")}) {
        write_file(place.folder / name, "half of a fi");
    }
    fs::last_write_time(place.folder / old, 1'000'000'000);
    fs::last_write_time(place.folder / "~mine.tmp", 1'000'000'000);
    REQUIRE(place.put("scan.pdf", "content") == "14/scan.pdf");
    REQUIRE(names_in(place.folder.text()) == std::vector<std::string>{"14", fresh, "~mine.tmp"});
}
