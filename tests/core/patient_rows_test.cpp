// Our own tables that may have a row for each patient are read by the page, so that no statement
// keeps the clinic program from committing for long.
#include "core/database/patient_rows.h"

#include "tests/support/catch.h"
#include "tests/support/sites.h"

using namespace cfs;
using namespace cfs::test;

namespace {

// In their order.
std::vector<PatientId> patients(std::size_t count) {
    std::vector<PatientId> all;
    for (std::size_t i = 0; i < count; ++i) {
        Uuid uuid;
        uuid.bytes[0] = static_cast<std::uint8_t>(i >> 8U);
        uuid.bytes[1] = static_cast<std::uint8_t>(i & 0xFFU);
        all.push_back(PatientId{as_random_uuid(uuid)});
    }
    return all;
}

struct Tables {
    Tables() : folder(new_sync_folder(clock)), site("A", *folder, clock) {
        database().session().execute("DELETE FROM cfs_touched");
    }

    [[nodiscard]] ClinicDatabase& database() { return site.database(); }

    void touch(const std::vector<PatientId>& all) {
        auto transaction = database().begin();
        for (const auto& patient : all) database().journal().touch(patient);
        transaction.commit();
    }

    // The statements that `read` runs.
    template <class Read>
    [[nodiscard]] int statements_of(Read read) {
        int statements = 0;
        database().session().set_fault_hook([&](const std::string&) { ++statements; });
        read();
        database().session().set_fault_hook({});
        return statements;
    }

    ManualClock clock;
    std::unique_ptr<MemoryFolder> folder;
    TestSite site;
};

}  // namespace

TEST_CASE("patient rows: each patient is read once, in order, a page at a time") {
    for (const auto count : {std::size_t{0}, std::size_t{1}, kPageOfPatients - 1, kPageOfPatients,
                             kPageOfPatients + 1, 2 * kPageOfPatients + 1}) {
        Tables tables;
        const auto all = patients(count);
        tables.touch(all);
        CAPTURE(count);
        std::vector<PatientId> found;
        std::int64_t counted = 0;
        const auto pages = static_cast<int>(count / kPageOfPatients + 1);
        REQUIRE(tables.statements_of(
                    [&] { found = tables.database().documents().all_touched(); }) == pages);
        REQUIRE(tables.statements_of(
                    [&] { counted = tables.database().documents().touched_count(); }) == pages);
        REQUIRE(found == all);
        REQUIRE(counted == static_cast<std::int64_t>(count));
    }
}

TEST_CASE("patient rows: a patient awaited from several sites is told once, also between pages") {
    Tables tables;
    const auto all = patients(kPageOfPatients + 1);
    auto& publications = tables.database().publications();
    auto transaction = tables.database().begin();
    for (const auto& patient : all) {
        for (const auto writer : {std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{3}}) {
            publications.await({WriterId{Uuid{{writer}}}, 1, patient, {}, Time{}});
        }
    }
    transaction.commit();
    REQUIRE(publications.awaited() == all);
}

TEST_CASE("patient rows: what is unpublished is found among many that are published") {
    Tables tables;
    const auto all = patients(2 * kPageOfPatients + 1);
    auto& publications = tables.database().publications();
    REQUIRE(publications.is_outbox_empty());
    REQUIRE(publications.unpublished().empty());
    const std::set<std::size_t> left = {0, kPageOfPatients - 1, kPageOfPatients,
                                        2 * kPageOfPatients};
    std::vector<PatientId> unpublished;
    auto transaction = tables.database().begin();
    for (std::size_t i = 0; i < all.size(); ++i) {
        publications.post(all[i], {});
        if (left.contains(i)) {
            unpublished.push_back(all[i]);
        } else {
            publications.mark_published(all[i], Digest{});
        }
    }
    transaction.commit();
    REQUIRE_FALSE(publications.is_outbox_empty());
    REQUIRE(publications.outbox_size() == std::ssize(all));
    REQUIRE(publications.unpublished() == unpublished);
    for (const auto& patient : unpublished) publications.mark_published(patient, Digest{});
    REQUIRE(publications.unpublished().empty());
}
