#include "core/engine/run_history.h"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <limits>
#include <thread>

#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

using namespace cfs;
using namespace cfs::test;
using namespace std::chrono_literals;

namespace {

const PatientId kPatient = *PatientId::parse("0f8fad5b-d9cb-469f-a165-70867728950e");
const Time kStart = *time_from_text("2026-11-22T10:10:10.123Z");

SyncReport report(int n, const std::string& database = "sqlite3:///a.db") {
    SyncReport made;
    made.run.text = "run-" + std::to_string(n);
    made.site = "Front desk";
    made.database = database;
    made.started = kStart + std::chrono::seconds(n);
    made.ended = made.started + 7ms;
    return made;
}

std::vector<std::string> names(const std::vector<SyncReport>& reports) {
    std::vector<std::string> result;
    for (const auto& made : reports) result.push_back(made.run.text);
    return result;
}

ErrorCode code_of(const std::string& folder) {
    try {
        RunHistory history(folder);
    } catch (const Error& error) {
        REQUIRE(std::string(error.what()).find("history.sqlite") != std::string::npos);
        return error.code();
    }
    return ErrorCode::internal;
}

}  // namespace

TEST_CASE("run history: a run is found as it was added") {
    const TemporaryFolder folder;
    SyncReport made = report(1);
    made.trigger = SyncTrigger::command_line;
    made.preview = true;
    made.result = SyncResult::attention;
    made.safety_conflicts = true;
    made.counts.patients_exported = std::numeric_limits<std::int64_t>::max();
    made.counts.patients_imported = std::int64_t{1} << 32;
    made.counts.pending = -1;
    made.counts.files_listed = 123'456'789'012;
    made.lines = {{kStart, kPatient, "imported 3 rows"}, {kStart + 1ms, {}, "done, \"it's\" ü\n"}};
    made.errors = {{ErrorCode::file_damaged, "The file is damaged.", kPatient, "patients/0f/x.xml"},
                   {ErrorCode::usage, "", {}, ""}};
    RunHistory(folder.text()).add(made);
    REQUIRE(RunHistory(folder.text()).find(made.run) == made);
    REQUIRE_FALSE(RunHistory(folder.text()).find(RunId{"run-2"}));
}

TEST_CASE("run history: of a database the last run and the last success are known, however old") {
    const TemporaryFolder folder;
    RunHistory history(folder.text());
    REQUIRE_FALSE(history.last_runs("sqlite3:///db").run);
    auto good = report(1);
    good.result = SyncResult::attention;
    history.add(good);
    for (int number = 2; number < 300; ++number) {
        auto failed = report(number);
        failed.result = SyncResult::failed;
        history.add(failed);
    }
    auto preview = report(300), elsewhere = report(301);
    preview.preview = true;
    elsewhere.database = "sqlite3:///other";
    history.add(preview);
    history.add(elsewhere);
    const auto last = history.last_runs(good.database);
    REQUIRE(last.run == report(299).run);
    REQUIRE(last.last_success == good.ended);
}

TEST_CASE("run history: runs with errors, with new conflicts, and of one patient are found") {
    const TemporaryFolder folder;
    RunHistory history(folder.text());
    SyncReport failed = report(1), found = report(2), sent = report(3), quiet = report(4);
    failed.errors = {{ErrorCode::disk_full, "Full.", {}, ""},
                     {ErrorCode::row_refused, "Refused.", kPatient, ""}};
    found.counts.conflicts_new = 2;
    sent.lines = {{kStart, kPatient, "published"}};
    quiet.counts.conflicts_open = 2;
    for (const auto& each : {failed, found, sent, quiet}) history.add(each);
    using Names = std::vector<std::string>;
    const auto kept = [&](const RunFilter& filter) { return names(history.newest(9, filter)); };

    CHECK(kept({{}, RunKind::with_errors, {}}) == Names{"run-1"});
    CHECK(kept({{}, RunKind::with_new_conflicts, {}}) == Names{"run-2"});
    CHECK(kept({{}, RunKind::any, kPatient.text()}) == Names{"run-3", "run-1"});
    CHECK(kept({{}, RunKind::any, "0f8f"}) == Names{"run-3", "run-1"});
    CHECK(kept({{}, RunKind::any, "8f"}).empty());
    CHECK(kept({{}, RunKind::any, "%"}).empty());
    CHECK(kept({{}, RunKind::with_errors, "0f8f"}) == Names{"run-1"});
    CHECK(kept({"another database", RunKind::with_errors, {}}).empty());
    CHECK(history.newest(9, {{}, RunKind::with_errors, {}}).front().errors == failed.errors);
    CHECK(history.newest(9)[1].errors.empty());
}

