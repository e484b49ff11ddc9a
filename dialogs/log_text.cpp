#include "dialogs/log_text.h"

#include "dialogs/log_rows.h"
#include "dialogs/report_text.h"
#include "dialogs/row_search.h"
#include "dialogs/wx_text.h"

namespace cfs {

wxString text_of_run(const SyncReport& report) {
    return summary_text(report, Digits::plain) + '\n' + to_wx(report.run.text) + '\n' +
           to_wx(report.database) + '\n' + text_of_rows(line_rows(report)) + '\n';
}

wxString log_file_name(Time day) {
    return "sync-log-" + to_wx(to_text(day).substr(0, 10)) + ".txt";
}

}  // namespace cfs
