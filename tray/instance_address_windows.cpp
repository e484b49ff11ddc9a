#include "tray/instance_address.h"

namespace cfs {

// Names of DDE services and mutexes belong to the session.
InstanceAddress instance_address(const std::string& key, const std::string&) {
    const auto name = "cloud-folder-sync-" + key;
    return {name, {}, name};
}

}  // namespace cfs
