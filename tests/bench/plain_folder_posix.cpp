#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>

#include "plain_folder.h"

namespace bench {
namespace {

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error(what + ": " + std::strerror(errno));
}

void write_whole(int folder, const std::string& path, const std::string& content, bool flush) {
    const int file = openat(folder, path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (file < 0) fail(path);
    if (::write(file, content.data(), content.size()) != static_cast<ssize_t>(content.size())) {
        fail(path);
    }
    if (flush && fdatasync(file) != 0) fail(path);
    close(file);
}

}  // namespace

FolderWriter::FolderWriter(const std::string& folder, std::int64_t batch) : batch_(batch) {
    mkdir(folder.c_str(), 0777);
    root_ = open(folder.c_str(), O_RDONLY | O_DIRECTORY);
    if (root_ < 0) fail(folder);
    for (int i = 0; i < 256; ++i) {
        char name[3];
        std::snprintf(name, sizeof name, "%02x", static_cast<unsigned>(i));
        mkdirat(root_, name, 0777);
    }
}

FolderWriter::~FolderWriter() { close(root_); }

void FolderWriter::write(const std::string& path, const std::string& content) {
    write_whole(root_, path + ".tmp", content, false);
    log_ += "  <patient file=\"" + path + "\" by=\"00000000.p2zMb7HhR_fiOZ3i\"/>\n";
    waiting_.push_back(path);
    if (static_cast<std::int64_t>(waiting_.size()) >= batch_) give_names();
}

void FolderWriter::finish() {
    give_names();
    if (syncfs(root_) != 0) fail("folders");
    write_whole(root_, "log.tmp", "<log>\n" + log_ + "</log>\n", true);
    give_name("log");
    if (fsync(root_) != 0) fail("log");
}

void FolderWriter::give_names() {
    if (waiting_.empty()) return;
    if (syncfs(root_) != 0) fail("files");
    for (const auto& path : waiting_) give_name(path);
    waiting_.clear();
}

void FolderWriter::give_name(const std::string& path) {
    if (renameat(root_, (path + ".tmp").c_str(), root_, path.c_str()) != 0) fail(path);
}

void for_each_file(const std::string& folder, const std::function<void(const std::string&)>& work) {
    DIR* directory = opendir(folder.c_str());
    if (!directory) fail(folder);
    while (const auto* entry = readdir(directory)) {
        if (entry->d_name[0] == '.') continue;
        const auto path = folder + "/" + entry->d_name;
        entry->d_type == DT_DIR ? for_each_file(path, work) : work(path);
    }
    closedir(directory);
}

std::string content_of(const std::string& path) {
    const int file = open(path.c_str(), O_RDONLY);
    if (file < 0) fail(path);
    struct stat status {};
    fstat(file, &status);
    std::string content(static_cast<std::size_t>(status.st_size), '\0');
    if (read(file, content.data(), content.size()) != static_cast<ssize_t>(content.size())) {
        fail(path);
    }
    close(file);
    return content;
}

std::int64_t read_files(const std::string& folder) {
    std::int64_t bytes = 0;
    for_each_file(folder, [&](const std::string& path) {
        bytes += static_cast<std::int64_t>(content_of(path).size());
    });
    return bytes;
}

std::int64_t stat_files(const std::string& folder) {
    std::int64_t count = 0;
    for_each_file(folder, [&](const std::string& path) {
        struct stat status {};
        if (lstat(path.c_str(), &status) != 0) fail(path);
        ++count;
    });
    return count;
}

}  // namespace bench
