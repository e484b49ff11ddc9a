// Saves runs as a text file.
#pragma once

#include <string>
#include <vector>

#include "core/model/ids.h"

namespace cfs {

class SyncService;

// Runs that the log has forgotten meanwhile are left out. Throws where the file can't be written.
void save_runs(const std::string& path, const SyncService& service, const std::vector<RunId>& runs);

}  // namespace cfs
