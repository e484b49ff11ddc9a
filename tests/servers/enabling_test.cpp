// Enabling and disabling that stop at any statement leave the clinic program able to write, and can
// be done again.
#include "core/database/clinic_database.h"
#include "core/database/mapping_file.h"
#include "core/model/random.h"
#include "tests/servers/system.h"
#include "tests/support/catch.h"
#include "tests/support/test_clock.h"

using namespace cfs;

namespace {

constexpr const char* kMapping = R"(<mapping xmlns="urn:cloud-folder-sync:mapping" format="1"
    name="small" family="small" version="1">
  <patient table="patient"><key column="id"/><identity column="name"/></patient>
  <record table="visit"><key column="id"/><identity column="reason"/>
    <owner column="patient"/></record>
</mapping>)";

struct Stopped : std::runtime_error {
    Stopped() : std::runtime_error("stopped") {}
};

void make_tables(test::Bench& bench) {
    bench.run("CREATE TABLE patient (id " + bench.system->automatic_key() + ", name VARCHAR(40))");
    bench.run("CREATE TABLE visit (id " + bench.system->automatic_key() +
              ", patient INTEGER, reason VARCHAR(40))");
}

ClinicDatabase opened(test::Bench& bench) {
    return ClinicDatabase(bench.system->backend(), system_random());
}

// Lets every statement from the n-th on fail, as if the connection were lost.
void stop_at(ClinicDatabase& database, int statement) {
    database.session().set_fault_hook([left = statement](const std::string&) mutable {
        if (left-- <= 0) throw Stopped();
    });
}

void work(test::Bench& bench) {
    const auto program = bench.system->program();
    program->execute("INSERT INTO patient (name) VALUES ('a')");
    program->execute("UPDATE patient SET name = 'b'");
    program->execute("INSERT INTO visit (patient, reason) VALUES (1, 'cough')");
    program->execute("DELETE FROM visit");
    program->execute("DELETE FROM patient");
}

void enable(ClinicDatabase& database) {
    database.install(mapping_from_xml(kMapping, "small"), kMapping);
    database.finish_enabling();
}

std::vector<std::string> tables_of(test::Bench& bench) {
    return bench.backend->tables(*bench.session);
}

// A trigger of ours in the way of the clinic program's work would be an error in it.
void require_nothing_left(test::Bench& bench) {
    for (const auto& table : tables_of(bench)) {
        CAPTURE(table);
        CHECK_FALSE(table.starts_with("cfs_"));
    }
    CHECK(bench.backend->drop_all_triggers(*bench.session).empty());
}

}  // namespace

TEST_CASE("servers: an enabling that stops anywhere harms nobody and can be done again") {
    CFS_FOR_EACH_SYSTEM(bench);
    make_tables(bench);
    bool stopped = true;
    int stops = 0;
    for (int statement = 0; stopped; statement += 3) {
        CAPTURE(statement);
        {
            auto database = opened(bench);
            stop_at(database, statement);
            try {
                enable(database);
                stopped = false;
            } catch (const Stopped&) {
                ++stops;
            }
        }
        REQUIRE_NOTHROW(work(bench));
        auto again = opened(bench);
        REQUIRE(again.enabled() == !stopped);
    }
    CHECK(stops > 10);
    auto database = opened(bench);
    REQUIRE(database.enabled());
    REQUIRE(database.journal().tables_without_triggers().empty());
    database.uninstall(system_clock());
    require_nothing_left(bench);
}

TEST_CASE("servers: a disabling that stops anywhere harms nobody and can be done again") {
    CFS_FOR_EACH_SYSTEM(bench);
    make_tables(bench);
    bool stopped = true;
    int stops = 0;
    for (int statement = 1; stopped; statement += 3) {
        CAPTURE(statement);
        {
            auto database = opened(bench);
            if (!database.half_made()) enable(database);
            work(bench);
            stop_at(database, statement);
            try {
                database.uninstall(system_clock());
                stopped = false;
            } catch (const Stopped&) {
                ++stops;
            }
        }
        REQUIRE_NOTHROW(work(bench));
        if (!stopped) break;
        auto again = opened(bench);
        // Before the first commit it is as enabled as it was.
        REQUIRE(again.enabled() != again.half_made());
        again.uninstall(system_clock());
        require_nothing_left(bench);
        REQUIRE_NOTHROW(work(bench));
    }
    CHECK(stops > 4);
    require_nothing_left(bench);
}

TEST_CASE("servers: what an enabling with another mapping left goes with the next") {
    CFS_FOR_EACH_SYSTEM(bench);
    make_tables(bench);
    {
        auto database = opened(bench);
        database.install(mapping_from_xml(kMapping, "small"), kMapping);
    }
    const std::string patients_only = R"(<mapping xmlns="urn:cloud-folder-sync:mapping" format="1"
        name="small" family="small" version="1">
      <patient table="patient"><key column="id"/><identity column="name"/></patient></mapping>)";
    auto database = opened(bench);
    REQUIRE_FALSE(database.enabled());
    database.install(mapping_from_xml(patients_only, "small"), patients_only);
    database.finish_enabling();
    database.uninstall(system_clock());
    REQUIRE_NOTHROW(work(bench));
    require_nothing_left(bench);
}

TEST_CASE("servers: one holder at a time has the lease, also where two take it at once") {
    CFS_FOR_EACH_SYSTEM(bench);
    make_tables(bench);
    auto first = opened(bench);
    enable(first);
    auto second = opened(bench);
    const auto now = system_clock().now();
    const auto later = now + std::chrono::minutes(2);
    REQUIRE(first.take_lease("first", now, later));
    REQUIRE_FALSE(second.take_lease("second", now, later));
    REQUIRE(second.leased_to_another("second", now));
    REQUIRE(first.take_lease("first", now, later));
    // A workstation that died gives it up by expiry.
    REQUIRE(second.take_lease("second", later, later + std::chrono::minutes(2)));
    REQUIRE_FALSE(first.take_lease("first", later, later));
    second.give_up_lease("second");
    REQUIRE(first.take_lease("first", later, later + std::chrono::minutes(2)));
    first.give_up_lease("first");
    if (!bench.system->locks_rows()) return;
    // Both have looked before either has written.
    bool taken = false;
    first.session().set_fault_hook([&](const std::string& sql) {
        if (sql.starts_with("DELETE FROM cfs_lease"))
            taken = second.take_lease("second", now, later);
    });
    const bool both = first.take_lease("first", now, later) && taken;
    REQUIRE_FALSE(both);
}

TEST_CASE("servers: the lease goes by the server's clock, not by the workstation's") {
    CFS_FOR_EACH_SYSTEM(bench);
    make_tables(bench);
    auto database = opened(bench);
    enable(database);
    const auto now = system_clock().now();
    test::TestClock wrong;
    wrong.advance(std::chrono::hours(24 * 365));
    const auto told = database.now(wrong);
    if (bench.backend->file().empty()) {
        REQUIRE(told > now - std::chrono::minutes(1));
        REQUIRE(told < now + std::chrono::minutes(1));
    } else {
        REQUIRE(told > now + std::chrono::hours(24));
    }
}