TEST_CASE("run history: every count has a column of its own") {
    const TemporaryFolder folder;
    SyncReport made = report(1);
    made.counts = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    RunHistory history(folder.text());
    history.add(made);
    REQUIRE(history.find(made.run) == made);
}

TEST_CASE("run history: the newest come first, without lines, of one database or all") {
    const TemporaryFolder folder;
    RunHistory history(folder.text());
    for (int n = 1; n <= 5; ++n) {
        SyncReport made = report(n, n % 2 == 0 ? "even" : "odd");
        made.lines = {{kStart, {}, "line"}};
        history.add(made);
    }
    using Names = std::vector<std::string>;
    REQUIRE(names(history.newest(2)) == Names{"run-5", "run-4"});
    REQUIRE(names(history.newest(99, {"odd", {}, {}})) == Names{"run-5", "run-3", "run-1"});
    REQUIRE(names(history.newest(1, {"even", {}, {}})) == Names{"run-4"});
    REQUIRE(history.newest(1)[0].lines.empty());
    REQUIRE(history.newest(0).empty());
    REQUIRE(history.newest(-1).empty());
    REQUIRE(history.newest(5, {"' OR 1=1 --", {}, {}}).empty());
}

TEST_CASE("run history: adding a run again replaces it") {
    const TemporaryFolder folder;
    RunHistory history(folder.text());
    SyncReport made = report(1);
    made.lines = {{kStart, {}, "first"}, {kStart, {}, "second"}};
    history.add(made);
    made.lines = {{kStart, {}, "third"}};
    history.add(made);
    REQUIRE(history.newest(9).size() == 1);
    REQUIRE(history.find(made.run) == made);
}

TEST_CASE("run history: of a run with too many lines the last says how many more there were") {
    const TemporaryFolder folder;
    RunHistory history(folder.text());
    SyncReport made = report(1);
    const auto line = [](int n) { return ReportLine{kStart, kPatient, std::to_string(n)}; };
    for (int n = 0; n < kMaxLinesPerRun; ++n) made.lines.push_back(line(n));
    history.add(made);
    REQUIRE(history.find(made.run) == made);
    made.lines.push_back(line(kMaxLinesPerRun));
    made.errors.assign(kMaxLinesPerRun + 9, {ErrorCode::row_refused, "Refused.", kPatient, ""});
    history.add(made);
    const auto found = history.find(made.run);
    REQUIRE(found->lines.size() == kMaxLinesPerRun);
    REQUIRE(found->lines[kMaxLinesPerRun - 2] == line(kMaxLinesPerRun - 2));
    REQUIRE(found->lines.back() == ReportLine{made.ended, {}, "and 2 more lines"});
    REQUIRE(found->errors.size() == kMaxLinesPerRun);
    REQUIRE(found->errors.back().sentence == "and 10 more errors");
}

TEST_CASE("run history: only the newest runs are kept") {
    const TemporaryFolder folder;
    RunHistory history(folder.text());
    history.add(report(0));
    SyncReport made = report(1);
    made.lines = {{kStart, {}, "line"}};
    history.add(made);
    {
        soci::session session(soci::sqlite3, folder / "history.sqlite");
        session
            << "WITH RECURSIVE n(i) AS (SELECT 3 UNION ALL SELECT i + 1 FROM n WHERE i < " +
                   std::to_string(kMaxRuns) +
                   ") INSERT INTO runs SELECT i, 'old-' || i, site, connection, trigger, started,"
                   " ended, 0, result, 0, 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0 FROM runs, n"
                   " WHERE number = 1";
    }
    REQUIRE(history.newest(kMaxRuns + 9).size() == kMaxRuns);
    history.add(report(2));
    REQUIRE(history.newest(kMaxRuns + 9).size() == kMaxRuns);
    REQUIRE_FALSE(history.find(RunId{"run-0"}));
    REQUIRE(history.find(RunId{"run-1"}) == made);
    history.add(report(3));
    REQUIRE_FALSE(history.find(RunId{"run-1"}));
    REQUIRE(history.newest(1)[0].run.text == "run-3");
    soci::session session(soci::sqlite3, folder / "history.sqlite");
    int lines = -1;
    session << "SELECT count(*) FROM lines", soci::into(lines);
    REQUIRE(lines == 0);
}

