#include "dialogs/error_text.h"
#include "dialogs/notification_text.h"
#include "dialogs/report_text.h"
#include "tests/support/build.h"
#include "tests/support/catch.h"

using namespace cfs;
using cfs::test::patient;

namespace {

Notification conflicts(std::int64_t count) {
    Notification notification;
    notification.kind = NotificationKind::new_conflicts;
    notification.site = "West";
    notification.count = count;
    return notification;
}

}  // namespace

TEST_CASE("texts: a notification of conflicts has their number and that of the patients") {
    REQUIRE(text_of(conflicts(1), false).title == "1 new conflict");
    REQUIRE(text_of(conflicts(2), false).title == "2 new conflicts");
    auto notification = conflicts(2);
    notification.patients = {patient(1)};
    REQUIRE(text_of(notification, false).title == "2 new conflicts in one patient's records");
    notification.patients = {patient(1), patient(2)};
    REQUIRE(text_of(notification, false).title == "2 new conflicts");
    REQUIRE(text_of(notification, false).body.Contains("The records of 2 patients"));
    REQUIRE(text_of(conflicts(2), true).title == "West: 2 new conflicts");
}

TEST_CASE("texts: a conflict of safety entries says so") {
    auto notification = conflicts(1);
    notification.safety = true;
    REQUIRE(text_of(notification, false).body.Contains("Allergies"));
}

TEST_CASE("texts: a notification of an error has a heading, its sentence and how many more") {
    Notification notification;
    notification.kind = NotificationKind::error;
    notification.code = ErrorCode::folder_missing;
    notification.sentence = "The folder /shared does not exist.";
    notification.count = 3;
    const auto text = text_of(notification, false);
    REQUIRE(text.title == "The sync folder was not found");
    REQUIRE(text.body == "The folder /shared does not exist.\n2 more problems: see the log.");
}

TEST_CASE("texts: a notification names patients only where their names are given") {
    auto notification = conflicts(2);
    notification.patients = {patient(1), patient(2)};
    const auto unnamed = text_of(notification, false).body;
    REQUIRE_FALSE(unnamed.Contains("Patient:"));
    REQUIRE(text_of(notification, false, {"Castillo, Ana", ""}).body ==
            unnamed + "\nPatient: Castillo, Ana");
    notification.kind = NotificationKind::error;
    REQUIRE(
        text_of(notification, false, {"Castillo, Ana"}).body.EndsWith("Patient: Castillo, Ana"));
}

TEST_CASE("texts: a name that is too long for a notification is cut between characters") {
    std::string name;
    for (int i = 0; i < 200; ++i) name += "ö";
    const auto body = text_of(conflicts(1), false, {name}).body;
    REQUIRE(body.EndsWith(wxString::FromUTF8("öö…")));
    REQUIRE(body.AfterLast(' ').length() < 100);
}

TEST_CASE("texts: the first success after errors is told as such") {
    Notification notification;
    notification.kind = NotificationKind::recovery;
    REQUIRE(text_of(notification, false).title == "Syncing works again");
}

TEST_CASE("texts: every error has a heading of its own kind") {
    for (int code = 0; code <= static_cast<int>(ErrorCode::internal); ++code) {
        REQUIRE_FALSE(heading_of(static_cast<ErrorCode>(code)).empty());
    }
}

TEST_CASE("texts: whatever is thrown becomes words") {
    const auto known = describe(std::make_exception_ptr(Error(ErrorCode::disk_full, "Full.")));
    REQUIRE(known.heading == "The disk is nearly full");
    REQUIRE(known.sentence == "Full.");
    REQUIRE_FALSE(describe(std::make_exception_ptr(std::runtime_error("x"))).heading.empty());
    REQUIRE_FALSE(describe(std::make_exception_ptr(42)).heading.empty());
}

TEST_CASE("texts: a fault of the folder is shown at the folder, others are not") {
    REQUIRE(is_about_folder(ErrorCode::folder_missing));
    REQUIRE(is_about_folder(ErrorCode::marker_missing));
    REQUIRE_FALSE(is_about_folder(ErrorCode::not_enabled));
    REQUIRE_FALSE(is_about_folder(ErrorCode::mapping_table));
    REQUIRE_FALSE(is_about_folder(ErrorCode::internal));
}

TEST_CASE("texts: a run that did nothing says so, one that failed does not") {
    SyncReport report;
    REQUIRE(counts_text(report) == "Nothing had changed");
    report.result = SyncResult::failed;
    REQUIRE(counts_text(report).empty());
    report.counts.patients_exported = 1;
    REQUIRE(counts_text(report) == "1 patient sent");
}
