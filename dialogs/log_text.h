// Runs as plain text, to be saved or sent to the one who looks after the computers. Holds no
// patient's name, as the log does not.
#pragma once

#include <wx/string.h>

#include <vector>

#include "core/engine/sync_report.h"
#include "dialogs/row_search.h"

namespace cfs {

// The cells of a row side by side with tabs, a row a line.
[[nodiscard]] wxString text_of_rows(const std::vector<TextRow>& rows);

// The summary, then the errors, then the lines; ends with an empty line.
[[nodiscard]] wxString text_of_run(const SyncReport& report);

// "sync-log-2026-11-20.txt"
[[nodiscard]] wxString log_file_name(Time day);

}  // namespace cfs
