// A folder of one test, removed with all it holds at the end.
#pragma once

#include <algorithm>
#include <boost/filesystem.hpp>
#include <boost/filesystem/fstream.hpp>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

namespace cfs::test {

class TemporaryFolder {
  public:
    explicit TemporaryFolder(
        const std::string& name = "cfs",
        const boost::filesystem::path& parent = boost::filesystem::temp_directory_path())
        : path_(parent / boost::filesystem::unique_path(name + "-%%%%-%%%%-%%%%")) {
        boost::filesystem::create_directories(path_);
    }
    ~TemporaryFolder() {
        boost::system::error_code error;
        boost::filesystem::remove_all(path_, error);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] const boost::filesystem::path& path() const { return path_; }
    [[nodiscard]] std::string text() const { return path_.string(); }
    [[nodiscard]] std::string operator/(const std::string& name) const {
        return (path_ / name).string();
    }

  private:
    boost::filesystem::path path_;
};

// In memory where the system offers that, for tests that flush thousands of files.
inline boost::filesystem::path quick_place() {
    constexpr std::uintmax_t kRoom = std::uintmax_t{60} << 20;
    const boost::filesystem::path memory("/dev/shm");
    boost::system::error_code error;
    const auto space = boost::filesystem::space(memory, error);
    return !error && space.available > kRoom ? memory : boost::filesystem::temp_directory_path();
}

inline void write_file(const std::string& path, const std::string& content) {
    boost::filesystem::ofstream(path, std::ios::binary) << content;
}

inline std::string read_file(const std::string& path) {
    std::ostringstream content;
    content << boost::filesystem::ifstream(path, std::ios::binary).rdbuf();
    return content.str();
}

// The names in a folder, sorted.
inline std::vector<std::string> names_in(const std::string& folder) {
    std::vector<std::string> names;
    for (const auto& entry : boost::filesystem::directory_iterator(folder)) {
        names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace cfs::test
