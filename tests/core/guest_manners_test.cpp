// What the clinic program, the user and a second caller notice while a sync runs.
#include <atomic>
#include <chrono>
#include <thread>

#include "core/engine/sync_service.h"
#include "tests/support/catch.h"
#include "tests/support/clinic.h"
#include "tests/support/clinic_program.h"

using namespace cfs;
using namespace cfs::test;

namespace {

using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

constexpr int kPatients = 2000;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(CFS_COVERAGE)
constexpr bool kSlowed = true;
#else
constexpr bool kSlowed = false;
#endif

std::string many_patients(int count) {
    return "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
           std::to_string(count) +
           ") INSERT INTO patient (patient_id, family_name, given_name, birth_date, sex, phone, "
           "registered_on) SELECT i, 'Family ' || i, 'Given ' || i, '1970-01-01', 'X', i, "
           "'2026-01-01' FROM n;"
           "INSERT INTO visit (visit_id, patient_id, visited_at, reason) "
           "SELECT patient_id, patient_id, '2026-03-06 08:30:00', 'Yearly check' FROM patient;";
}

// The database of many patients, a folder that was started, and a service.
struct Practice {
    explicit Practice(const std::string& journal_mode = "DELETE",
                      const boost::filesystem::path& disk = quick_place(), int patients = kPatients)
        : place("cfs-practice", disk) {
        write_file(database, "");
        const std::string demo = std::string(CFS_SOURCE_DIR) + "/tests/demo/";
        run_script(database, "PRAGMA journal_mode=" + journal_mode + ";" +
                                 read_file(demo + "demo_schema.sql") + many_patients(patients));
        boost::filesystem::create_directory(folder);
        service.init_folder(folder, "demo");
    }

    void enable() { service.enable({connection, "Practice", folder, "demo", {}}); }

    TemporaryFolder place;
    std::string database = place / "practice.db", folder = place / "folder";
    std::string connection = "sqlite3://" + database;
    SyncService service{place / "state"};
};

// Writes all the time, as impatiently as a clinic program may be.
class BusyProgram {
  public:
    explicit BusyProgram(const std::string& database)
        : thread_([this, database](const std::stop_token& stop) { work(database, stop); }) {}

    void stop() {
        thread_.request_stop();
        thread_.join();
    }

    std::atomic<int> writes = 0, failures = 0, longest_ms = 0;

  private:
    void work(const std::string& database, const std::stop_token& stop) {
        ClinicProgram session(database);
        session.execute("PRAGMA busy_timeout=100");
        while (!stop.stop_requested()) {
            write(session);
            std::this_thread::sleep_for(milliseconds(2));
        }
    }

    void write(SqlSession& session) {
        const auto start = Steady::now();
        try {
            session.execute("UPDATE patient SET notes = :p0 WHERE patient_id = :p1",
                            {std::to_string(++writes), std::to_string(writes % 20 + 1)});
        } catch (const Error&) {
            ++failures;
        }
        const auto waited = std::chrono::duration_cast<milliseconds>(Steady::now() - start);
        longest_ms = std::max(longest_ms.load(), static_cast<int>(waited.count()));
    }

    std::jthread thread_;
};

// The time stands still; something happens in each pause.
class PausedClock : public Clock {
  public:
    explicit PausedClock(std::function<void()> in_pause) : in_pause_(std::move(in_pause)) {}
    [[nodiscard]] Time now() const override { return Time{}; }
    void pause(std::chrono::milliseconds) override { in_pause_(); }
    [[nodiscard]] std::chrono::milliseconds elapsed() const override { return {}; }

  private:
    std::function<void()> in_pause_;
};

void change_all_visits(const std::string& database) {
    ClinicProgram session(database);
    session.execute("PRAGMA busy_timeout=5000");
    session.execute("UPDATE visit SET findings = 'changed'");
}

// Does something at the first progress or line of a run.
class Interruption : public SyncObserver {
  public:
    explicit Interruption(std::function<void()> action) : action_(std::move(action)) {}

    void on_line(const ReportLine& line) override {
        lines.push_back(line);
        once();
    }
    void on_progress(const SyncProgress& progress) override {
        steps.push_back(progress);
        once();
    }

    std::vector<ReportLine> lines;
    std::vector<SyncProgress> steps;
    std::thread::id thread;

  private:
    void once() {
        thread = std::this_thread::get_id();
        if (auto action = std::exchange(action_, {})) action();
    }

    std::function<void()> action_;
};

}  // namespace

