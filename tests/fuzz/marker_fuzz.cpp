// Any bytes: a marker, or an error of ours; and what is read is written again to the same marker.
#include <optional>

#include "core/folder/marker.h"
#include "core/model/error.h"
#include "tests/fuzz/fuzzing.h"

using namespace cfs;
using namespace cfs::fuzz;

namespace {

std::optional<Marker> read(std::string_view xml) {
    try {
        return marker_from_xml(xml);
    } catch (const Error& error) {
        require(error.code() == ErrorCode::marker_missing ||
                error.code() == ErrorCode::file_version);
        return std::nullopt;
    }
}

void check(std::string_view xml) {
    const auto marker = read(xml);
    if (!marker) return;
    require(xml.size() <= kMaxMarkerFile);
    require(!marker->mapping_family.empty() && fits_xml(marker->mapping_family));
    require(marker->mapping_version >= 1);
    require(marker->created >= kFirstTime && marker->created <= kLastTime);
    require(read(to_xml(*marker)) == marker);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return check_both(data, size, check);
}
