#include "dialogs/log_rows.h"

#include <wx/intl.h>

#include "dialogs/error_text.h"
#include "dialogs/report_text.h"
#include "dialogs/time_text.h"
#include "dialogs/wx_text.h"

namespace cfs {
namespace {

wxString patient_text(const std::optional<PatientId>& patient) {
    return patient ? to_wx(patient->text()) : wxString();
}

TextTable::Row error_row(const SyncReport& report, const ReportError& error) {
    wxString text = describe(error.code, error.sentence).whole();
    if (!error.file.empty()) text += " (" + to_wx(error.file) + ")";
    return {clock_time(report.ended), text, patient_text(error.patient)};
}

}  // namespace

TextTable::Row run_row(const SyncReport& report) {
    const auto result = report.preview && report.result != SyncResult::failed &&
                                report.result != SyncResult::refused
                            ? _("Preview")
                            : result_text(report.result);
    return {full_time(report.started), to_wx(report.site), result};
}

TextTable::Row live_row(const LiveRun& live) {
    return {full_time(live.started), to_wx(live.site), _("Running")};
}

TextTable::Row line_row(const ReportLine& line) {
    return {clock_time(line.time), to_wx(line.text), patient_text(line.patient)};
}

std::vector<TextTable::Row> line_rows(const SyncReport& report) {
    std::vector<TextTable::Row> rows;
    for (const auto& error : report.errors) rows.push_back(error_row(report, error));
    for (const auto& line : report.lines) rows.push_back(line_row(line));
    return rows;
}

}  // namespace cfs
