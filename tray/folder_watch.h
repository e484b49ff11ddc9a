// Watches sync folders for files that come from other sites. Where nothing can be watched (a
// network drive, a system without the means) nothing is told: the interval syncs all the same.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace cfs {

class FolderWatch {
  public:
    virtual ~FolderWatch() = default;

    // These and no others from now on. A folder that is missing is looked for now and then.
    virtual void watch(const std::vector<std::string>& folders) = 0;
};

// Gets the folder and the directory within it that files came into ("patients/ab"), on a thread of
// the watch's own, for each directory some times a second at most.
using FolderChanged = std::function<void(const std::string& folder, const std::string& directory)>;

[[nodiscard]] std::unique_ptr<FolderWatch> make_folder_watch(FolderChanged changed);

}  // namespace cfs