TEST_CASE(
    "guest manners: no write of the clinic program fails while a sync, a check or a preview runs",
    "[threads]") {
    const auto mode = GENERATE(as<std::string>(), "DELETE", "WAL");
    const bool quick = GENERATE(true, false);
    const int patients = quick ? kPatients : kPatients / 20;  // a disk may be slow
    Practice practice(mode, quick ? quick_place() : boost::filesystem::temp_directory_path(),
                      patients);
    BusyProgram program(practice.database);
    practice.enable();
    SyncRequest confirmed;
    confirmed.confirmed = {"patients-gone"};
    const int enabling_ms = program.longest_ms, enabling_failures = program.failures;
    SyncObserver silent;
    const auto report = practice.service.sync(practice.connection, confirmed, silent);
    const auto again = practice.service.sync(practice.connection, confirmed, silent);
    const int syncing_failures = program.failures;
    (void)practice.service.verify(practice.connection);
    const int verifying_failures = program.failures - syncing_failures;
    change_all_visits(practice.database);
    const int before_preview = program.failures;
    confirmed.preview = true;
    const auto preview = practice.service.sync(practice.connection, confirmed, silent);
    const int previewing_failures = program.failures - before_preview;
    const int before_disabling = program.failures;
    (void)practice.service.disable(practice.connection);
    const int disabling_failures = program.failures - before_disabling;
    program.stop();
    WARN(mode << (quick ? " in memory: " : " on disk: ") << program.writes
              << " writes, the longest took " << program.longest_ms << " ms (while enabling "
              << enabling_ms << " ms); the sync took " << (report.ended - report.started).count()
              << " ms; " << program.failures << " writes failed");
    REQUIRE(report.result == SyncResult::ok);
    REQUIRE(report.counts.patients_exported == patients);
    REQUIRE(again.result == SyncResult::ok);
    REQUIRE(program.writes > 20);
    // No guest can promise anything on a disk that takes long for one flush, nor while a sanitizer
    // or the counting of lines makes all work several times as long: there the figures are shown
    // alone.
    if (quick && !kSlowed) CHECK(enabling_failures == 0);
    if (quick && !kSlowed) CHECK(syncing_failures == 0);
    if (quick && !kSlowed) CHECK(verifying_failures == 0);
    if (quick && !kSlowed) CHECK(previewing_failures == 0);
    if (quick && !kSlowed) CHECK(disabling_failures == 0);
    CHECK(preview.counts.patients_exported == patients);
}

// With a rollback journal a commit has to wait for all who read. While SQLite waits it keeps out
// every other program, so a long query of the clinic program would stop the clinic.
TEST_CASE("guest manners: beside a long query of the clinic program nobody waits for us",
          "[threads]") {
    Practice practice("DELETE", quick_place(), 50);
    practice.enable();
    ClinicProgram query(practice.database);
    ClinicProgram other(practice.database);
    other.execute("PRAGMA busy_timeout=100");
    std::jthread syncing;
    SyncReport report;
    int failures = 0, tries = 0;
    bool first = true;
    query.query("SELECT patient_id FROM patient", {}, [&](const SqlRow&) {
        if (!std::exchange(first, false)) return;
        syncing = std::jthread([&] {
            SyncObserver silent;
            report = practice.service.sync(practice.connection, {}, silent);
        });
        const auto end = Steady::now() + milliseconds(1500);
        for (; Steady::now() < end; ++tries) {
            try {
                (void)other.number("SELECT COUNT(*) FROM visit");
                const SqlTransaction undone(other, "BEGIN IMMEDIATE");
            } catch (const Error&) {
                ++failures;
            }
            std::this_thread::sleep_for(milliseconds(10));
        }
    });
    syncing.join();
    REQUIRE(tries > 5);
    if (!kSlowed) CHECK(failures == 0);
    REQUIRE(report.result == SyncResult::ok);
    REQUIRE(report.counts.patients_exported == 50);
}

TEST_CASE("sync service: a disabling that was interrupted is finished by the next", "[threads]") {
    Practice practice("DELETE", quick_place(), 50);
    practice.enable();
    run_script(practice.database,
               "UPDATE cfs_meta SET value = 'disabling' WHERE name = 'enabled';"
               "DELETE FROM cfs_patient;");
    SyncObserver silent;
    const auto refused = practice.service.sync(practice.connection, {}, silent);
    REQUIRE(refused.errors.at(0).code == ErrorCode::not_enabled);
    (void)practice.service.disable(practice.connection);
    ClinicProgram session(practice.database);
    REQUIRE(session.number("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name LIKE "
                           "'cfs_%'") == 0);
    REQUIRE(session.number("SELECT COUNT(*) FROM patient") == 50);
    REQUIRE(practice.service.settings().databases.empty());
}

