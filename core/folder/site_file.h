// sites/<writer>.xml: who a writer is; rewritten at most once a day.
#pragma once

#include <string>
#include <string_view>

#include "core/model/ids.h"
#include "core/model/time.h"

namespace cfs {

struct SiteInfo {
    WriterId writer;
    std::string site;     // the site's name
    std::string program;  // version
    Time last_sync{};

    bool operator==(const SiteInfo&) const = default;
};

inline constexpr std::size_t kMaxSiteFile = 64 * 1024;
inline constexpr std::size_t kMaxSiteName = 200;  // bytes, of either text

// Both texts are for people to read, in lines of logs and notifications: what such a line can't
// hold is replaced on writing and on reading (see printable()).
[[nodiscard]] std::string to_xml(const SiteInfo& info);
// Throws file_damaged or file_version.
[[nodiscard]] SiteInfo site_from_xml(std::string_view xml);

}  // namespace cfs
