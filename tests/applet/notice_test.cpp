#include "tray/notice.h"

#include "tests/support/catch.h"

using namespace cfs;

namespace {

Notification about(NotificationKind kind) {
    Notification notification;
    notification.kind = kind;
    notification.database = "sqlite3:///West";
    notification.site = "West";
    notification.count = 1;
    return notification;
}

Notice error_notice(ErrorCode code) {
    auto notification = about(NotificationKind::error);
    notification.code = code;
    return notice_of(notification, false);
}

}  // namespace

TEST_CASE("notice: conflicts lead to their review, at the database they are in") {
    const auto notice = notice_of(about(NotificationKind::new_conflicts), false);
    REQUIRE(notice.command == Command{Action::review_conflicts, "sqlite3:///West"});
    REQUIRE(notice.button == "Review");
    REQUIRE_FALSE(notice.urgent);
}

TEST_CASE("notice: a conflict of safety entries is urgent") {
    auto notification = about(NotificationKind::new_conflicts);
    notification.safety = true;
    REQUIRE(notice_of(notification, false).urgent);
}

TEST_CASE("notice: an error leads to where it can be mended, else to the log") {
    REQUIRE(error_notice(ErrorCode::folder_missing).command.action == Action::preferences);
    REQUIRE(error_notice(ErrorCode::not_enabled).command.action == Action::preferences);
    REQUIRE(error_notice(ErrorCode::file_damaged).command.action == Action::latest_logs);
    REQUIRE(error_notice(ErrorCode::internal).command.action == Action::latest_logs);
    REQUIRE_FALSE(error_notice(ErrorCode::disk_full).urgent);
}

TEST_CASE("notice: a success takes the place of the error before it, and not of conflicts") {
    const auto error = error_notice(ErrorCode::folder_missing);
    REQUIRE(notice_of(about(NotificationKind::recovery), false).matter == error.matter);
    REQUIRE(notice_of(about(NotificationKind::new_conflicts), false).matter != error.matter);
}

TEST_CASE("notice: each database has notices of its own") {
    auto other = about(NotificationKind::error);
    other.database = "sqlite3:///East";
    REQUIRE(notice_of(other, true).matter !=
            notice_of(about(NotificationKind::error), true).matter);
    REQUIRE(notice_of(other, true).text.title.StartsWith("West: "));
}
