#include "dialogs/time_text.h"

#include <wx/datetime.h>
#include <wx/intl.h>

namespace cfs {
namespace {

wxDateTime local(Time time) {
    return wxDateTime(wxLongLong(static_cast<wxLongLong_t>(time.time_since_epoch().count())));
}

wxString day_prefix(const wxDateTime& day, const wxDateTime& today) {
    if (day.IsSameDate(today)) return {};
    if (day.IsSameDate(today - wxDateSpan::Day())) return _("yesterday") + " ";
    if (day.IsSameDate(today + wxDateSpan::Day())) return _("tomorrow") + " ";
    return day.FormatISODate() + " ";
}

}  // namespace

wxString short_time(Time time, Time now) {
    return day_prefix(local(time), local(now)) + local(time).Format("%H:%M");
}

wxString full_time(Time time) { return local(time).FormatISOCombined(' '); }

wxString clock_time(Time time) { return local(time).FormatISOTime(); }

}  // namespace cfs
