// What is too much at once for an ordinary day: a sync asks before it changes anything.
#include "core/folder/folder_layout.h"
#include "tests/support/catch.h"
#include "tests/support/sites.h"

using namespace cfs;
using namespace cfs::test;

namespace {

// The demo clinic with its 24 patients, synced.
struct Doubtful {
    Doubtful() {
        site.sync();
        site.sync();
    }

    [[nodiscard]] std::vector<std::string> patient_files() const {
        auto paths = folder->paths();
        std::erase_if(paths, [](const auto& path) { return !patient_at(path); });
        return paths;
    }

    ManualClock clock;
    std::unique_ptr<MemoryFolder> folder = new_sync_folder(clock);
    TestSite site{"A", *folder, clock};
};

// How the sync ends; nothing if it gets through.
std::optional<ErrorCode> refusal_of(TestSite& site) {
    try {
        site.sync();
        return std::nullopt;
    } catch (const Error& error) {
        return error.code();
    }
}

}  // namespace

TEST_CASE("doubts: twenty files that vanish at once are no day's work", "[doubts]") {
    Doubtful one;
    one.site.options.use_logs = GENERATE(true, false);
    const auto files = one.patient_files();
    REQUIRE(files.size() == 24);
    for (std::size_t i = 0; i < 20; ++i) one.folder->erase(files[i]);
    one.site.sql("DELETE FROM allergy");
    const auto rows = one.site.value("SELECT count(*) FROM visit");
    for (int i = 0; i < 2; ++i) {
        REQUIRE(refusal_of(one.site) == ErrorCode::files_gone);
        REQUIRE(one.site.written().empty());
        REQUIRE(one.patient_files().size() == 4);
        REQUIRE(one.site.value("SELECT count(*) FROM allergy") == "0");
    }
    one.folder->plant(files[0], "half of ");  // nineteen may be
    REQUIRE_FALSE(refusal_of(one.site));
    REQUIRE(one.site.value("SELECT count(*) FROM visit") == rows);
    REQUIRE(one.patient_files().size() == 24);
}

TEST_CASE("doubts: twenty patients that change at once in the database are no day's work",
          "[doubts]") {
    Doubtful one;
    const auto files = one.folder->files();
    one.site.sql("UPDATE patient SET phone = 'all' WHERE patient_id <= 20");
    REQUIRE(refusal_of(one.site) == ErrorCode::patients_gone);
    REQUIRE(one.folder->files() == files);
}

TEST_CASE("doubts: nineteen patients that change at once in the database are synced", "[doubts]") {
    Doubtful one;
    one.site.sql("UPDATE patient SET phone = 'all' WHERE patient_id <= 19");
    REQUIRE_FALSE(refusal_of(one.site));
    REQUIRE(one.site.written("patients/").size() == 19);
}
