#include "core/engine/site_names.h"

#include "core/folder/folder_layout.h"
#include "core/folder/introduced_sites.h"
#include "core/folder/xml_text.h"
#include "core/model/text.h"

namespace cfs {

void meet_sites(RunContext& run) {
    if (run.preview) return;
    if (run.database.site_name(tag_of(run.writer)) != run.site) {
        run.database.set_site_name(tag_of(run.writer), run.site);
    }
    for (const auto& entry : run.folder.list(std::string(kSitesDirectory))) {
        ++run.report.counts.files_listed;
        const auto path = std::string(kSitesDirectory) + "/" + entry.name;
        const auto seen = run.memory.file(path);
        const bool named = entry.name.ends_with(".xml") && entry.kind == FileKind::file;
        if (!named || (seen && seen->stamp == entry.stamp)) continue;
        run.memory.see(path, {entry.stamp, FileState::read, run.clock.now()});
        try {
            const auto site = site_at(run.folder, path);
            if (site) run.database.set_site_name(tag_of(site->writer), site->site);
        } catch (const Error& error) {
            // Only a name is missing; the site's changes are taken in all the same.
            run.line(std::nullopt,
                     said("The file {1} can't be read: {2}", printable(path), error.what()));
        }
    }
}

}  // namespace cfs
