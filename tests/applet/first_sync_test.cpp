#include "dialogs/assistant/first_sync.h"

#include <filesystem>
#include <fstream>

#include "core/database/sqlite_backend.h"
#include "core/model/error.h"
#include "dialogs/report_text.h"
#include "tests/support/catch.h"

using namespace cfs;

namespace {

namespace fs = std::filesystem;

constexpr const char* kMapping =
    R"(<mapping xmlns="urn:cloud-folder-sync:mapping" format="1" name="m" family="m" version="1">
  <patient table="person"><key column="id"/><identity column="name"/></patient>
</mapping>)";

// A clinic with two patients, and a person who is about to set it up.
struct Clinic {
    Clinic() {
        fs::create_directories(place);
        std::ofstream(place / "mapping.xml") << kMapping;
        std::ofstream(place / "clinic.db").flush();
        for (const char* statement : {"CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT)",
                                      "INSERT INTO person VALUES (1, 'One'), (2, 'Two')"}) {
            session()->execute(statement);
        }
        choices.connection = "sqlite3://" + (place / "clinic.db").string();
        choices.mapping = (place / "mapping.xml").string();
        choices.site = "North";
        choices.folder = (place / "shared").string();
        choices.use = FolderUse::make_and_start;
    }
    ~Clinic() { fs::remove_all(place); }

    [[nodiscard]] std::unique_ptr<SqlSession> session() const {
        return make_sqlite_backend((place / "clinic.db").string())->connect();
    }
    [[nodiscard]] bool is_untouched() const {
        return session()->number("SELECT count(*) FROM sqlite_master WHERE name LIKE 'cfs%'") == 0;
    }

    fs::path place = fs::temp_directory_path() / ("cfs-assist-" + to_text(system_clock().now()));
    SyncService service{(place / "state").string()};
    SetupChoices choices;
};

}  // namespace

TEST_CASE("first sync: it is looked at first, then done, and only then are syncs automatic") {
    Clinic clinic;
    FirstSync first(clinic.service, clinic.choices);
    first.enable();
    REQUIRE(first.enabled());
    REQUIRE_FALSE(clinic.service.settings().databases.front().options.auto_sync);
    first.preview();
    REQUIRE(succeeded(first.report()));
    REQUIRE(first.overlap() == PatientOverlap{2, 0, 0});
    REQUIRE(first.report().counts.patients_exported == 2);
    REQUIRE_FALSE(fs::exists(fs::path(clinic.choices.folder) / "patients"));
    REQUIRE(first.can_take_back());
    first.sync();
    REQUIRE(succeeded(first.report()));
    REQUIRE(first.report().counts.patients_exported == 2);
    REQUIRE_FALSE(first.can_take_back());
    REQUIRE(clinic.service.settings().databases.front().options == clinic.choices.options);
}

TEST_CASE("first sync: one that does not get through leaves the options that were chosen") {
    Clinic clinic;
    clinic.choices.options.auto_sync = true;
    FirstSync first(clinic.service, clinic.choices);
    first.enable();
    fs::remove_all(clinic.choices.folder);
    first.sync();
    REQUIRE_FALSE(succeeded(first.report()));
    REQUIRE(clinic.service.settings().databases.front().options == clinic.choices.options);
}

TEST_CASE("first sync: before it all is taken back, the folder too") {
    Clinic clinic;
    FirstSync first(clinic.service, clinic.choices);
    first.enable();
    first.preview();
    first.take_back();
    REQUIRE_FALSE(first.enabled());
    REQUIRE(clinic.is_untouched());
    REQUIRE_FALSE(fs::exists(clinic.choices.folder));
    REQUIRE(clinic.service.settings().databases.empty());
}

TEST_CASE("first sync: what could not be enabled leaves nothing behind, and can be tried again") {
    Clinic clinic;
    auto wrong = clinic.choices;
    wrong.site = " ";
    FirstSync first(clinic.service, wrong);
    REQUIRE_THROWS_AS(first.enable(), Error);
    REQUIRE_FALSE(first.enabled());
    REQUIRE(clinic.is_untouched());
    REQUIRE_FALSE(fs::exists(clinic.choices.folder));
    FirstSync second(clinic.service, clinic.choices);
    second.enable();
    REQUIRE(second.enabled());
}

TEST_CASE("first sync: a folder that others began is never taken back") {
    Clinic clinic;
    fs::create_directory(clinic.choices.folder);
    clinic.service.init_folder(clinic.choices.folder, clinic.choices.mapping);
    clinic.choices.use = FolderUse::join;
    FirstSync first(clinic.service, clinic.choices);
    first.enable();
    first.take_back();
    REQUIRE(fs::exists(fs::path(clinic.choices.folder) / "cloud-folder-sync.xml"));
}

TEST_CASE("first sync: a database that another workstation enabled is not disabled") {
    Clinic clinic;
    clinic.choices.database.enabled = true;
    FirstSync first(clinic.service, clinic.choices);
    first.enable();
    REQUIRE_FALSE(first.can_take_back());
}

TEST_CASE("first sync: a stop ends the run that goes on, not the next one") {
    Clinic clinic;
    FirstSync first(clinic.service, clinic.choices);
    first.stop();
    first.enable();
    first.sync();
    REQUIRE(succeeded(first.report()));
}
