// What a sync makes of files that are damaged or not complete yet, and of a folder that refuses:
// with a clock and a folder of its own. tests/cli shows the same of real files.
#include "core/engine/archive.h"
#include "core/folder/folder_layout.h"
#include "core/folder/patient_file.h"
#include "core/rules/merge.h"
#include "tests/support/catch.h"
#include "tests/support/sites.h"

using namespace cfs;
using namespace cfs::test;
using namespace std::chrono_literals;

namespace {

// A site and the file of its first patient.
struct OneSite {
    OneSite() {
        site.sync();
        site.sync();
        path = patient_path(site.patient(1));
        good = *folder->content(path);
    }

    [[nodiscard]] ErrorCode code() const {
        return site.report.errors.empty() ? ErrorCode::internal : site.report.errors.front().code;
    }
    void edit(const std::string& phone) {
        site.sql("UPDATE patient SET phone = '" + phone + "' WHERE patient_id = 1");
    }
    [[nodiscard]] std::string phone() {
        return site.value("SELECT phone FROM patient WHERE patient_id = 1");
    }

    ManualClock clock;
    std::unique_ptr<MemoryFolder> folder = new_sync_folder(clock);
    TestSite site{"A", *folder, clock};
    std::string path, good;
};

ErrorCode failure_of(TestSite& site) {
    try {
        site.sync();
    } catch (const Error& error) {
        REQUIRE(std::string(error.what()).size() > 30);
        return error.code();
    }
    return ErrorCode::internal;
}

}  // namespace

TEST_CASE("bad input: a file that stays damaged is put aside and healed", "[bad-input]") {
    OneSite one;
    one.site.options.use_logs = GENERATE(true, false);
    const auto damaged = one.good.substr(0, one.good.size() / 2);
    one.folder->plant(one.path, damaged);
    for (int minute = 0; minute < 9; ++minute) {
        one.site.sync();
        REQUIRE(one.code() == ErrorCode::file_damaged);
        const auto& sentence = one.site.report.errors.front().sentence;
        REQUIRE(sentence.find("damaged") != std::string::npos);
        REQUIRE(sentence.find("damaged") == sentence.rfind("damaged"));
        REQUIRE(one.site.written().empty());
        REQUIRE(one.folder->content(one.path) == damaged);
        one.clock.advance(55s);
    }
    REQUIRE(one.site.archived.empty());
    one.clock.advance(90s);
    one.site.sync();
    REQUIRE(one.folder->content(one.path) == one.good);
    REQUIRE(one.site.archived == std::vector{std::pair(ArchiveKind::damaged_file, one.path)});
    for (int i = 0; i < 2; ++i) {
        one.site.sync();
        REQUIRE(one.site.report.errors.empty());
        REQUIRE(one.site.written().empty());
    }
}

TEST_CASE("bad input: a damaged file is healed though the clock was set back", "[bad-input]") {
    OneSite one;
    one.folder->plant(one.path, one.good.substr(0, one.good.size() / 2));
    one.site.sync();
    REQUIRE(one.code() == ErrorCode::file_damaged);
    one.clock.advance(-24h * 3650);
    one.site.sync();
    REQUIRE(one.folder->content(one.path) == one.good);
}

TEST_CASE("bad input: a file that is still arriving is waited for", "[bad-input]") {
    OneSite one;
    for (std::size_t part = 1; part < 8; ++part) {
        one.folder->plant(one.path, one.good.substr(0, one.good.size() * part / 8));
        one.site.sync();
        REQUIRE(one.code() == ErrorCode::file_damaged);
        REQUIRE(one.site.written().empty());
        one.clock.advance(9min);
    }
    one.folder->plant(one.path, one.good);
    one.site.sync();
    REQUIRE(one.site.report.errors.empty());
    REQUIRE(one.site.written().empty());
    REQUIRE(one.site.archived.empty());
}

