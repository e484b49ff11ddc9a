// What the clinic program changed where triggers are not allowed, found by comparing.
#include "core/database/change_scan.h"

#include <map>
#include <random>
#include <set>

#include "core/database/clinic_database.h"
#include "core/database/mapping_file.h"
#include "tests/servers/system.h"
#include "tests/support/catch.h"
#include "tests/support/test_clock.h"

using namespace cfs;

namespace {

constexpr const char* kMapping = R"(<mapping xmlns="urn:cloud-folder-sync:mapping" format="1"
    name="small" family="small" version="1">
  <patient table="patient"><key column="id"/><identity column="name"/>
    <safety column="blood_group"/>
    <lookup column="doctor" table="doctor" target="id"><by column="username"/></lookup>
    <volatile column="changed" write="set"/><skip column="room"/></patient>
  <record table="visit"><key column="id"/><identity column="reason"/>
    <owner column="patient"/></record>
</mapping>)";

constexpr int kRows = 1200;  // several pages

// A clinic with doctors 1 and 2, whose changes are found by scans alone.
class Clinic {
  public:
    explicit Clinic(test::Bench& bench)
        : system_(*bench.system),
          program(bench.system->program()),
          database(bench.system->backend(), system_random()) {
        bench.run("CREATE TABLE doctor (id INTEGER PRIMARY KEY, username VARCHAR(40))");
        bench.run(
            "CREATE TABLE patient (id INTEGER PRIMARY KEY, name VARCHAR(40), "
            "blood_group VARCHAR(10), doctor INTEGER, changed VARCHAR(40), room VARCHAR(40))");
        bench.run(
            "CREATE TABLE visit (id INTEGER PRIMARY KEY, patient INTEGER, reason VARCHAR(40), "
            "fee DECIMAL(8, 2))");
        bench.run("INSERT INTO doctor VALUES (1, 'berta'), (2, 'carla')");
        std::string patients, visits;
        for (int i = 1; i <= kRows; ++i) {
            const auto number = std::to_string(i);
            const std::string separator = i == 1 ? " (" : ", (";
            patients +=
                separator + number + ", 'n" + std::to_string(i % 7) + "', 'A+', 1, NULL, 'r')";
            visits += separator + number + ", " + number + ", 'cough', 1.50)";
        }
        bench.run("INSERT INTO patient VALUES" + patients);
        bench.run("INSERT INTO visit VALUES" + visits);
        database.install(mapping_from_xml(kMapping, "small"), kMapping);
        for (const auto& statement : bench.backend->drop_all_triggers(*bench.session)) {
            bench.run(statement);
        }
        (void)notes();
    }

    // What a scan notes: the tables, operations and keys.
    std::multiset<std::string> notes() {
        database.scan().note_changes(system_clock());
        std::multiset<std::string> found;
        database.session().query(
            "SELECT tbl, op, local_key FROM cfs_journal", {},
            [&](const SqlRow& row) { found.insert(*row[0] + " " + *row[1] + " " + *row[2]); });
        database.session().execute("DELETE FROM cfs_journal");
        return found;
    }

    // We write the column as an import does, and read back what became of it.
    void write(const std::string& key, const std::string& column, const std::string& text) {
        database.tables().lookups().forget();
        auto transaction = database.begin();
        const auto& table = database.mapping().patient_table();
        database.tables().update(table, key, {{column, text_value(text)}});
        database.scan().wrote(database.tables().read(table, key).value());
        transaction.commit();
    }

    // What a scan reads in pages.
    std::set<std::string> tables_read() {
        std::set<std::string> read;
        database.session().set_fault_hook([&](const std::string& statement) {
            for (const std::string table : {"patient", "visit"}) {
                const bool page = statement.find("LIMIT 500") != std::string::npos;
                if (page && statement.find(table) != std::string::npos) read.insert(table);
            }
        });
        REQUIRE(notes().empty());
        database.session().set_fault_hook({});
        return read;
    }

    [[nodiscard]] bool can_add_up() const { return system_.name() != "SQLite"; }

  private:
    test::System& system_;

  public:
    std::unique_ptr<SqlSession> program;
    ClinicDatabase database;
};

using Notes = std::multiset<std::string>;

}  // namespace

