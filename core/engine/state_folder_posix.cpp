#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "core/engine/state_folder.h"
#include "core/model/error.h"
#include "core/model/text.h"

namespace cfs {
namespace {

// Relative paths are to be ignored, says the XDG base directory specification.
std::string absolute_from_environment(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && value[0] == '/' ? value : std::string();
}

// Services and cron jobs may run without HOME.
std::string home_of_user() {
    std::array<char, 16 * 1024> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    const int error = getpwuid_r(getuid(), &entry, buffer.data(), buffer.size(), &found);
    return error == 0 && found != nullptr ? found->pw_dir : std::string();
}

std::string home() {
    std::string path = absolute_from_environment("HOME");
    if (path.empty()) path = home_of_user();
    if (path.empty()) {
        throw Error(ErrorCode::folder_missing, said("This user has no home folder. Name a folder "
                                                    "for the program's own files with --state."));
    }
    return path;
}

std::string configuration_folder() {
#ifdef __APPLE__
    return home() + "/Library/Application Support";
#else
    const std::string path = absolute_from_environment("XDG_CONFIG_HOME");
    return path.empty() ? home() + "/.config" : path;
#endif
}

bool is_folder(const std::string& path) {
    struct stat info {};
    return stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

}  // namespace

std::string default_state_folder() { return configuration_folder() + "/cloud-folder-sync"; }

bool make_private_folder(const std::string& path) {
    return mkdir(path.c_str(), S_IRWXU) == 0 || (errno == EEXIST && is_folder(path));
}

}  // namespace cfs
