// One segment of a change log: what one sync of one writer published. Immutable once written.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/digest.h"
#include "core/model/ids.h"
#include "core/model/time.h"

namespace cfs {

// A patient's file was published with versions that the folder did not hold before.
struct SegmentEntry {
    PatientId patient;
    Digest digest;                    // that the published file carries
    std::vector<VersionId> versions;  // sorted

    bool operator==(const SegmentEntry&) const = default;
};

struct Segment {
    WriterId writer;
    std::int64_t number = 0;  // 1, 2, 3 ... for each writer
    std::int64_t oldest =
        1;  // the lowest number that the writer still keeps: lower ones are pruned
    Time written{};
    std::vector<SegmentEntry> entries;  // sorted by patient

    bool operator==(const Segment&) const = default;
};

inline constexpr std::size_t kMaxSegmentFile = std::size_t{8} << 20;
inline constexpr std::size_t kMaxSegmentEntries = 500;  // that a writer puts into one segment

[[nodiscard]] std::string to_xml(const Segment& segment);
// Throws file_damaged, file_version or file_too_large.
[[nodiscard]] Segment segment_from_xml(std::string_view xml);

}  // namespace cfs
