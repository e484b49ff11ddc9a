#include "core/engine/state_folder.h"

#include <boost/filesystem.hpp>

#include "core/engine/local_files.h"
#include "core/model/error.h"
#include "core/model/made_absolute.h"
#include "core/model/text.h"

namespace cfs {
namespace {

namespace fs = boost::filesystem;

void make_or_throw(const fs::path& path) {
    if (make_private_folder(to_utf8(path))) return;
    throw Error(ErrorCode::folder_unwritable,
                said("The folder {1} for the program's own files could not be made. Check that the "
                     "folder above it can be written, or name another with --state.",
                     to_utf8(path)));
}

}  // namespace

std::string prepare_state_folder(const std::string& folder) {
    const fs::path path = made_absolute(to_path(folder.empty() ? default_state_folder() : folder));
    fs::path part = path.root_path();
    for (const fs::path& name : path.relative_path()) {
        part /= name;
        boost::system::error_code error;
        if (!fs::is_directory(part, error)) make_or_throw(part);
    }
    for (const char* name : {kArchiveFolder, kDamagedFolder, kMapsFolder}) {
        make_or_throw(path / name);
    }
    return to_utf8(path);
}

std::string settings_path_in(const std::string& state_folder) {
    return state_folder + "/settings.xml";
}

}  // namespace cfs
