// cloud-folder-sync.xml: what makes a folder a sync folder. Written once, by init, never by a sync.
#pragma once

#include <string>
#include <string_view>

#include "core/model/ids.h"
#include "core/model/time.h"

namespace cfs {

struct Marker {
    FolderId folder;
    Time created{};
    std::string mapping_family;
    int mapping_version = 1;

    bool operator==(const Marker&) const = default;
};

inline constexpr std::size_t kMaxMarkerFile = 64 * 1024;

[[nodiscard]] std::string to_xml(const Marker& marker);
// Throws marker_missing for a damaged marker, file_version for another format.
[[nodiscard]] Marker marker_from_xml(std::string_view xml);

}  // namespace cfs
