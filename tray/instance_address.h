// Under which names an instance of the program is found.
#pragma once

#include <string>

namespace cfs {

struct InstanceAddress {
    std::string lock_name, lock_folder;  // as wxSingleInstanceChecker takes them
    std::string service;                 // as wxServer takes it
};

// `key` tells state folders apart. Nothing of it can be reached by other users of the machine.
[[nodiscard]] InstanceAddress instance_address(const std::string& key,
                                               const std::string& state_folder);

}  // namespace cfs
