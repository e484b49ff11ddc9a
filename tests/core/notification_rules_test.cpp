#include "core/rules/notification_rules.h"

#include "tests/support/build.h"
#include "tests/support/catch.h"

using namespace cfs;
using cfs::test::patient;

namespace {

SyncReport run(SyncResult result) {
    SyncReport report;
    report.database = "sqlite3:///west.sqlite";
    report.site = "West";
    report.result = result;
    return report;
}

SyncReport run_with_conflicts(std::int64_t fresh, std::int64_t open) {
    auto report = run(open > 0 ? SyncResult::attention : SyncResult::ok);
    report.counts.conflicts_new = fresh;
    report.counts.conflicts_open = open;
    return report;
}

SyncReport failed_run(ErrorCode code, const std::string& file = {}) {
    auto report = run(SyncResult::failed);
    report.errors.push_back({code, "The sentence of the error.", std::nullopt, file});
    return report;
}

// What a user sees who has the program running: the notifications of each run in turn.
class User {
  public:
    std::vector<Notification> sees(const SyncReport& report) {
        auto result = notifications_for(told_, report);
        told_ = told_after(told_, report);
        return result;
    }

  private:
    ToldState told_;
};

}  // namespace

TEST_CASE("notifications: an ordinary run calls for none") {
    User user;
    auto report = run(SyncResult::ok);
    report.counts.patients_imported = 12;
    REQUIRE(user.sees(report).empty());
    REQUIRE(user.sees(report).empty());
}

TEST_CASE("notifications: new conflicts are told once, with their count") {
    User user;
    const auto first = user.sees(run_with_conflicts(2, 2));
    REQUIRE(first.size() == 1);
    REQUIRE(first[0].kind == NotificationKind::new_conflicts);
    REQUIRE(first[0].count == 2);
    REQUIRE(first[0].site == "West");
    REQUIRE(user.sees(run_with_conflicts(0, 2)).empty());
}

TEST_CASE("notifications: a further conflict is told alone, beside those still open") {
    User user;
    user.sees(run_with_conflicts(2, 2));
    const auto next = user.sees(run_with_conflicts(1, 3));
    REQUIRE(next.size() == 1);
    REQUIRE(next[0].count == 1);
    REQUIRE(next[0].open == 3);
}

TEST_CASE("notifications: one conflict settled and another found in one run is told") {
    User user;
    user.sees(run_with_conflicts(1, 1));
    REQUIRE(user.sees(run_with_conflicts(1, 1)).size() == 1);
}

TEST_CASE("notifications: conflicts that another program's run found are told by our next run") {
    User user;
    user.sees(run_with_conflicts(0, 0));
    const auto next = user.sees(run_with_conflicts(0, 2));
    REQUIRE(next.size() == 1);
    REQUIRE(next[0].count == 2);
}

TEST_CASE("notifications: conflicts that were open before the first known run are not new") {
    User user;
    REQUIRE(user.sees(run_with_conflicts(0, 5)).empty());
}

TEST_CASE("notifications: an error is told once however often it comes back") {
    User user;
    const auto first = user.sees(failed_run(ErrorCode::folder_missing));
    REQUIRE(first.size() == 1);
    REQUIRE(first[0].kind == NotificationKind::error);
    REQUIRE(first[0].code == ErrorCode::folder_missing);
    REQUIRE(first[0].sentence == "The sentence of the error.");
    REQUIRE(user.sees(failed_run(ErrorCode::folder_missing)).empty());
    REQUIRE(user.sees(failed_run(ErrorCode::folder_missing)).empty());
}

TEST_CASE("notifications: an error that ended is told again when it comes back") {
    User user;
    user.sees(failed_run(ErrorCode::folder_missing));
    user.sees(run(SyncResult::ok));
    REQUIRE(user.sees(failed_run(ErrorCode::folder_missing)).size() == 1);
}

TEST_CASE("notifications: the first success after errors is told, the next is not") {
    User user;
    user.sees(failed_run(ErrorCode::folder_missing));
    user.sees(failed_run(ErrorCode::database_lost));
    const auto seen = user.sees(run(SyncResult::ok));
    REQUIRE(seen.size() == 1);
    REQUIRE(seen[0].kind == NotificationKind::recovery);
    REQUIRE(user.sees(run(SyncResult::ok)).empty());
}

