// Any bytes: a segment, or an error of ours; and what is read is written again to the same segment.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/folder/segment_file.h"
#include "core/folder/xml_text.h"
#include "core/model/error.h"

namespace {

void check(std::string_view xml) {
    try {
        const auto segment = cfs::segment_from_xml(xml);
        if (cfs::segment_from_xml(cfs::to_xml(segment)) != segment) std::abort();
    } catch (const cfs::Error&) {
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string xml(data, data + size);
    check(xml);
    // The fuzzer can't guess a digest that fits.
    const auto digest = cfs::digest_attribute(xml);
    if (digest.empty()) return 0;
    xml.replace(static_cast<std::size_t>(digest.data() - xml.data()), digest.size(),
                cfs::kNoDigest);
    cfs::seal_digest(xml);
    check(xml);
    return 0;
}
