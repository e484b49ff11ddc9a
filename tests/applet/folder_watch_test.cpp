#include "tray/folder_watch.h"

#include <boost/filesystem.hpp>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>

#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

using namespace cfs;
using namespace cfs::test;

namespace {

// A watch over "shared" and what it has told.
class Watched {
  public:
    Watched() { boost::filesystem::create_directories(folder_ / "shared/patients/ab"); }

    void begin() { watch_->watch({folder_ / "shared"}); }
    void write(const std::string& path) const {
        const boost::filesystem::path file(folder_ / "shared/" + path);
        boost::filesystem::create_directories(file.parent_path());
        write_file(file.string(), "x");
    }
    [[nodiscard]] std::string path(const std::string& path) const { return folder_ / path; }

    // Writes until it is told, since nobody says when the watching has begun.
    [[nodiscard]] bool tells_of(const std::string& path) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (std::chrono::steady_clock::now() < end) {
            write(path);
            if (told_within(std::chrono::milliseconds(200))) return true;
        }
        return false;
    }
    [[nodiscard]] bool told_within(std::chrono::milliseconds time) {
        std::unique_lock lock(mutex_);
        const bool told = changed_.wait_for(lock, time, [this] { return told_ > 0; });
        told_ = 0;
        return told;
    }

    [[nodiscard]] bool tells_directory(const std::string& directory) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::seconds(20),
                                 [&] { return directories_.contains(directory); });
    }

  private:
    TemporaryFolder folder_;
    std::mutex mutex_;
    std::condition_variable changed_;
    int told_ = 0;
    std::set<std::string> directories_;
    std::unique_ptr<FolderWatch> watch_ =
        make_folder_watch([this](const std::string& folder, const std::string& directory) {
            const std::lock_guard lock(mutex_);
            if (folder == folder_ / "shared" && directory.rfind("sites", 0) != 0) ++told_;
            directories_.insert(directory);
            changed_.notify_all();
        });
};

}  // namespace

TEST_CASE("folder watch: a patient's file that comes is told") {
    Watched watched;
    watched.begin();
    REQUIRE(watched.tells_of("patients/ab/x.xml"));
}

TEST_CASE("folder watch: what comes in folders made later is told") {
    Watched watched;
    watched.begin();
    REQUIRE(watched.tells_of("patients/ab/x.xml"));
    watched.write("logs/writer/000000000001.xml");
    REQUIRE(watched.told_within(std::chrono::seconds(20)));
    REQUIRE(watched.tells_of("logs/writer/000000000002.xml"));
}

TEST_CASE("folder watch: what new directories hold already is told by its own directory") {
    Watched watched;
    watched.begin();
    REQUIRE(watched.tells_of("patients/ab/x.xml"));
    write_file((boost::filesystem::create_directories(watched.path("made/writer")),
                watched.path("made/writer/000000000001.xml")),
               "x");
    boost::filesystem::rename(watched.path("made"), watched.path("shared/logs"));
    REQUIRE(watched.tells_directory("logs/writer"));
}

TEST_CASE("folder watch: what is no exchange between sites is not told") {
    Watched watched;
    watched.begin();
    REQUIRE(watched.tells_of("patients/ab/x.xml"));
    // The pause between two reads; then all of the first file's events are told.
    while (watched.told_within(std::chrono::milliseconds(1'500))) {
    }
    watched.write("sites/writer.xml");
    watched.write("patients/ab/~cfs-1.tmp");
    watched.write("notes.txt");
    REQUIRE_FALSE(watched.told_within(std::chrono::milliseconds(1'500)));
    REQUIRE(watched.tells_of("patients/ab/y.xml"));
}

TEST_CASE("folder watch: a folder that goes away is no trouble, nor is its end") {
    Watched watched;
    watched.begin();
    REQUIRE(watched.tells_of("patients/ab/x.xml"));
    boost::filesystem::rename(watched.path("shared"), watched.path("away"));
    boost::filesystem::rename(watched.path("away"), watched.path("shared"));
    REQUIRE(watched.tells_of("patients/ab/x.xml"));
    boost::filesystem::remove_all(watched.path("shared"));
}