TEST_CASE("guest manners: enabling ends although the clinic program goes on adding rows") {
    Practice practice("DELETE", quick_place(), 50);
    ClinicProgram program(practice.database);
    int added = 0;
    PausedClock clock([&] {
        if (++added > 500) throw std::runtime_error("enabling does not end");
        program.execute(
            "INSERT INTO visit (patient_id, visited_at, reason) VALUES (1, '2026-11-22', 'Next')");
    });
    SyncService service(practice.place / "state", clock);
    service.enable({practice.connection, "Practice", practice.folder, "demo", {}});
    SyncObserver silent;
    REQUIRE(service.sync(practice.connection, {}, silent).counts.patients_exported == 50);
}

TEST_CASE("sync service: a day's work between enabling and the first sync is no doubt") {
    Practice practice("DELETE", quick_place(), 200);
    practice.enable();
    run_script(practice.database, "UPDATE patient SET phone = 'new' WHERE patient_id <= 30");
    SyncObserver silent;
    const auto report = practice.service.sync(practice.connection, {}, silent);
    REQUIRE(report.result == SyncResult::ok);
    REQUIRE(report.counts.patients_exported == 200);
}

TEST_CASE("sync service: of two syncs at once the second is busy", "[threads]") {
    Clinics clinics(Program::demo, {{}});
    auto& clinic = clinics[0];
    SyncReport second;
    Interruption interruption([&] {
        std::jthread([&] {
            SyncObserver silent;
            second = clinic.service().sync(clinic.connection(), {}, silent);
        }).join();
    });
    const auto first = clinic.service().sync(clinic.connection(), {}, interruption);
    REQUIRE(second.result == SyncResult::busy);
    REQUIRE(second.errors.at(0).code == ErrorCode::busy);
    REQUIRE(first.result == SyncResult::ok);
    REQUIRE(first.counts.patients_exported == 24);
    REQUIRE(clinic.sync().result == SyncResult::ok);
}

TEST_CASE("sync service: many callers at once", "[threads]") {
    Clinics clinics(Program::demo, {{}});
    auto& clinic = clinics[0];
    std::atomic<int> ok = 0, busy = 0, other = 0;
    {
        std::vector<std::jthread> callers;
        for (int i = 0; i < 4; ++i) {
            callers.emplace_back([&] {
                SyncObserver silent;
                const auto result = clinic.service().sync(clinic.connection(), {}, silent).result;
                ++(result == SyncResult::ok ? ok : result == SyncResult::busy ? busy : other);
                (void)clinic.service().status(clinic.connection());
                (void)clinic.service().runs(5);
            });
        }
    }
    REQUIRE(ok >= 1);
    REQUIRE(ok + busy == 4);
    REQUIRE(other == 0);
    REQUIRE(clinic.verify().differences.empty());
}

TEST_CASE("sync service: a cancelled sync is continued by the next", "[threads]") {
    Practice practice;
    practice.enable();
    std::stop_source stop;
    Interruption interruption([&] { std::jthread([&] { stop.request_stop(); }).join(); });
    const auto report =
        practice.service.sync(practice.connection, {}, interruption, stop.get_token());
    REQUIRE(report.result == SyncResult::cancelled);
    REQUIRE(report.errors.at(0).code == ErrorCode::cancelled);
    REQUIRE(report.counts.patients_exported < kPatients / 2);
    SyncObserver silent;
    const auto next = practice.service.sync(practice.connection, {}, silent);
    REQUIRE(next.result == SyncResult::ok);
    REQUIRE(report.counts.patients_exported + next.counts.patients_exported == kPatients);
    REQUIRE(practice.service.verify(practice.connection).differences.empty());
    REQUIRE(practice.service.sync(practice.connection, {}, silent).counts.files_written == 0);
}

TEST_CASE("sync service: an observer hears of every line and of growing progress", "[threads]") {
    Clinics clinics(Program::demo, {{}});
    Interruption observer([] {});
    const auto report = clinics[0].service().sync(clinics[0].connection(), {}, observer);
    REQUIRE(observer.thread == std::this_thread::get_id());
    REQUIRE(observer.lines == report.lines);
    REQUIRE(!observer.steps.empty());
    std::int64_t before = 0;
    for (const auto& step : observer.steps) {
        REQUIRE(step.patients_done >= before);
        REQUIRE(step.patients_done <= step.patients_total);
        before = step.patients_done;
    }
    REQUIRE(before == 24);
}
