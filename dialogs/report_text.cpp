#include "dialogs/report_text.h"

#include <wx/intl.h>

#include "dialogs/time_text.h"
#include "dialogs/wx_text.h"

namespace cfs {
namespace {

void append(wxString& list, const wxString& part) {
    if (!list.empty()) list += ", ";
    list += part;
}

// `number` stands for both the text's number and its plural form.
void append_count(wxString& list, const wxString& format, std::int64_t number) {
    if (number != 0) append(list, wxString::Format(format, static_cast<long long>(number)));
}

unsigned plural(std::int64_t number) { return static_cast<unsigned>(number); }

wxString preview_text(const SyncReport& report) {
    return succeeded(report) ? _("A preview: nothing was changed. This is what a sync would do; "
                                 "choose Sync Now to do it.")
                             : _("A preview: nothing was changed.");
}

}  // namespace

bool succeeded(const SyncReport& report) {
    return report.result == SyncResult::ok || report.result == SyncResult::attention;
}

wxString result_text(SyncResult result) {
    switch (result) {
        case SyncResult::ok:
            return _("Fine");
        case SyncResult::attention:
            return _("Needs attention");
        case SyncResult::refused:
            return _("Refused");
        case SyncResult::failed:
            return _("Failed");
        case SyncResult::busy:
            return _("Another sync was running");
        case SyncResult::cancelled:
            return _("Stopped");
    }
    return {};
}

wxString trigger_text(SyncTrigger trigger) {
    switch (trigger) {
        case SyncTrigger::manual:
            return _("by hand");
        case SyncTrigger::scheduled:
            return _("automatically");
        case SyncTrigger::command_line:
            return _("from the command line");
    }
    return {};
}

wxString attention_text(std::int64_t conflicts, std::int64_t pending) {
    wxString text;
    append_count(text,
                 wxPLURAL("%lld conflict to review", "%lld conflicts to review", plural(conflicts)),
                 conflicts);
    append_count(text, wxPLURAL("%lld row held back", "%lld rows held back", plural(pending)),
                 pending);
    return text;
}

wxString counts_text(const SyncReport& report) {
    const auto& counts = report.counts;
    wxString text;
    append_count(
        text, wxPLURAL("%lld patient sent", "%lld patients sent", plural(counts.patients_exported)),
        counts.patients_exported);
    append_count(text,
                 wxPLURAL("%lld patient received", "%lld patients received",
                          plural(counts.patients_imported)),
                 counts.patients_imported);
    append_count(text,
                 wxPLURAL("%lld row restored", "%lld rows restored", plural(counts.rows_restored)),
                 counts.rows_restored);
    append_count(text,
                 wxPLURAL("%lld new conflict", "%lld new conflicts", plural(counts.conflicts_new)),
                 counts.conflicts_new);
    append_count(text,
                 wxPLURAL("%lld conflict copy read", "%lld conflict copies read",
                          plural(counts.copies_read)),
                 counts.copies_read);
    append_count(text,
                 wxPLURAL("%lld conflict copy deleted", "%lld conflict copies deleted",
                          plural(counts.copies_deleted)),
                 counts.copies_deleted);
    return text.empty() && succeeded(report) ? _("Nothing had changed") : text;
}

wxString summary_text(const SyncReport& report) {
    wxString text = wxString::Format(_("%s: %s. Started %s, %s; ended %s."), to_wx(report.site),
                                     result_text(report.result), full_time(report.started),
                                     trigger_text(report.trigger), clock_time(report.ended));
    if (report.preview) text += "\n" + preview_text(report);
    const auto counts = counts_text(report);
    const auto waiting = attention_text(report.counts.conflicts_open, report.counts.pending);
    if (!counts.empty()) text += "\n" + counts + ".";
    if (!waiting.empty()) text += "\n" + wxString::Format(_("Waiting for you: %s."), waiting);
    return text;
}

}  // namespace cfs
