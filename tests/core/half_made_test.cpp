// Enabling and disabling that end too early.
#include <thread>

#include "core/database/clinic_database.h"
#include "core/database/enabling.h"
#include "core/database/mapping_file.h"
#include "core/database/sqlite_backend.h"
#include "core/folder/folder_layout.h"
#include "tests/support/catch.h"
#include "tests/support/clinic.h"
#include "tests/support/clinic_picture.h"
#include "tests/support/clinic_program.h"
#include "tests/support/demo.h"

using namespace cfs;
using namespace cfs::test;

namespace {

namespace fs = boost::filesystem;

constexpr const char* kSchema =
    "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, born TEXT);"
    "CREATE TABLE note (id INTEGER PRIMARY KEY, person INTEGER REFERENCES person (id), text TEXT);"
    "INSERT INTO person VALUES (1, 'Anna', '1980'); INSERT INTO note VALUES (1, 1, 'first');";

std::string mapping_of(bool notes) {
    const std::string xml =
        "<mapping xmlns=\"urn:cloud-folder-sync:mapping\" format=\"1\" name=\"m\" family=\"m\" "
        "version=\"1\"><patient table=\"person\"><key column=\"id\"/><identity column=\"name\"/>"
        "<identity column=\"born\"/></patient>";
    const std::string note =
        "<record table=\"note\"><key column=\"id\"/><identity column=\"text\"/>"
        "<owner column=\"person\"/></record>";
    return xml + (notes ? note : "") + "</mapping>";
}

struct OneDatabase {
    OneDatabase() {
        write_file(path, "");
        run_script(path, kSchema);
    }

    [[nodiscard]] ClinicDatabase open() const {
        return {make_sqlite_backend(path), system_random()};
    }
    // As far as an enabling comes that dies while it names the rows.
    void begin_enabling(bool notes) const {
        open().install(mapping_from_xml(mapping_of(notes), "m"), mapping_of(notes));
    }
    [[nodiscard]] std::int64_t of_ours() const {
        return open().session().number(
            "SELECT count(*) FROM sqlite_master WHERE name LIKE 'cfs%' OR sql LIKE '%cfs_%'");
    }

    TemporaryFolder place{"cfs-half-made", quick_place()};
    std::string path = place / "clinic.db";
};

std::string refusal_of(Clinic& clinic) {
    try {
        clinic.disable();
        return "";
    } catch (const Error& error) {
        return error.what();
    }
}

}  // namespace

TEST_CASE("enabling: while rows are named, a program that takes long to commit is waited for") {
    const OneDatabase one;
    one.begin_enabling(true);
    auto database = one.open();
    ClinicProgram program(one.path);
    std::jthread commit;
    // Just before it is looked up whose the notes are.
    int pages = 0;
    database.session().set_fault_hook([&](const std::string& statement) {
        if (statement != database.backend().begin_reading() || ++pages != 2) return;
        program.execute("BEGIN EXCLUSIVE");
        commit = std::jthread([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(60));
            program.execute("COMMIT");
        });
    });
    const auto result =
        give_identities(database, SavedIdentities(one.place / "none"), system_clock());
    REQUIRE(commit.joinable());
    REQUIRE(result.rows == 2);
}

TEST_CASE("half made: enabling with another mapping takes the triggers of the first along",
          "[half-made]") {
    const OneDatabase one;
    one.begin_enabling(true);
    REQUIRE(one.open().half_made());
    run_script(one.path, "INSERT INTO note VALUES (2, 1, 'between')");
    one.begin_enabling(false);
    run_script(one.path, "INSERT INTO note VALUES (3, 1, 'again')");
    auto database = one.open();
    database.uninstall(system_clock());
    REQUIRE(one.of_ours() == 0);
    // Would fail for ever on a trigger whose table is gone.
    run_script(one.path, "INSERT INTO note VALUES (4, 1, 'after'); DELETE FROM note WHERE id = 1;");
}

TEST_CASE("half made: disabling removes what an interrupted enabling left", "[half-made]") {
    const OneDatabase one;
    const auto connection = "sqlite3://" + one.path;
    SyncService service(one.place / "state");
    REQUIRE_THROWS_AS(service.disable(connection), Error);  // there is nothing to disable
    one.begin_enabling(true);
    (void)service.disable(connection);
    REQUIRE(one.of_ours() == 0);
    REQUIRE_THROWS_AS(service.disable(connection), Error);
}

TEST_CASE("half made: a database that is not enabled any more can be taken out of the settings",
          "[half-made]") {
    Clinics clinics(Program::demo_small);
    auto& a = clinics[0];
    clinics.meet();
    a.close();
    fs::copy_file(clinics.fresh_copy(), a.database(), fs::copy_option::overwrite_if_exists);
    REQUIRE(a.service().settings().databases.size() == 1);
    a.disable();
    REQUIRE(a.service().settings().databases.empty());
    REQUIRE_THROWS_AS(a.service().disable(a.connection()), Error);
}

TEST_CASE("half made: a database with an unpublished edit stays enabled", "[half-made]") {
    Clinics clinics(Program::demo_small);
    auto& a = clinics[0];
    clinics.meet();
    const auto file = fs::path(clinics.cloud().folder(0)) / a.file_of("1");
    const auto content = read_file(file.string());
    a.sql("UPDATE patient SET phone = 'unpublished' WHERE patient_id = 1");
    // Nothing can be written in its place.
    fs::remove(file);
    fs::create_directories(file / "in the way");
    const auto refusal = refusal_of(a);
    INFO(refusal);
    REQUIRE(refusal.find("was not disabled") != std::string::npos);
    fs::remove_all(file);
    write_file(file.string(), content);
    REQUIRE(refusal_of(a).empty());
    clinics.cloud().deliver();
    (void)clinics[1].sync();
    REQUIRE(clinics[1].value("SELECT phone FROM patient WHERE patient_id = 1") == "unpublished");
}