TEST_CASE("bad input: a half-written file that completes later is taken in", "[bad-input]") {
    OneSite one;
    const auto elsewhere = new_sync_folder(one.clock);
    deliver(*one.folder, *elsewhere);
    TestSite other("B", *elsewhere, one.clock);
    other.sync();
    one.edit("555-1");
    one.site.sync();
    const auto whole = *one.folder->content(one.path);

    elsewhere->plant(one.path, whole.substr(0, 900));
    other.sync();
    REQUIRE(other.report.errors.front().code == ErrorCode::file_damaged);
    REQUIRE(other.written().empty());
    elsewhere->plant(one.path, whole);
    other.sync();
    REQUIRE(other.report.errors.empty());
    REQUIRE(other.value("SELECT phone FROM patient WHERE patient_id = 1") == "555-1");
    REQUIRE(other.written().empty());
}

TEST_CASE("bad input: a conflict copy is tried again until it is whole", "[bad-input]") {
    OneSite one;
    const auto copy = one.path.substr(0, one.path.size() - 4) + " (1).xml";
    one.folder->plant(copy, one.good.substr(0, 900));
    for (int i = 0; i < 3; ++i) {
        one.site.sync();
        REQUIRE(one.code() == ErrorCode::file_damaged);
        REQUIRE(one.site.report.errors.front().file == copy);
        one.clock.advance(15min);
    }
    REQUIRE(one.folder->content(copy) == one.good.substr(0, 900));
    // In its place, so that its directory looks as before.
    one.folder->plant(copy, one.good);
    one.site.sync();
    REQUIRE(one.site.report.errors.empty());
    REQUIRE(one.site.report.counts.copies_read == 1);
}

TEST_CASE("bad input: an edit waits while the file is of a newer program", "[bad-input]") {
    OneSite one;
    auto newer = one.good;
    newer.replace(newer.find("format=\"1\""), 10, "format=\"2\"");
    one.folder->plant(one.path, newer);
    one.edit("555-1");
    for (int i = 0; i < 3; ++i) {
        one.site.sync();
        REQUIRE(one.code() == ErrorCode::file_version);
        REQUIRE(one.folder->content(one.path) == newer);
        one.clock.advance(1h);
    }
    one.folder->plant(one.path, one.good);
    one.site.sync();
    REQUIRE(one.site.report.errors.empty());
    REQUIRE(one.folder->content(one.path)->find("555-1") != std::string::npos);
}

TEST_CASE("bad input: a damaged file of an unknown patient is left alone", "[bad-input]") {
    OneSite one;
    const auto path = patient_path(PatientId{system_random().uuid()});
    one.folder->plant(path, one.good.substr(0, 900));
    for (int i = 0; i < 3; ++i) {
        one.site.sync();
        REQUIRE(one.code() == ErrorCode::file_damaged);
        REQUIRE(one.folder->content(path) == one.good.substr(0, 900));
        one.clock.advance(1h);
    }
}

TEST_CASE("bad input: a full disk at any write is continued from", "[bad-input]") {
    OneSite one;
    const auto elsewhere = new_sync_folder(one.clock);
    deliver(*one.folder, *elsewhere);
    TestSite other("B", *elsewhere, one.clock);
    for (std::size_t n = 1; n <= 3; ++n) {
        const auto phone = "555-" + std::to_string(n);
        const auto before = one.folder->files();
        one.clock.advance(25h);  // the site's own file is due as well
        one.edit(phone);
        one.folder->fail_at(n, Fault::disk_full, Counted::changes);
        REQUIRE(failure_of(one.site) == ErrorCode::disk_full);
        for (const auto& [path, content] : before) REQUIRE(one.folder->content(path));
        one.folder->restart();
        one.site.sync();
        REQUIRE(one.site.report.errors.empty());
        deliver(*one.folder, *elsewhere);
        other.sync();
        REQUIRE(other.value("SELECT phone FROM patient WHERE patient_id = 1") == phone);
        one.site.sync();
        REQUIRE(one.site.written().empty());
    }
}

