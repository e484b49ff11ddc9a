#include "tray/user_guide.h"

#include <boost/filesystem.hpp>

#include "core/engine/local_files.h"

namespace cfs {

std::optional<std::string> user_guide(const std::string& program_folder) {
    // As built and on Windows, as installed, in a bundle of macOS.
    for (const char* place :
         {"guide", "../share/doc/cloud-folder-sync/guide", "../Resources/guide"}) {
        const auto page = to_path(program_folder) / place / "README.html";
        boost::system::error_code ignored;
        if (boost::filesystem::is_regular_file(page, ignored)) {
            return to_utf8(page.lexically_normal());
        }
    }
    return std::nullopt;
}

}  // namespace cfs
