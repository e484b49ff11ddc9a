// Files as plain code reads and writes them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace bench {

// By the batch: temporary files, one flush of the file system, then their names. At the end the
// folders are flushed, and then comes a log.
class FolderWriter {
  public:
    FolderWriter(const std::string& folder, std::int64_t batch);
    ~FolderWriter();
    FolderWriter(const FolderWriter&) = delete;
    FolderWriter& operator=(const FolderWriter&) = delete;

    // `path` is below one of 256 folders: "00/..." to "ff/...".
    void write(const std::string& path, const std::string& content);
    void finish();

  private:
    void give_names();
    void give_name(const std::string& path);

    std::int64_t batch_;
    int root_ = -1;
    std::vector<std::string> waiting_;
    std::string log_;
};

// Hidden files are left out.
void for_each_file(const std::string& folder, const std::function<void(const std::string&)>& work);

[[nodiscard]] std::string content_of(const std::string& path);

std::int64_t read_files(const std::string& folder);  // every file below; how many bytes
std::int64_t stat_files(const std::string& folder);  // every file below; how many

}  // namespace bench