TEST_CASE("run history: the state folder may have any name") {
    for (const std::string name : {"with blank", "it's", "a\"b", "a=b", "dbname=\"x y\" timeout=1",
                                   "100%", "Müller データ", "a;b", "?mode=memory", "file:x#y"}) {
        CAPTURE(name);
        const TemporaryFolder folder;
        boost::filesystem::create_directory(folder.path() / name);
        RunHistory(folder / name).add(report(1));
        REQUIRE(names_in(folder / name) == std::vector<std::string>{"history.sqlite"});
        REQUIRE(names_in(folder.text()).size() == 1);
        REQUIRE(RunHistory(folder / name).find(report(1).run) == report(1));
    }
}

TEST_CASE("run history: a file that is no database is set aside and begun anew") {
    const TemporaryFolder folder;
    for (int n = 1; n <= 2; ++n) {
        write_file(folder / "history.sqlite", "This is no database. " + std::string(5000, 'x'));
        RunHistory history(folder.text());
        history.add(report(n));
        REQUIRE(history.find(report(n).run) == report(n));
    }
    REQUIRE(names_in(folder.text()) == std::vector<std::string>{"history.damaged-1.sqlite",
                                                                "history.damaged-2.sqlite",
                                                                "history.sqlite"});
    REQUIRE(read_file(folder / "history.damaged-1.sqlite").substr(0, 4) == "This");
}

TEST_CASE("run history: a file that is damaged inside is set aside when that shows") {
    const TemporaryFolder folder;
    for (int n = 0; n < 100; ++n) RunHistory(folder.text()).add(report(n));
    const std::string sound = read_file(folder / "history.sqlite");
    write_file(folder / "history.sqlite",
               sound.substr(0, 4096) + std::string(sound.size() - 4096, '\x7F'));
    RunHistory history(folder.text());
    history.add(report(100));
    REQUIRE(names(history.newest(9)) == std::vector<std::string>{"run-100"});
    REQUIRE(boost::filesystem::exists(folder / "history.damaged-1.sqlite"));
}

TEST_CASE("run history: damage that another process has repaired already is left to it") {
    const TemporaryFolder folder;
    RunHistory first(folder.text());
    first.add(report(1));
    RunHistory second(folder.text());
    write_file(folder / "history.sqlite", std::string(9000, 'x'));
    first.add(report(2));
    second.add(report(3));
    REQUIRE(names_in(folder.text()) ==
            std::vector<std::string>{"history.damaged-1.sqlite", "history.sqlite"});
}

TEST_CASE("run history: a missing folder and a newer file are errors with a sentence") {
    const TemporaryFolder folder;
    REQUIRE(code_of(folder / "none") == ErrorCode::database_refused);
    {
        RunHistory history(folder.text());
        soci::session session(soci::sqlite3, folder / "history.sqlite");
        session << "PRAGMA user_version = 2";
    }
    REQUIRE(code_of(folder.text()) == ErrorCode::file_version);
    REQUIRE(names_in(folder.text()) == std::vector<std::string>{"history.sqlite"});
}

TEST_CASE("run history: several at once lose no run") {
    const TemporaryFolder folder;
    const auto add = [&](int from) {
        RunHistory history(folder.text());
        for (int n = from; n < from + 20; ++n) history.add(report(n));
    };
    std::thread other(add, 100), third(add, 200);
    add(0);
    other.join();
    third.join();
    REQUIRE(RunHistory(folder.text()).newest(100).size() == 60);
}