TEST_CASE("bad input: a file that names records of very many patients takes none of them along",
          "[bad-input]") {
    OneSite one;
    one.site.sql(
        "WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 1099) INSERT "
        "INTO patient (patient_id, family_name, given_name, birth_date, sex, registered_on) "
        "SELECT i, 'Family ' || i, 'Given', '1970-01-01', 'X', '2026-01-01' FROM n");
    one.site.sync();
    auto document = from_xml(one.good);
    for (int key = 1000; key < 1100; ++key) {
        const auto other = one.site.patient(key);
        const auto file = from_xml(*one.folder->content(patient_path(other)));
        document.rows.emplace(own_row(other), file.rows.at(own_row(other)));
    }
    one.folder->plant(one.path, to_xml(document));
    one.site.sync();
    REQUIRE(one.code() == ErrorCode::file_patient);
    REQUIRE(one.site.report.errors.size() == 1);
    one.site.sql("UPDATE patient SET phone = '555-9' WHERE patient_id = 1050");
    one.site.sync();
    REQUIRE(one.site.written(patient_path(one.site.patient(1050))).size() == 1);
}

TEST_CASE("bad input: no file is published without its attachment", "[bad-input]") {
    const auto fault = GENERATE(Fault::refused, Fault::disk_full, Fault::crash_before);
    OneSite one;
    const auto elsewhere = new_sync_folder(one.clock);
    deliver(*one.folder, *elsewhere);
    TestSite other("B", *elsewhere, one.clock);
    one.clock.advance(1h);
    one.site.sync();  // knows all directories
    one.site.sql("UPDATE document SET content = zeroblob(90000) WHERE document_id = 1");
    one.folder->fail_at(1, fault, Counted::changes);
    try {
        one.site.sync();
    } catch (const Error&) {
    } catch (const SimulatedCrash&) {
    }
    one.folder->restart();
    one.site.sync();
    REQUIRE(one.site.report.errors.empty());
    deliver(*one.folder, *elsewhere);
    other.sync();
    REQUIRE(other.report.errors.empty());
    REQUIRE(other.value("SELECT length(content) FROM document WHERE document_id = 1") == "90000");
}

TEST_CASE("bad input: a nearly full disk is a doubt", "[bad-input]") {
    OneSite one;
    one.edit("555-1");
    one.folder->set_free_space(std::uint64_t{10} << 20);
    const auto before = one.folder->files();
    REQUIRE(failure_of(one.site) == ErrorCode::disk_full);
    REQUIRE(one.folder->files() == before);
    one.folder->set_free_space(std::nullopt);
    one.site.sync();
    REQUIRE(one.folder->content(one.path)->find("555-1") != std::string::npos);
}

TEST_CASE("bad input: a read-only folder is told once", "[bad-input]") {
    OneSite one;
    one.site.sql("UPDATE patient SET phone = '555-1' WHERE patient_id < 9");
    one.folder->set_read_only(true);
    REQUIRE(failure_of(one.site) == ErrorCode::folder_unwritable);
    REQUIRE(one.site.report.errors.empty());
    one.folder->set_read_only(false);
    one.site.sync();
    REQUIRE(one.site.report.counts.patients_exported == 8);
}

TEST_CASE("bad input: a folder that is taken away in mid-run loses nothing", "[bad-input]") {
    OneSite one;
    one.edit("555-1");
    one.folder->set_taken_away(true);
    REQUIRE(failure_of(one.site) == ErrorCode::folder_missing);
    one.folder->set_taken_away(false);
    one.site.sync();
    REQUIRE(one.folder->content(one.path)->find("555-1") != std::string::npos);
    REQUIRE(one.phone() == "555-1");
}

