#include "dialogs/sites_text.h"

#include <wx/intl.h>

#include <algorithm>

#include "dialogs/number_text.h"
#include "dialogs/time_text.h"
#include "dialogs/wx_text.h"

namespace cfs {
namespace {

constexpr auto kStaleAfter = std::chrono::days(3);
constexpr auto kTellDays = std::chrono::days(2);

wxString days_ago(Time time, Time now) {
    const auto days = std::chrono::floor<std::chrono::days>(now - time).count();
    return counted("%s day ago", "%s days ago", days);
}

wxString warning_of(const KnownSite& site, Time now) {
    if (site.here) return {};
    if (!site.last_seen) {
        return wxString::Format(
            _("The clock of %s is wrong, so nobody can tell when it was last seen. Please set it."),
            to_wx(site.name));
    }
    if (!is_stale(site, now)) return {};
    return wxString::Format(
        _("%s was last seen %s: what its patients' records say here may be out of date."),
        to_wx(site.name), seen_text(site, now));
}

wxString awaited_text(const KnownSite& site) {
    if (site.here || site.awaited == 0) return {};
    return counted("%s patient", "%s patients", site.awaited);
}

}  // namespace

bool is_stale(const KnownSite& site, Time now) {
    return !site.here && site.last_seen && now - *site.last_seen >= kStaleAfter;
}

wxString seen_text(const KnownSite& site, Time now) {
    if (!site.last_seen) return _("not known");
    return now - *site.last_seen < kTellDays ? short_time(*site.last_seen, now)
                                             : days_ago(*site.last_seen, now);
}

wxString stale_text(const std::vector<KnownSite>& sites, Time now) {
    const auto stale = [&](const KnownSite& site) { return is_stale(site, now); };
    const auto count = std::count_if(sites.begin(), sites.end(), stale);
    if (count == 0) return {};
    if (count > 1) {
        return counted("%s site not seen for days", "%s sites not seen for days", count);
    }
    const auto& site = *std::find_if(sites.begin(), sites.end(), stale);
    return wxString::Format(_("%s last seen %s"), to_wx(site.name), seen_text(site, now));
}

wxString sites_warning(const std::vector<KnownSite>& sites, Time now) {
    wxString text;
    for (const auto& site : sites) add_part(text, "\n", warning_of(site, now));
    return text;
}

TextTable::Row site_row(const KnownSite& site, Time now) {
    const auto name = to_wx(site.name);
    return {site.here ? wxString::Format(_("%s (this site)"), name) : name, seen_text(site, now),
            awaited_text(site), to_wx(site.program)};
}

}  // namespace cfs
