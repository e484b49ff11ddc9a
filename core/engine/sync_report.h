// What one sync run did: the entry of "Latest Logs" and the JSON of `cfsync sync` and `log`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/model/error.h"
#include "core/model/ids.h"
#include "core/model/time.h"

namespace cfs {

enum class SyncResult { ok, attention, refused, failed, busy, cancelled };
[[nodiscard]] std::string_view name_of(SyncResult result);

enum class SyncTrigger { manual, scheduled, command_line };
[[nodiscard]] std::string_view name_of(SyncTrigger trigger);

struct ReportError {
    ErrorCode code;
    std::string sentence;  // for people; holds no patient's name
    std::optional<PatientId> patient;
    std::string file;  // relative to the sync folder; empty if none

    bool operator==(const ReportError&) const = default;
};

// One line of the log about a patient (by UUID), a file or a doubt: "imported 3 rows".
struct ReportLine {
    Time time{};
    std::optional<PatientId> patient;
    std::string text;

    bool operator==(const ReportLine&) const = default;
};

struct SyncCounts {
    std::int64_t patients_exported = 0, patients_imported = 0;
    std::int64_t rows_inserted = 0, rows_updated = 0, rows_restored = 0;
    std::int64_t conflicts_new = 0, conflicts_open = 0;
    std::int64_t copies_read = 0, copies_deleted = 0, copies_kept = 0;
    std::int64_t files_opened = 0, files_written = 0, files_listed = 0;
    std::int64_t segments_read = 0, segments_written = 0;
    std::int64_t pending = 0;

    bool operator==(const SyncCounts&) const = default;
};

struct SyncReport {
    RunId run;
    std::string site;      // the site's name
    std::string database;  // the connection, without a password
    SyncTrigger trigger = SyncTrigger::manual;
    Time started{}, ended{};
    bool preview = false;
    SyncResult result = SyncResult::ok;
    SyncCounts counts;
    std::vector<PatientId> conflict_patients;  // with new conflicts; the history keeps them not
    bool safety_conflicts = false;  // an open conflict or pending row in a `safety` column
    std::vector<ReportLine> lines;
    std::vector<ReportError> errors;

    bool operator==(const SyncReport&) const = default;
};

}  // namespace cfs
