#include "dialogs/log_text.h"

#include "dialogs/report_text.h"
#include "dialogs/row_search.h"
#include "dialogs/wx_text.h"
#include "tests/support/catch.h"

using namespace cfs;
using namespace std::chrono_literals;

namespace {

const PatientId kPatient = *PatientId::parse("0f8fad5b-d9cb-469f-a165-70867728950e");
const std::vector<TextRow> kRows = {{"08:00", "Found"}, {"09:00", "Sent"}, {"10:00", "found"}};

int next(int from, const wxString& text = "found") {
    return find_row(kRows, text, from, SearchDirection::next);
}

int previous(int from, const wxString& text = "found") {
    return find_row(kRows, text, from, SearchDirection::previous);
}

}  // namespace

TEST_CASE("log search: goes to the next and the previous, and on at the other end") {
    REQUIRE(next(-1) == 0);
    REQUIRE(next(0) == 2);
    REQUIRE(next(2) == 0);
    REQUIRE(previous(-1) == 2);
    REQUIRE(previous(2) == 0);
    REQUIRE(previous(0) == 2);
}

TEST_CASE("log search: every cell is looked at, and what is not there is not found") {
    REQUIRE(next(-1, "09:") == 1);
    REQUIRE(next(1, "09:") == 1);
    REQUIRE(next(-1, "lost") == -1);
    REQUIRE(next(-1, "") == -1);
    REQUIRE(find_row({}, "found", -1, SearchDirection::next) == -1);
}

TEST_CASE("log text: only a preview that got through says what a sync would do") {
    SyncReport report;
    report.preview = true;
    REQUIRE(text_of_run(report).Contains("This is what a sync would do"));
    report.result = SyncResult::refused;
    REQUIRE(text_of_run(report).Contains("nothing was changed."));
    REQUIRE_FALSE(text_of_run(report).Contains("This is what a sync would do"));
}

TEST_CASE("log text: rows are lines with tabs") {
    REQUIRE(text_of_rows({kRows[0], kRows[1]}) == "08:00\tFound\n09:00\tSent\n");
}

TEST_CASE("log text: a run has its summary, its name, its database, its errors and its lines") {
    SyncReport report;
    report.run.text = "a-run";
    report.site = "West";
    report.database = "sqlite3:///west.db";
    report.started = report.ended = Time{1'795'344'120'000ms};
    report.result = SyncResult::failed;
    report.errors = {{ErrorCode::disk_full, "There is no room.", {}, "patients/x.xml"}};
    report.lines = {{report.started, kPatient, "published"}};
    const auto text = text_of_run(report).utf8_string();
    for (const char* part :
         {"West: Failed.", "a-run\n", "sqlite3:///west.db\n", "There is no room. (patients/x.xml)",
          "\tpublished\t0f8fad5b-d9cb-469f-a165-70867728950e\n\n"}) {
        INFO(text);
        REQUIRE(text.find(part) != std::string::npos);
    }
    REQUIRE(log_file_name(report.started) == "sync-log-2026-11-22.txt");
}

TEST_CASE("log text: numbers are grouped on the screen and plain in a file") {
    SyncReport report;
    report.counts.patients_imported = 12'345;
    report.counts.conflicts_open = 1'000;
    REQUIRE(summary_text(report).Contains("12,345 patients received"));
    REQUIRE(summary_text(report).Contains("1,000 conflicts to review"));
    REQUIRE(text_of_run(report).Contains("12345 patients received"));
    REQUIRE(text_of_run(report).Contains("1000 conflicts to review"));
}
