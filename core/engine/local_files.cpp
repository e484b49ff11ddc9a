#include "core/engine/local_files.h"

#include <algorithm>
#include <boost/filesystem.hpp>
#include <boost/filesystem/fstream.hpp>
#include <filesystem>

#include "core/model/error.h"
#include "core/model/hex.h"
#include "core/model/random.h"
#include "core/model/text.h"

namespace cfs {
namespace {

namespace fs = boost::filesystem;

constexpr std::chrono::hours kAbandonedAfter{24};
constexpr std::string_view kTemporaryEnd = ".tmp";
constexpr std::size_t kTemporaryDigits = 8;

std::string temporary_tail() {
    return "." + system_random().uuid().text().substr(0, kTemporaryDigits) +
           std::string(kTemporaryEnd);
}

bool is_temporary(const std::string& name) {
    const auto size = 1 + kTemporaryDigits + kTemporaryEnd.size();
    if (name.size() <= size || !name.ends_with(kTemporaryEnd)) return false;
    const auto tail = std::string_view(name).substr(name.size() - size);
    const auto digits = tail.substr(1, kTemporaryDigits);
    return tail.front() == '.' &&
           std::all_of(digits.begin(), digits.end(), [](char c) { return hex_value(c) >= 0; });
}

bool is_abandoned(const fs::directory_entry& entry, Time now) {
    boost::system::error_code error;
    if (!is_temporary(to_utf8(entry.path().filename()))) return false;
    if (entry.symlink_status(error).type() != fs::regular_file) return false;
    const auto written = fs::last_write_time(entry.path(), error);
    return !error && now - std::chrono::system_clock::from_time_t(written) > kAbandonedAfter;
}

[[noreturn]] void fail(const fs::path& path, std::size_t size) {
    boost::system::error_code error;
    const auto space = fs::space(path.parent_path(), error);
    if (!error && space.available < size) {
        throw Error(ErrorCode::disk_full, said("The file {1} could not be written: the disk is "
                                               "full. Free some space, then try again.",
                                               to_utf8(path)));
    }
    throw Error(
        ErrorCode::folder_unwritable,
        said("The file {1} could not be written. Check that its folder exists and can be written.",
             to_utf8(path)));
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
    temporary += temporary_tail();
    boost::system::error_code error;
    if (write(temporary, content)) {
        fs::rename(temporary, path, error);
        if (!error) return;
    }
    fs::remove(temporary, error);
    fail(path, content.size());
}

void remove_abandoned_files(const fs::path& folder, Time now) {
    boost::system::error_code error;
    std::vector<fs::path> abandoned;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        if (is_abandoned(*entry, now)) abandoned.push_back(entry->path());
    }
    for (const auto& path : abandoned) fs::remove(path, error);
}

}  // namespace cfs
