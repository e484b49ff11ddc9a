#include "core/engine/known_sites.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/folder/folder_layout.h"
#include "core/folder/introduced_sites.h"
#include "core/folder/segment_file.h"
#include "core/folder/site_file.h"
#include "core/folder/xml_text.h"

namespace cfs {

namespace {

// A clock may be wrong by so much without making "seen" a lie.
constexpr auto kClocksDiffer = std::chrono::hours(1);

// The newest segment of a writer, if it can be read.
std::optional<Segment> newest_segment(SyncFolder& folder, WriterId writer) {
    std::int64_t newest = 0;
    for (const auto& entry : folder.list(log_directory(writer))) {
        if (entry.kind != FileKind::file) continue;
        newest = std::max(newest, segment_number(entry.name).value_or(0));
    }
    if (newest == 0) return std::nullopt;
    try {
        const auto bytes = folder.read(segment_path(writer, newest), kMaxSegmentFile);
        auto segment = bytes ? std::optional(segment_from_xml(*bytes)) : std::nullopt;
        return segment && segment->writer == writer ? segment : std::nullopt;
    } catch (const Error&) {
        return std::nullopt;
    }
}

void see(KnownSite& site, Time time, Time now) {
    if (time > now + kClocksDiffer) return;
    time = std::min(time, now);
    if (!site.last_seen || *site.last_seen < time) site.last_seen = time;
}

}  // namespace

std::vector<KnownSite> known_sites(ClinicDatabase& database, SyncFolder& folder, Time now) {
    const auto own_name = printable(database.fact("site_name").value_or(""), kMaxSiteName);
    std::map<std::string, KnownSite> by_name;
    std::map<std::string, std::set<PatientId>> awaited;
    by_name[own_name].here = true;
    auto writers = introduced_sites(folder);
    std::sort(writers.begin(), writers.end(),
              [](const SiteInfo& a, const SiteInfo& b) { return a.last_sync < b.last_sync; });
    for (const auto& writer : writers) {
        auto& site = by_name[writer.site];
        site.program = writer.program;
        see(site, writer.last_sync, now);
        if (const auto segment = newest_segment(folder, writer.writer)) {
            see(site, segment->written, now);
        }
        const auto patients = database.publications().awaited_from(writer.writer);
        awaited[writer.site].insert(patients.begin(), patients.end());
    }
    std::vector<KnownSite> sites;
    for (auto& [name, site] : by_name) {
        site.name = name;
        site.awaited = static_cast<std::int64_t>(awaited[name].size());
        sites.push_back(std::move(site));
    }
    std::stable_partition(sites.begin(), sites.end(), [](const auto& site) { return site.here; });
    return sites;
}

void leave_sites(ClinicDatabase& database, SyncFolder& folder) {
    for (const auto& name : database.fact_names(std::string(kIntroduced))) {
        const auto writer = WriterId::parse(std::string_view(name).substr(kIntroduced.size()));
        if (writer) folder.remove(site_path(*writer));
    }
}

}  // namespace cfs
