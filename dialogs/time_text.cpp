#include "dialogs/time_text.h"

#include <wx/datetime.h>
#include <wx/intl.h>

namespace cfs {
namespace {

wxDateTime local(Time time) {
    return wxDateTime(wxLongLong(static_cast<wxLongLong_t>(time.time_since_epoch().count())));
}

wxString clock(const wxDateTime& time) { return time.Format("%H:%M"); }

// A pattern of our own: the system knows a language's only where its locale is installed.
wxString date(const wxDateTime& day) {
    // TRANSLATORS: a date in figures; %d is the day, %m the month, %Y the year.
    // xgettext:no-c-format
    const auto pattern = _("%Y-%m-%d");
    return day.Format(pattern);
}

}  // namespace

wxString short_time(Time time, Time now) {
    const auto when = local(time);
    const auto today = local(now);
    if (when.IsSameDate(today)) return clock(when);
    if (when.IsSameDate(today - wxDateSpan::Day())) {
        return wxString::Format(_("yesterday %s"), clock(when));
    }
    if (when.IsSameDate(today + wxDateSpan::Day())) {
        return wxString::Format(_("tomorrow %s"), clock(when));
    }
    return date(when) + " " + clock(when);
}

wxString full_time(Time time) { return date(local(time)) + " " + clock_time(time); }

wxString clock_time(Time time) { return local(time).FormatISOTime(); }

Time next_midnight(Time now) {
    const auto midnight = local(now).GetDateOnly() + wxDateSpan::Day();
    return Time{std::chrono::milliseconds{midnight.GetValue().GetValue()}};
}

}  // namespace cfs
