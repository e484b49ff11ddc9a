// Sites as words: never more than is known.
#pragma once

#include <wx/string.h>

#include <vector>

#include "core/engine/known_sites.h"
#include "dialogs/text_table.h"

namespace cfs {

// Another site that has not been seen for three days: its patients' data may be stale here.
[[nodiscard]] bool is_stale(const KnownSite& site, Time now);

// "10:42", "yesterday 10:42", "3 days ago"; "not known" where its clock can't be right.
[[nodiscard]] wxString seen_text(const KnownSite& site, Time now);

// "West last seen 3 days ago", or how many sites were not seen for days; empty if none is stale.
[[nodiscard]] wxString stale_text(const std::vector<KnownSite>& sites, Time now);

// A sentence for each site that needs a look, each in a line of its own.
[[nodiscard]] wxString sites_warning(const std::vector<KnownSite>& sites, Time now);

// Site, last seen, changes on their way, version.
[[nodiscard]] TextTable::Row site_row(const KnownSite& site, Time now);

}  // namespace cfs
