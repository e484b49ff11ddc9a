#include "dialogs/report_text.h"

#include <wx/intl.h>

#include "dialogs/time_text.h"
#include "dialogs/wx_text.h"

namespace cfs {
namespace {

void add_count(wxString& list, const char* one, const char* many, std::int64_t number) {
    if (number != 0) add_part(list, ", ", counted(one, many, number));
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

wxString attention_text(std::int64_t conflicts, std::int64_t pending) {
    wxString text;
    add_count(text, "%lld conflict to review", "%lld conflicts to review", conflicts);
    add_count(text, "%lld row held back", "%lld rows held back", pending);
    return text;
}

wxString counts_text(const SyncReport& report) {
    const auto& counts = report.counts;
    wxString text;
    add_count(text, "%lld patient sent", "%lld patients sent", counts.patients_exported);
    add_count(text, "%lld patient received", "%lld patients received", counts.patients_imported);
    add_count(text, "%lld row restored", "%lld rows restored", counts.rows_restored);
    add_count(text, "%lld new conflict", "%lld new conflicts", counts.conflicts_new);
    add_count(text, "%lld conflict copy read", "%lld conflict copies read", counts.copies_read);
    add_count(text, "%lld conflict copy deleted", "%lld conflict copies deleted",
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
