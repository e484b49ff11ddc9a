#include "tray/folder_watch.h"

namespace cfs {
namespace {

// The interval alone.
class NoWatch : public FolderWatch {
  public:
    void watch(const std::vector<std::string>&) override {}
};

}  // namespace

std::unique_ptr<FolderWatch> make_folder_watch(FolderChanged) {
    return std::make_unique<NoWatch>();
}

}  // namespace cfs
