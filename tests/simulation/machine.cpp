#include "tests/simulation/machine.h"

#include <map>

#include "core/database/enabling.h"
#include "core/database/mapping_file.h"
#include "core/database/sqlite_backend.h"
#include "tests/simulation/virtual_clock.h"

namespace cfs::simulation {

namespace {

std::string name_of(const ClinicKind& kind) {
    std::string name;
    for (const bool is : {kind.large, kind.strict, kind.cutting}) name += is ? '1' : '0';
    return name;
}

std::unique_ptr<ClinicDatabase> connect(const std::string& path, RandomSource& random) {
    auto database = std::make_unique<ClinicDatabase>(make_sqlite_backend(path), random);
    database->session().execute("PRAGMA busy_timeout=0");
    return database;
}

void fill(Clinic& clinic, const Filling& filling) {
    for (std::size_t i = 1; i <= filling.patients; ++i) {
        const auto code = filling.prefix + std::to_string(i);
        (void)clinic.insert("patient", {{"code", code},
                                        {"name", "n" + code},
                                        {"born", "b" + code},
                                        {"phone", "p" + code + "~0123"},
                                        {"street", "s" + code},
                                        {"city", "c" + code},
                                        {"note", std::nullopt}});
        for (std::size_t j = 1; j <= i; ++j) {
            const auto visit = "V" + code + "." + std::to_string(j);
            (void)clinic.insert("visit", {{"code", visit},
                                          {"patient", std::to_string(i)},
                                          {"day", "d" + visit},
                                          {"dose", "x" + visit},
                                          {"unit", "mg"}});
        }
    }
}

// Our tables are made before the clinic's rows: so all images of a kind have one schema, down to
// the pages where the tables begin, and statements stay prepared when one replaces another.
std::string empty_image(const ClinicKind& kind) {
    const auto path = database_path("empty-" + name_of(kind));
    Connection connection(path);
    Clinic clinic(connection, kind);
    clinic.create_tables();
    SeededRandom random(1);
    const auto database = connect(path, random);
    const auto text = mapping_xml(kind);
    database->install(mapping_from_xml(text, "simulated"), text);
    auto transaction = database->begin();
    database->set_fact("mapping_name", "simulated");
    database->finish_enabling();
    transaction.commit();
    return connection.snapshot();
}

// The rows are there before the triggers, for all that the program can see.
std::string make_image(const ClinicKind& kind, const Filling& filling) {
    static std::map<ClinicKind, std::string> empty;
    if (!empty.contains(kind)) empty.emplace(kind, empty_image(kind));
    const auto path = database_path("filled-" + name_of(kind));
    Connection connection(path);
    connection.restore(empty.at(kind));
    Clinic clinic(connection, kind);
    fill(clinic, filling);
    (void)connection.execute("DELETE FROM cfs_journal");
    SeededRandom random(2);
    WorldTime time;
    MachineClock clock(time);
    (void)give_identities(*connect(path, random), SavedIdentities(""), clock);
    return connection.snapshot();
}

}  // namespace

const std::string& enabled_image(const ClinicKind& kind, const Filling& filling) {
    static std::map<std::pair<ClinicKind, Filling>, std::string> images;
    const auto known = images.find({kind, filling});
    if (known != images.end()) return known->second;
    return images.emplace(std::pair(kind, filling), make_image(kind, filling)).first->second;
}

Machine& machine_of(std::size_t number, const ClinicKind& kind) {
    static std::map<std::pair<std::size_t, ClinicKind>, std::unique_ptr<Machine>> machines;
    auto& machine = machines[{number, kind}];
    if (machine) return *machine;
    const auto path = database_path(std::to_string(number) + "-" + name_of(kind));
    machine = std::make_unique<Machine>(path);
    machine->connection.restore(enabled_image(kind, {}));
    machine->database = connect(path, machine->random);
    return *machine;
}

}  // namespace cfs::simulation
