// What writing and reading patient files have in common. Internal to core/folder.
#pragma once

#include <string_view>

#include "core/model/value.h"

namespace cfs {

inline constexpr std::string_view kPatientNamespace = "urn:cloud-folder-sync:patient";
inline constexpr std::string_view kPatientFormat = "1";

// The value of the attribute `type`.
[[nodiscard]] std::string_view type_name(ValueKind kind);

}  // namespace cfs