TEST_CASE("bad input: a record that no file could hold is told before anything of it is changed",
          "[bad-input]") {
    OneSite one;
    const auto before = one.folder->content(one.path);
    for (int i = 0; i < 300; ++i) {
        one.site.sql(
            "INSERT INTO visit (patient_id, visited_at, reason) VALUES (1, '2026-11-22', '" +
            std::string(60'000, 'x') + "')");
    }
    one.site.sql("UPDATE patient SET phone = '555-2' WHERE patient_id = 2");
    for (int i = 0; i < 2; ++i) {
        one.site.sync();
        REQUIRE(one.code() == ErrorCode::file_too_large);
        REQUIRE(one.site.report.errors.front().patient == one.site.patient(1));
        REQUIRE(one.folder->content(one.path) == before);
    }
    const auto other = patient_path(one.site.patient(2));
    REQUIRE(one.folder->content(other)->find("555-2") != std::string::npos);
    one.site.sql("UPDATE visit SET reason = 'short' WHERE length(reason) = 60000");
    one.site.sync();
    REQUIRE(one.site.report.errors.empty());
    REQUIRE(one.folder->content(one.path)->find("short") != std::string::npos);
}

TEST_CASE("bad input: a conflict copy stays while the patient's file lacks what it held",
          "[bad-input]") {
    OneSite one;
    one.site.options.delete_conflicts = true;
    auto copy = from_xml(one.good);
    const auto version = system_random().version(7);
    auto& phone = copy.rows.at(RowId{copy.patient.uuid}).fields.at("phone");
    phone = {{version, one.clock.now(), text_value("of the copy")}};
    absorb(copy.rows.at(RowId{copy.patient.uuid}), version);
    const auto beside = one.path.substr(0, one.path.rfind('.')) + " (1).xml";
    one.folder->plant(beside, to_xml(copy));
    const auto stays = [&] { return one.folder->content(beside).has_value(); };

    // A cloud client puts its own in place of the one that was just published.
    const auto its_own = GENERATE(as<std::string>{}, "the former", "half of it", "nothing");
    one.folder->set_watcher([&, done = false]() mutable {
        const auto content = one.folder->content(one.path);
        if (done || content->find("of the copy") == std::string::npos) return;
        done = true;
        if (its_own == "the former") one.folder->plant(one.path, one.good);
        if (its_own == "half of it") one.folder->plant(one.path, content->substr(0, 200));
        if (its_own == "nothing") one.folder->erase(one.path);
    });
    one.site.sync();
    one.folder->set_watcher({});
    REQUIRE(stays());
    REQUIRE(one.phone() == "of the copy");
    one.site.sync();
    one.clock.advance(11min);  // what is damaged may be arriving
    one.site.sync();
    REQUIRE_FALSE(stays());
    REQUIRE(one.folder->content(one.path)->find("of the copy") != std::string::npos);
}

TEST_CASE("bad input: of a flood of conflict copies all are read, few are kept in memory",
          "[bad-input]") {
    OneSite one;
    one.site.options.delete_conflicts = true;
    const auto shard = one.path.substr(0, one.path.rfind('.'));
    // 12 copies of 1 MiB, each with a row that no other has.
    for (std::uint8_t number = 1; number <= 12; ++number) {
        auto copy = from_xml(one.good);
        const auto version = system_random().version(7);
        copy.rows.emplace(
            RowId{system_random().uuid()},
            Row{"note " + std::to_string(number),
                {{"text", {{version, Time{}, text_value(std::string(1 << 20, 'x'))}}}},
                {version}});
        one.folder->plant(shard + " (" + std::to_string(number) + ").xml", to_xml(copy));
    }
    one.site.sync();
    REQUIRE(one.site.report.errors.empty());
    REQUIRE(one.site.report.counts.copies_read == 12);
    for (int number = 1; number <= 12; ++number) {
        const auto table = "table=\"note " + std::to_string(number) + "\"";
        REQUIRE(one.folder->content(one.path)->find(table) != std::string::npos);
    }
    REQUIRE(one.site.report.counts.copies_deleted + one.site.report.counts.copies_kept == 12);
}
