// Any bytes: a segment, or an error of ours; what is read is in order, within the limits of the
// schema, and written again to the same segment.
#include <algorithm>

#include "core/folder/folder_layout.h"
#include "core/folder/segment_file.h"
#include "tests/fuzz/fuzzing.h"

using namespace cfs;
using namespace cfs::fuzz;

namespace {

std::optional<Segment> read(std::string_view xml) { return accepted(segment_from_xml, xml); }

template <class List, class Key>
bool is_set_by(const List& list, Key key) {
    return std::adjacent_find(list.begin(), list.end(), [&](const auto& a, const auto& b) {
               return key(a) >= key(b);
           }) == list.end();
}

void check(std::string_view xml) {
    const auto segment = read(xml);
    if (!segment) return;
    require(segment->number >= 1 && segment->oldest >= 1 && segment->oldest <= segment->number);
    require(segment->written >= kFirstTime && segment->written <= kLastTime);
    require(is_set_by(segment->entries, [](const SegmentEntry& entry) { return entry.patient; }));
    for (const auto& entry : segment->entries) {
        require(is_set_by(entry.versions, [](const VersionId& version) { return version; }));
    }
    const auto path = segment_path(segment->writer, segment->number);
    require(segment_number(path.substr(path.rfind('/') + 1)) == segment->number);
    require(read(to_xml(*segment)) == segment);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return check_both(data, size, check);
}