TEST_CASE("scan: what the clinic program changed is noted, and once") {
    CFS_FOR_EACH_SYSTEM(bench);
    Clinic clinic(bench);
    REQUIRE(clinic.notes().empty());
    clinic.program->execute("UPDATE patient SET blood_group = 'B-' WHERE id = 700");
    clinic.program->execute("DELETE FROM visit WHERE id = 3");
    clinic.program->execute("INSERT INTO visit VALUES (5000, 1, 'fever', NULL)");
    REQUIRE(clinic.notes() == Notes{"patient U 700", "visit D 3", "visit I 5000"});
    REQUIRE(clinic.notes().empty());
}

TEST_CASE("scan: a table that nobody changed is not read") {
    CFS_FOR_EACH_SYSTEM(bench);
    Clinic clinic(bench);
    const std::set<std::string> none, all = {"patient", "visit"};
    REQUIRE(clinic.tables_read() == (clinic.can_add_up() ? none : all));
    // Nor one in which nothing changed that travels.
    clinic.program->execute("UPDATE patient SET changed = 'now', room = 'x'");
    REQUIRE(clinic.tables_read() == (clinic.can_add_up() ? none : all));
    clinic.program->execute("UPDATE visit SET fee = 2 WHERE id = 9");
    REQUIRE(clinic.notes() == Notes{"visit U 9"});
    REQUIRE(clinic.tables_read() == (clinic.can_add_up() ? none : all));
    // What we have written is looked at once more.
    clinic.write("5", "name", "ours");
    const std::set<std::string> written = {"patient"};
    REQUIRE(clinic.tables_read() == (clinic.can_add_up() ? written : all));
    REQUIRE(clinic.tables_read() == (clinic.can_add_up() ? none : all));
}

TEST_CASE("scan: values that two rows, or two columns, exchanged are noted") {
    CFS_FOR_EACH_SYSTEM(bench);
    Clinic clinic(bench);
    clinic.program->execute("UPDATE patient SET blood_group = '0-' WHERE id = 8");
    REQUIRE(clinic.notes() == Notes{"patient U 8"});
    clinic.program->execute(
        "UPDATE patient SET blood_group = CASE id WHEN 8 THEN 'A+' ELSE '0-' END WHERE id IN (8, "
        "9)");
    REQUIRE(clinic.notes() == Notes{"patient U 8", "patient U 9"});
    clinic.program->execute("UPDATE patient SET name = 'ab', blood_group = 'c' WHERE id = 10");
    REQUIRE(clinic.notes() == Notes{"patient U 10"});
    clinic.program->execute("UPDATE patient SET name = 'a', blood_group = 'bc' WHERE id = 10");
    REQUIRE(clinic.notes() == Notes{"patient U 10"});
    clinic.program->execute("UPDATE patient SET name = '', blood_group = NULL WHERE id = 10");
    REQUIRE(clinic.notes() == Notes{"patient U 10"});
    clinic.program->execute("UPDATE patient SET name = NULL, blood_group = '' WHERE id = 10");
    REQUIRE(clinic.notes() == Notes{"patient U 10"});
}

TEST_CASE("scan: the clinic program's edit back to what was there before we wrote is noted") {
    CFS_FOR_EACH_SYSTEM(bench);
    Clinic clinic(bench);
    clinic.write("7", "blood_group", "B+");
    clinic.program->execute("UPDATE patient SET blood_group = 'A+' WHERE id = 7");
    REQUIRE(clinic.notes() == Notes{"patient U 7"});
}

TEST_CASE("scan: another natural key of a row that others mean is noted for those") {
    CFS_FOR_EACH_SYSTEM(bench);
    Clinic clinic(bench);
    clinic.program->execute("UPDATE patient SET doctor = 2 WHERE id IN (11, 12)");
    REQUIRE(clinic.notes() == Notes{"patient U 11", "patient U 12"});
    clinic.program->execute("UPDATE doctor SET username = 'dora' WHERE id = 2");
    REQUIRE(clinic.notes() == Notes{"patient U 11", "patient U 12"});
    REQUIRE(clinic.notes().empty());
}

