// Which sites share a sync folder, as far as this site can know.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/database/clinic_database.h"
#include "core/folder/sync_folder.h"

namespace cfs {

struct KnownSite {
    std::string name;
    std::string program;  // the version that the site said last; empty: unknown
    bool here = false;    // this site
    // The latest sign of it that has arrived here: the site may have synced later. Nothing where it
    // can't be told, as its clock is in the future.
    std::optional<Time> last_seen;
    // Patients with changes that the site has announced and this database has not taken in.
    std::int64_t awaited = 0;

    bool operator==(const KnownSite&) const = default;
};

// A site is one name, whatever writers introduced themselves by it (several workstations, or one
// that took a new name); one that was disabled is not among them. This site first, the others by
// name. Files that can't be read are left out: each sync's log tells them.
[[nodiscard]] std::vector<KnownSite> known_sites(ClinicDatabase& database, SyncFolder& folder,
                                                 Time now);

// The fact, followed by a writer, that this database's writer has told the folder who it is.
inline constexpr std::string_view kIntroduced = "introduced_";

// Removes the files by which this database introduced itself: the others need not wait for it.
void leave_sites(ClinicDatabase& database, SyncFolder& folder);

}  // namespace cfs
