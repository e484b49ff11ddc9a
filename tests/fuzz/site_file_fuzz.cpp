// Any bytes: who a site is, or an error of ours; what is read can stand in a line of a log or a
// menu, and is written again to the same.
#include "core/folder/site_file.h"
#include "tests/fuzz/fuzzing.h"

using namespace cfs;
using namespace cfs::fuzz;

namespace {

std::optional<SiteInfo> read(std::string_view xml) { return accepted(site_from_xml, xml); }

void require_line(const std::string& text) {
    require(fits_xml(text) && text.size() <= kMaxSiteName);
    for (const char c : text) require(static_cast<unsigned char>(c) >= ' ' && c != 0x7F);
    // Overrides of the writing's direction, and line ends of Unicode.
    for (const char* odd : {"\u202E", "\u202A", "\u2066", "\u2069", "\u200F", "\u2028", "\u0085"}) {
        require(text.find(odd) == std::string::npos);
    }
}

void check(std::string_view xml) {
    const auto site = read(xml);
    if (!site) return;
    require_line(site->site);
    require_line(site->program);
    require(site->last_sync >= kFirstTime && site->last_sync <= kLastTime);
    require(read(to_xml(*site)) == site);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return check_both(data, size, check);
}