TEST_CASE("scan: what changes while a table is read is noted then, or by the next scan") {
    CFS_FOR_EACH_SYSTEM(bench);
    Clinic clinic(bench);
    const auto edit_amid = [&](int page, const std::string& edit, const std::string& back) {
        clinic.program->execute("UPDATE patient SET name = 'first' WHERE id = 1200");
        int left = page;
        clinic.database.session().set_fault_hook([&](const std::string& statement) {
            const bool reads = statement.find("LIMIT 500") != std::string::npos &&
                               statement.find("patient") != std::string::npos;
            if (!reads) return;
            if (left == 0) clinic.program->execute(edit);
            if (left == -1 && !back.empty()) clinic.program->execute(back);
            --left;
        });
        auto notes = clinic.notes();
        clinic.database.session().set_fault_hook({});
        const auto later = clinic.notes();
        notes.insert(later.begin(), later.end());
        REQUIRE(clinic.notes().empty());
        return notes;
    };
    // Of a row that was read already, and of one that is still to be read.
    REQUIRE(edit_amid(1, "UPDATE patient SET blood_group = 'x' WHERE id = 20", "") ==
            Notes{"patient U 1200", "patient U 20"});
    clinic.program->execute("UPDATE patient SET name = 'other' WHERE id = 1200");
    REQUIRE(clinic.notes() == Notes{"patient U 1200"});
    REQUIRE(edit_amid(0, "UPDATE patient SET blood_group = 'x' WHERE id = 900", "") ==
            Notes{"patient U 1200", "patient U 900"});
    clinic.program->execute("UPDATE patient SET name = 'other' WHERE id = 1200");
    REQUIRE(clinic.notes() == Notes{"patient U 1200"});
    // Seen for a moment, then as it was: twice edited.
    REQUIRE(edit_amid(1, "UPDATE patient SET blood_group = 'y' WHERE id = 600",
                      "UPDATE patient SET blood_group = 'A+' WHERE id = 600") ==
            Notes{"patient U 1200", "patient U 600", "patient U 600"});
}

TEST_CASE(
    "scan: of any edits, all rows that differ from what was seen last are noted, and no other") {
    CFS_FOR_EACH_SYSTEM(bench);
    Clinic clinic(bench);
    using Rows = std::map<std::string, std::string>;  // all that travels, by key
    const auto rows = [&] {
        Rows held;
        for (const auto& row : clinic.program->rows(
                 "SELECT p.id, p.name, p.blood_group, d.username FROM patient p LEFT JOIN doctor d "
                 "ON d.id = p.doctor")) {
            std::string text;
            for (const auto& value : row) text += value ? "[" + *value + "]" : "-";
            held.emplace(*row[0], text);
        }
        return held;
    };
    const std::vector<std::string> values = {"'a'", "'b'", "''", "NULL", "'|'", "'a|'", "'-'"};
    const auto seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 dice(seed);
    const auto chosen = [&](std::size_t count) { return dice() % count; };
    auto seen = rows();
    for (int round = 0; round < 40; ++round) {
        for (auto edits = chosen(4); edits > 0; --edits) {
            // Few rows, so that values come back and change places.
            const auto key = std::to_string(1 + chosen(5));
            const auto& value = values[chosen(values.size())];
            switch (chosen(6)) {
                case 0:
                    clinic.program->execute("UPDATE patient SET name = " + value +
                                            " WHERE id = " + key);
                    break;
                case 1:
                    clinic.program->execute("UPDATE patient SET blood_group = " + value +
                                            " WHERE id = " + key);
                    break;
                case 2:
                    clinic.program->execute("DELETE FROM patient WHERE id = " + key);
                    break;
                case 3:
                    if (!rows().contains(key)) {
                        clinic.program->execute("INSERT INTO patient VALUES (" + key + ", " +
                                                value + ", 'A+', 2, NULL, 'r')");
                    }
                    break;
                case 4:
                    clinic.program->execute("UPDATE doctor SET username = '" +
                                            std::to_string(chosen(2)) + "' WHERE id = 2");
                    break;
                default:
                    if (rows().contains(key) && chosen(2) == 0) {
                        clinic.write(key, "name", "ours");
                        seen[key] = rows()[key];
                    }
            }
        }
        const auto now = rows();
        Notes expected;
        for (const auto& [key, text] : now) {
            const auto before = seen.find(key);
            if (before == seen.end()) expected.insert("patient I " + key);
            if (before != seen.end() && before->second != text) expected.insert("patient U " + key);
        }
        for (const auto& [key, text] : seen) {
            if (!now.contains(key)) expected.insert("patient D " + key);
        }
        REQUIRE(clinic.notes() == expected);
        seen = now;
    }
}
