#include "dialogs/run_questions.h"

#include "tests/support/catch.h"

using namespace cfs;

namespace {

const PatientId kPatient = *PatientId::parse("0f8fad5b-d9cb-469f-a165-70867728950e");

UndoExtent extent_of(std::int64_t rows, std::int64_t patients, std::int64_t left) {
    UndoExtent extent;
    extent.run = RunId{"a-run"};
    extent.rows = rows;
    extent.patients = patients;
    extent.left = left;
    return extent;
}

SyncReport with_errors(const std::vector<ErrorCode>& codes) {
    SyncReport report;
    for (const auto code : codes) report.errors.push_back({code, "What it is.", kPatient, {}});
    return report;
}

}  // namespace

TEST_CASE("questions: an undo says how many records of how many patients, and what stays") {
    const auto text = undo_question(extent_of(12, 3, 2), SyncReport{})->text;
    REQUIRE(text.Contains("12 records get back the values"));
    REQUIRE(text.Contains("Patients concerned: 3."));
    REQUIRE(text.Contains("2 records were edited or deleted since"));
    REQUIRE_FALSE(undo_question(extent_of(1, 1, 0), SyncReport{})->text.Contains("since"));
}

TEST_CASE("questions: nothing is asked where nothing would be put back") {
    REQUIRE_FALSE(undo_question({}, std::nullopt));
    REQUIRE_FALSE(undo_question(extent_of(0, 0, 5), SyncReport{}));
}

TEST_CASE("questions: an undo of what was settled says that conflicts will be open again") {
    auto extent = extent_of(0, 0, 0);
    extent.conflicts = 2;
    REQUIRE(undo_question(extent, std::nullopt)->text.Contains("2 conflicts"));
}

TEST_CASE("questions: what a sync can be told is named as the command line names it") {
    REQUIRE(confirmation_of(ErrorCode::files_gone) == "files-gone");
    REQUIRE(confirmation_of(ErrorCode::patients_gone) == "patients-gone");
    REQUIRE(confirmation_of(ErrorCode::triggers_missing) == "triggers-missing");
    REQUIRE(confirmation_of(ErrorCode::identity_changed) == "identity-changed");
    REQUIRE_FALSE(confirmation_of(ErrorCode::disk_full));
    REQUIRE_FALSE(confirmation_of(ErrorCode::database_replaced));
}

TEST_CASE("questions: a doubt is told with its sentence, whom it is about and how many more") {
    REQUIRE_FALSE(doubt_question(with_errors({ErrorCode::disk_full})));
    const auto doubt = doubt_question(with_errors(
        {ErrorCode::disk_full, ErrorCode::identity_changed, ErrorCode::identity_changed}));
    REQUIRE(doubt->confirmation == "identity-changed");
    REQUIRE(doubt->question.text.Contains("What it is."));
    REQUIRE(doubt->question.text.Contains("0f8fad5b"));
    REQUIRE(doubt->question.text.Contains("1 more record."));
    REQUIRE_FALSE(doubt_question(with_errors({ErrorCode::files_gone}))
                      ->question.text.Contains("more record"));
}
