// What is decided before the lock is taken holds only as long as nobody changes what it is about.
#include "core/folder/folder_layout.h"
#include "core/folder/patient_file.h"
#include "core/model/error.h"
#include "tests/support/catch.h"
#include "tests/support/demo.h"
#include "tests/support/sites.h"

using namespace cfs;
using namespace cfs::test;

namespace {

std::string phone_of(int patient) {
    return "SELECT phone FROM patient WHERE patient_id = " + std::to_string(patient);
}

void set_phone(TestSite& site, int patient, const std::string& phone) {
    site.sql("UPDATE patient SET phone = '" + phone +
             "' WHERE patient_id = " + std::to_string(patient));
}

}  // namespace

TEST_CASE("decided ahead: an edit at any moment of a sync is kept and published") {
    ManualClock clock;
    const auto folder = new_sync_folder(clock);
    TestSite site("East", *folder, clock);
    site.sync();
    std::size_t moments = 1, edits = 0;
    for (std::size_t moment = 1; moment <= moments; ++moment) {
        for (int patient = 1; patient <= 3; ++patient) {
            set_phone(site, patient, "before " + std::to_string(moment));
        }
        // Another program has its turn whenever we look at the folder.
        const auto first = folder->operations();
        const auto late = "late " + std::to_string(moment);
        bool made = false;
        folder->set_watcher([&] {
            if (made || folder->operations() - first + 1 < moment) return;
            made = true;
            try {
                set_phone(site, 2, late);
                ++edits;
            } catch (const std::exception&) {
                made = false;  // we hold the lock
            }
        });
        site.sync();
        folder->set_watcher({});
        moments = std::max(moments, folder->operations() - first);
        if (!made) break;
        REQUIRE(site.value(phone_of(2)) == late);
        site.sync();
        REQUIRE(site.value(phone_of(2)) == late);
        REQUIRE(site.value(phone_of(3)) == "before " + std::to_string(moment));
        const auto file = folder->content(patient_path(site.patient(2)));
        REQUIRE(file->find(late) != std::string::npos);
    }
    REQUIRE(edits > 10);
}

TEST_CASE("decided ahead: nothing can be written while it is decided") {
    ManualClock clock;
    const auto folder = new_sync_folder(clock);
    TestSite site("East", *folder, clock);
    auto& session = site.database().session();
    {
        const SqlReading reading(session);
        REQUIRE(session.number("SELECT COUNT(*) FROM patient") > 0);
        REQUIRE_THROWS_AS(session.execute("DELETE FROM patient"), WriteInReading);
    }
    session.execute("UPDATE patient SET phone = 'again'");
}

TEST_CASE("decided ahead: an edit voids what was decided about its patient, nobody else's") {
    ManualClock clock;
    const auto folder = new_sync_folder(clock);
    TestSite site("East", *folder, clock);
    site.sync();
    for (int patient = 1; patient <= 3; ++patient) set_phone(site, patient, "before");
    // Another program has its turn when all are decided and the lock is about to be taken.
    int decisions = 0;
    bool made = false;
    site.database().session().set_fault_hook([&](const std::string& statement) {
        if (statement.starts_with("SELECT document, ")) ++decisions;
        if (made || decisions < 3 || statement != site.database().backend().begin_statement()) {
            return;
        }
        made = true;
        set_phone(site, 2, "late");
    });
    site.sync();
    site.database().session().set_fault_hook({});
    REQUIRE(made);
    REQUIRE(decisions == 4);
    for (int patient = 1; patient <= 3; ++patient) {
        const auto* phone = patient == 2 ? "late" : "before";
        CAPTURE(patient);
        REQUIRE(site.value(phone_of(patient)) == phone);
        const auto file = folder->content(patient_path(site.patient(patient)));
        REQUIRE(file->find(std::string(">") + phone + "<") != std::string::npos);
    }
}

TEST_CASE("change journal: what is taken tells which patients and which rows it is about") {
    ManualClock clock;
    const auto folder = new_sync_folder(clock);
    TestSite site("East", *folder, clock);
    site.sync();
    auto& database = site.database();
    const auto visit = [&](int key) {
        return database.identities().row_of("visit", std::to_string(key)).value();
    };
    const auto drained = [&] {
        auto transaction = database.begin();
        auto result = database.journal().drain(100);
        transaction.commit();
        return result;
    };
    const auto first = visit(1), second = visit(2);
    const std::set<PatientId> one = {site.patient(1)}, both = {site.patient(1), site.patient(2)};

    REQUIRE(drained().rows.empty());
    set_phone(site, 1, "0");
    const auto edited = drained();
    REQUIRE(edited.patients == one);
    REQUIRE(edited.rows == std::set<RowId>{own_row(site.patient(1))});
    REQUIRE_FALSE(edited.any);

    site.sql("UPDATE visit SET patient_id = 2 WHERE visit_id = 1");
    const auto moved = drained();
    REQUIRE(moved.patients == both);
    REQUIRE(moved.rows == std::set<RowId>{first});

    site.sql("UPDATE visit SET visit_id = 900, follow_up_of = NULL WHERE visit_id = 2");
    const auto with_new_key = drained();
    REQUIRE(with_new_key.patients == one);
    REQUIRE(with_new_key.rows == std::set<RowId>{second});

    site.sql("DELETE FROM visit WHERE visit_id = 900");
    const auto deleted = drained();
    REQUIRE(deleted.patients == one);
    REQUIRE(deleted.rows == std::set<RowId>{second});

    site.sql(
        "INSERT INTO visit (visit_id, patient_id, visited_at, reason) "
        "VALUES (901, 2, '2026-11-22', 'Next')");
    const auto inserted = drained();
    REQUIRE(inserted.patients == std::set<PatientId>{site.patient(2)});
    REQUIRE(inserted.rows == std::set<RowId>{visit(901)});
}
