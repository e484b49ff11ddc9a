// Sync runs and their results as words.
#pragma once

#include <wx/string.h>

#include "core/engine/sync_report.h"
#include "dialogs/number_text.h"

namespace cfs {

// Did the run get through? What it found then may still need a person.
[[nodiscard]] bool succeeded(const SyncReport& report);

[[nodiscard]] wxString result_text(SyncResult result);     // "Fine", "Needs attention"
[[nodiscard]] wxString trigger_text(SyncTrigger trigger);  // "by hand"

// "2 conflicts to review, 1 row held back"; empty if nothing waits for a person.
[[nodiscard]] wxString attention_text(std::int64_t conflicts, std::int64_t pending,
                                      Digits digits = Digits::grouped);

// "3 patients sent, 2 received" or "Nothing had changed"; says nothing of a run that failed.
[[nodiscard]] wxString counts_text(const SyncReport& report, Digits digits = Digits::grouped);

// The lines above the log of one run.
[[nodiscard]] wxString summary_text(const SyncReport& report, Digits digits = Digits::grouped);

}  // namespace cfs
