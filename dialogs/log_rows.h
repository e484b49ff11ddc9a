// Runs and lines as the rows of the log window's two tables.
#pragma once

#include <vector>

#include "dialogs/live_run.h"
#include "dialogs/text_table.h"

namespace cfs {

[[nodiscard]] TextTable::Row run_row(const SyncReport& report);
[[nodiscard]] TextTable::Row live_row(const LiveRun& live);
[[nodiscard]] TextTable::Row line_row(const ReportLine& line);

// Errors first: they are what the log is opened for.
[[nodiscard]] std::vector<TextTable::Row> line_rows(const SyncReport& report);

}  // namespace cfs
