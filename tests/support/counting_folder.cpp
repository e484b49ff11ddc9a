#include "tests/support/counting_folder.h"

namespace cfs::test {

std::vector<FolderEntry> CountingFolder::list(const std::string& directory) {
    calls_.listed.push_back(directory);
    return folder_.list(directory);
}

std::optional<FolderEntry> CountingFolder::stat(const std::string& path) {
    calls_.examined.push_back(path);
    return folder_.stat(path);
}

std::optional<std::string> CountingFolder::read(const std::string& path, std::size_t max_size) {
    calls_.opened.push_back(path);
    return folder_.read(path, max_size);
}

std::optional<std::string> CountingFolder::read_head(const std::string& path, std::size_t size) {
    calls_.opened.push_back(path);
    return folder_.read_head(path, size);
}

void CountingFolder::write(const std::string& path, const std::string& content) {
    calls_.written.push_back(path);
    folder_.write(path, content);
}

std::vector<FileWritten> CountingFolder::write_all(const std::vector<FileWrite>& files) {
    for (const auto& file : files) calls_.written.push_back(file.path);
    return folder_.write_all(files);
}

void CountingFolder::remove(const std::string& path) {
    calls_.removed.push_back(path);
    folder_.remove(path);
}

}  // namespace cfs::test
