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
