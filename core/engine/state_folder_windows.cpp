#include <windows.h>

#include "core/engine/local_files.h"
#include "core/engine/state_folder.h"
#include "core/model/error.h"
#include "core/model/text.h"

namespace cfs {
namespace {

std::wstring from_environment(const wchar_t* name) {
    const DWORD size = GetEnvironmentVariableW(name, nullptr, 0);  // with the final NUL
    if (size == 0) return {};
    std::wstring value(size, L'\0');
    value.resize(GetEnvironmentVariableW(name, value.data(), size));
    return value;
}

bool is_folder(const std::wstring& path) {
    const DWORD attributes = GetFileAttributesW(path.c_str());
    return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
}

}  // namespace

std::string default_state_folder() {
    const std::wstring path = from_environment(L"APPDATA");
    if (path.empty()) {
        throw Error(ErrorCode::folder_missing,
                    said("The variable APPDATA is not set. Name a folder for the program's own "
                         "files with --state."));
    }
    return to_utf8(boost::filesystem::path(path) / L"cloud-folder-sync");
}

// Below %APPDATA% a new folder inherits that only its user, administrators and the system may
// enter.
bool make_private_folder(const std::string& path) {
    const std::wstring native = to_path(path).native();
    return CreateDirectoryW(native.c_str(), nullptr) != 0 || is_folder(native);
}

}  // namespace cfs
