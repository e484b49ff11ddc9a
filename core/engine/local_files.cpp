#include "core/engine/local_files.h"

#include <boost/filesystem.hpp>
#include <boost/filesystem/fstream.hpp>
#include <filesystem>

#include "core/model/error.h"
#include "core/model/random.h"

namespace cfs {
namespace {

namespace fs = boost::filesystem;

[[noreturn]] void fail(const fs::path& path, std::size_t size) {
    boost::system::error_code error;
    const auto space = fs::space(path.parent_path(), error);
    if (!error && space.available < size) {
        throw Error(ErrorCode::disk_full, "The file " + to_utf8(path) +
                                              " could not be written: the disk is full. Free some "
                                              "space, then try again.");
    }
    throw Error(ErrorCode::folder_unwritable,
                "The file " + to_utf8(path) +
                    " could not be written. Check that its folder exists and can be written.");
}

bool write(const fs::path& path, std::string_view content) {
    fs::ofstream out(path, std::ios::binary | std::ios::trunc);
    out.write(content.data(), static_cast<std::streamsize>(content.size()));
    out.close();
    return !out.fail();
}

}  // namespace

// The standard library knows on every system how UTF-8 becomes a native path; Boost would take the
// system's code page on Windows.
fs::path to_path(std::string_view utf8) {
    return std::filesystem::path(std::u8string(utf8.begin(), utf8.end())).native();
}

std::string to_utf8(const fs::path& path) {
    const auto text = std::filesystem::path(path.native()).u8string();
    return std::string(text.begin(), text.end());
}

void write_whole_file(const fs::path& path, std::string_view content) {
    fs::path temporary = path;
    temporary += "." + system_random().uuid().text().substr(0, 8) + ".tmp";
    boost::system::error_code error;
    if (write(temporary, content)) {
        fs::rename(temporary, path, error);
        if (!error) return;
    }
    fs::remove(temporary, error);
    fail(path, content.size());
}

}  // namespace cfs
