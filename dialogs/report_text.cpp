#include "dialogs/report_text.h"

#include <wx/intl.h>

#include "dialogs/number_text.h"
#include "dialogs/time_text.h"
#include "dialogs/wx_text.h"

namespace cfs {
namespace {

void add_count(wxString& list, const char* one, const char* many, std::int64_t number,
               Digits digits) {
    if (number != 0) add_part(list, ", ", counted(one, many, number, digits));
}

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

wxString attention_text(std::int64_t conflicts, std::int64_t pending, Digits digits) {
    wxString text;
    add_count(text, "%s conflict to review", "%s conflicts to review", conflicts, digits);
    add_count(text, "%s row held back", "%s rows held back", pending, digits);
    return text;
}

wxString counts_text(const SyncReport& report, Digits digits) {
    const auto& counts = report.counts;
    wxString text;
    add_count(text, "%s patient sent", "%s patients sent", counts.patients_exported, digits);
    add_count(text, "%s patient received", "%s patients received", counts.patients_imported,
              digits);
    add_count(text, "%s row restored", "%s rows restored", counts.rows_restored, digits);
    add_count(text, "%s new conflict", "%s new conflicts", counts.conflicts_new, digits);
    add_count(text, "%s conflict copy read", "%s conflict copies read", counts.copies_read, digits);
    add_count(text, "%s conflict copy deleted", "%s conflict copies deleted", counts.copies_deleted,
              digits);
    return text.empty() && succeeded(report) ? _("Nothing had changed") : text;
}

wxString summary_text(const SyncReport& report, Digits digits) {
    wxString text = wxString::Format(_("%s: %s. Started %s, %s; ended %s."), to_wx(report.site),
                                     result_text(report.result), full_time(report.started),
                                     trigger_text(report.trigger), clock_time(report.ended));
    if (report.preview) text += "\n" + preview_text(report);
    const auto counts = counts_text(report, digits);
    const auto waiting =
        attention_text(report.counts.conflicts_open, report.counts.pending, digits);
    if (!counts.empty()) text += "\n" + counts + ".";
    if (!waiting.empty()) text += "\n" + wxString::Format(_("Waiting for you: %s."), waiting);
    return text;
}

}  // namespace cfs
