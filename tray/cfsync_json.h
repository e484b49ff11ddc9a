// The JSON of the command line, format 1.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "core/database/mapping_trial.h"
#include "core/engine/sync_service.h"

namespace cfs {

using Json = nlohmann::ordered_json;

[[nodiscard]] Json json_of(const SyncReport& report);
[[nodiscard]] Json json_of(const std::vector<SyncReport>& runs);
[[nodiscard]] Json json_of(const std::vector<Conflict>& conflicts, bool with_names);
[[nodiscard]] Json json_of(const std::vector<KnownSite>& sites);
[[nodiscard]] Json json_of(const DatabaseStatus& status);
[[nodiscard]] Json json_of(const VerifyReport& report);
[[nodiscard]] Json json_of(const SyncOptions& options);
[[nodiscard]] Json json_of(const MappingTrial& trial);

}  // namespace cfs
