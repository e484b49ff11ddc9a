// Runs as plain text, to be saved or sent to the one who looks after the computers. Holds no
// patient's name, as the log does not.
#pragma once

#include <wx/string.h>

#include "core/engine/sync_report.h"

namespace cfs {

// The summary, its numbers as other programs read them, then the errors, then the lines; ends with
// an empty line.
[[nodiscard]] wxString text_of_run(const SyncReport& report);

// "sync-log-2026-11-20.txt"
[[nodiscard]] wxString log_file_name(Time day);

}  // namespace cfs