TEST_CASE("notifications: a busy or stopped run is no success after errors") {
    User user;
    user.sees(failed_run(ErrorCode::folder_missing));
    REQUIRE(user.sees(run(SyncResult::cancelled)).empty());
    REQUIRE(user.sees(run(SyncResult::ok)).size() == 1);
}

TEST_CASE("notifications: a run that gets through with a new error is told for that error") {
    User user;
    user.sees(failed_run(ErrorCode::folder_missing));
    auto damaged = run(SyncResult::attention);
    damaged.errors.push_back({ErrorCode::file_damaged, "Damaged.", std::nullopt, "a.xml"});
    const auto seen = user.sees(damaged);
    REQUIRE(seen.size() == 1);
    REQUIRE(seen[0].kind == NotificationKind::error);
}

TEST_CASE("notifications: conflicts come with their patients, where these are known") {
    User user;
    user.sees(run_with_conflicts(0, 0));
    auto report = run_with_conflicts(3, 3);
    report.conflict_patients = {patient(1), patient(2)};
    REQUIRE(user.sees(report)[0].patients == report.conflict_patients);
    REQUIRE(user.sees(run_with_conflicts(0, 5))[0].patients.empty());
}

TEST_CASE("notifications: an error comes with the patient whom it is about") {
    User user;
    auto report = run(SyncResult::attention);
    report.errors = {{ErrorCode::row_refused, "Refused.", patient(1), {}},
                     {ErrorCode::row_refused, "Refused.", patient(2), {}}};
    REQUIRE(user.sees(report)[0].patients == std::vector{patient(1)});
    REQUIRE(user.sees(failed_run(ErrorCode::folder_missing))[0].patients.empty());
}

TEST_CASE("notifications: a busy or cancelled run neither tells nor ends anything") {
    User user;
    user.sees(failed_run(ErrorCode::folder_missing));
    auto busy = run(SyncResult::busy);
    busy.errors.push_back({ErrorCode::busy, "Another sync is running.", std::nullopt, {}});
    REQUIRE(user.sees(busy).empty());
    REQUIRE(user.sees(run(SyncResult::cancelled)).empty());
    REQUIRE(user.sees(failed_run(ErrorCode::folder_missing)).empty());
}

TEST_CASE("notifications: an error that a stopped run could not look at is not told again") {
    User user;
    auto damaged = run(SyncResult::attention);
    damaged.errors.push_back(
        {ErrorCode::file_damaged, "A file is damaged.", std::nullopt, "a.xml"});
    REQUIRE(user.sees(damaged).size() == 1);
    REQUIRE(user.sees(failed_run(ErrorCode::database_locked)).size() == 1);
    const auto last = user.sees(damaged);
    REQUIRE(last.size() == 1);
    REQUIRE(last[0].kind == NotificationKind::recovery);
}

TEST_CASE("notifications: many new errors of one run make one notification with their number") {
    User user;
    auto report = failed_run(ErrorCode::file_damaged, "a.xml");
    report.errors.push_back({ErrorCode::file_damaged, "Another.", std::nullopt, "b.xml"});
    report.errors.push_back({ErrorCode::file_damaged, "Another.", std::nullopt, "b.xml"});
    const auto seen = user.sees(report);
    REQUIRE(seen.size() == 1);
    REQUIRE(seen[0].count == 2);
}

TEST_CASE("notifications: new conflicts and a new error in one run are two events") {
    User user;
    auto report = run_with_conflicts(1, 1);
    report.errors.push_back({ErrorCode::row_refused, "A row was refused.", std::nullopt, {}});
    REQUIRE(user.sees(report).size() == 2);
}

TEST_CASE("notifications: a preview calls for none and changes nothing") {
    User user;
    auto preview = run_with_conflicts(3, 3);
    preview.preview = true;
    REQUIRE(user.sees(preview).empty());
    REQUIRE(user.sees(run_with_conflicts(3, 3)).size() == 1);
}

TEST_CASE("notifications: a failed run does not make the open conflicts look new afterwards") {
    User user;
    user.sees(run_with_conflicts(2, 2));
    user.sees(failed_run(ErrorCode::folder_missing));
    const auto seen = user.sees(run_with_conflicts(0, 2));
    REQUIRE(seen.size() == 1);
    REQUIRE(seen[0].kind == NotificationKind::recovery);
}
