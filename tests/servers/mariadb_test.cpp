// What is MariaDB's own: connections, rights, settings, storage.
#include <chrono>
#include <cstdlib>

#include "core/database/clinic_database.h"
#include "core/database/database_look.h"
#include "core/database/mapping_file.h"
#include "core/database/mariadb_backend.h"
#include "core/database/mariadb_driver.h"
#include "core/database/mariadb_options.h"
#include "core/database/own_tables.h"
#include "core/database/shadow_tables.h"
#include "core/model/random.h"
#include "tests/servers/system.h"
#include "tests/support/catch.h"

using namespace cfs;
using cfs::test::Bench;

namespace {

std::int64_t notes_of(ClinicDatabase& database) {
    return database.session().number("SELECT COUNT(*) FROM cfs_journal");
}

constexpr const char* kMapping = R"(<mapping xmlns="urn:cloud-folder-sync:mapping" format="1"
    name="small" family="small" version="1">
  <patient table="patient"><key column="id"/><identity column="name"/>
    <lookup column="doctor" table="doctor" target="id"><by column="username"/></lookup></patient>
</mapping>)";

// Nothing, with a word about it, where there is no server.
std::shared_ptr<test::System> server() {
    auto system = test::make_mariadb_system();
    if (!system) WARN("left out: there is no MariaDB server; start the tests with run.py");
    return system;
}

// An account that comes by the network; it goes with the test.
class Account {
  public:
    explicit Account(Bench& bench, std::string password = "secret")
        : bench_(bench), password_(std::move(password)) {
        drop();
        bench_.run("CREATE USER sync@'127.0.0.1' IDENTIFIED BY :p0", {password_});
    }
    ~Account() { drop(); }
    Account(const Account&) = delete;
    Account& operator=(const Account&) = delete;

    void grant(const std::string& rights, const std::string& on) {
        bench_.run("GRANT " + rights + " ON " + on + " TO sync@'127.0.0.1'");
    }

    // README: "Servers".
    void grant_what_is_needed() {
        for (const auto& table : own_table_names()) {
            grant("SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, INDEX", table);
        }
        grant("SELECT, INSERT, UPDATE, TRIGGER", "patient");
        grant("SELECT", "doctor");
        grant("CREATE TEMPORARY TABLES", "clinic.*");
    }

    [[nodiscard]] std::string options() const {
        return "dbname=clinic host=127.0.0.1 user=sync port=" +
               bench_.session->value("SELECT @@port").value();
    }
    [[nodiscard]] std::unique_ptr<Backend> backend() const {
        return make_mariadb_backend(options(), password_);
    }

  private:
    void drop() { bench_.run("DROP USER IF EXISTS sync@'127.0.0.1'"); }

    Bench& bench_;
    std::string password_;
};

// The sentence of an error with this code; none tells a password.
std::string sentence_of(ErrorCode code, const std::function<void()>& act) {
    try {
        act();
    } catch (const Error& error) {
        const std::string sentence = error.what();
        CAPTURE(sentence);
        CHECK(error.code() == code);
        CHECK(sentence.find("s3cret") == std::string::npos);
        CHECK(sentence.back() == '.');
        return sentence;
    }
    FAIL("nothing was thrown");
    return {};
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

void make_clinic(Bench& bench) {
    bench.run("CREATE TABLE doctor (id INTEGER PRIMARY KEY, username VARCHAR(40))");
    bench.run(
        "CREATE TABLE patient (id INTEGER AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40), doctor "
        "INTEGER, FOREIGN KEY (doctor) REFERENCES doctor (id))");
    bench.run("INSERT INTO doctor VALUES (1, 'ann')");
}

}  // namespace

TEST_CASE("mariadb: what a connection may say") {
    const auto usage = [](const std::string& text, const std::string& password = {}) {
        return sentence_of(ErrorCode::usage, [&] { (void)mariadb_options(text, password); });
    };
    CHECK(has(usage("host=x"), "dbname="));
    CHECK(has(usage(""), "dbname="));
    CHECK(has(usage("clinic"), "name=value"));
    CHECK(has(usage("dbname=clinic colour=blue"), "colour"));
    CHECK(has(usage("dbname=clinic password=s3cret"), "--password-stdin"));
    CHECK(has(usage("dbname=clinic pass='s3cret'"), "--password-stdin"));
    CHECK(has(usage("dbname='clinic"), "not closed"));
    CHECK(has(usage("dbname=clinic port=33o6"), "33o6"));
    CHECK(mariadb_options("dbname=clinic", "").name == "clinic at localhost");
    CHECK(mariadb_options(" dbname='the clinic'  host=db.example port=3307 ", "s3cret").name ==
          "the clinic at db.example:3307");
    CHECK(mariadb_options("unix_socket=/run/s user=u dbname=clinic", "").for_whom == "the user u");
}

TEST_CASE("mariadb: a server that can't be reached or does not let us in gets a sentence") {
    const auto system = server();
    if (!system) return;
    Bench bench(system);
    const Account account(bench, "s3cret");
    const auto connect = [](const std::string& options, const std::string& password) {
        return [=] { (void)make_mariadb_backend(options, password)->connect(); };
    };
    CHECK(has(sentence_of(ErrorCode::database_missing,
                          connect("dbname=clinic host=127.0.0.1 port=1", "s3cret")),
              "does not answer"));
    CHECK(has(sentence_of(ErrorCode::database_missing,
                          connect("dbname=clinic host=nowhere.invalid", "s3cret")),
              "does not answer"));
    CHECK(has(sentence_of(ErrorCode::database_refused, connect(account.options(), "s3cret wrong")),
              "Check the user's name and the password"));
    CHECK(has(sentence_of(ErrorCode::database_refused, connect(account.options(), "s3cret")),
              "lacks a right"));
    auto other = account.options();
    other.replace(0, std::string("dbname=clinic").size(), "dbname=other");
    bench.run("GRANT SELECT ON *.* TO sync@'127.0.0.1'");
    CHECK(
        has(sentence_of(ErrorCode::database_missing, connect(other, "s3cret")), "Check its name"));
    REQUIRE_NOTHROW(make_mariadb_backend(account.options(), "s3cret")->connect());
}

TEST_CASE("mariadb: a mapping with a part that can't be read is none that fits") {
    const auto system = server();
    if (!system) return;
    Bench bench(system);
    make_clinic(bench);
    bench.run("CREATE TABLE visit (id INTEGER PRIMARY KEY, patient INTEGER)");
    bench.run("CREATE TABLE scan (id INTEGER PRIMARY KEY)");
    Account account(bench);
    for (const char* table : {"patient", "visit"}) account.grant("SELECT", table);
    account.grant("INSERT", "scan");
    const auto mapping = mapping_from_xml(
        R"(<mapping xmlns="urn:cloud-folder-sync:mapping" format="1" name="m" family="m" version="1">
  <patient table="patient"><key column="id"/><identity column="name"/></patient>
  <record table="visit"><key column="id"/><identity column="id"/><owner column="patient"/>
    <part table="scan" key="id"/></record>
</mapping>)",
        "m");
    const auto match = [&] {
        const auto backend = account.backend();
        const auto session = backend->connect();
        return match_mapping(mapping, *backend, *session);
    };
    CHECK(match().found == 3);
    CHECK(has(match().obstacle, "lacks a right"));
    account.grant("SELECT", "scan");
    CHECK(match().fits());
}

TEST_CASE("mariadb: passwords with signs that mean something elsewhere") {
    const auto system = server();
    if (!system) return;
    Bench bench(system);
    for (const std::string password : {"a b", "a\"b c", "a'b", "'", "a'b \\'", "ends\\", "a\\b",
                                       "a=b", "#;%&/", "pässwörd", "a\tb"}) {
        CAPTURE(password);
        Account account(bench, password);
        account.grant("SELECT", "clinic.*");
        const auto session = account.backend()->connect();
        CHECK(session->value("SELECT CURRENT_USER()") == "sync@127.0.0.1");
        CHECK_FALSE(has(session->name(), password));
    }
}

TEST_CASE("mariadb: the session is as our values need it, whatever the server's defaults") {
    const auto system = server();
    if (!system) return;
    Bench bench(system);
    bench.run(
        "SET GLOBAL time_zone='+05:30', sql_mode='ANSI_QUOTES,NO_BACKSLASH_ESCAPES,NO_ZERO_DATE', "
        "init_connect='SET NAMES latin1'");
    const auto session = bench.backend->connect();
    bench.run("SET GLOBAL time_zone='SYSTEM', sql_mode=DEFAULT, init_connect=''");
    const auto is = [&](const std::string& variable, const std::string& wanted) {
        CAPTURE(variable);
        CHECK(session->value("SELECT @@SESSION." + variable) == wanted);
    };
    is("time_zone", "+00:00");
    is("character_set_client", "utf8mb4");
    is("character_set_connection", "utf8mb4");
    is("character_set_results", "utf8mb4");
    is("innodb_lock_wait_timeout", "0");
    is("lock_wait_timeout", "0");
    is("tx_isolation", "REPEATABLE-READ");
    is("autocommit", "1");
    is("foreign_key_checks", "1");
    const auto mode = session->value("SELECT @@SESSION.sql_mode").value();
    CHECK(has(mode, "STRICT_ALL_TABLES"));
    CHECK(has(mode, "NO_AUTO_VALUE_ON_ZERO"));
    CHECK_FALSE(has(mode, "NO_ZERO"));
    CHECK_FALSE(has(mode, "BACKSLASH"));
    CHECK(session->value("SELECT :p0", {"it's \\ fine"}) == "it's \\ fine");
}

TEST_CASE("mariadb: the rights that the page about servers lists are enough for everything") {
    const auto system = server();
    if (!system) return;
    Bench bench(system);
    make_clinic(bench);
    Account account(bench, "s3cret");
    account.grant_what_is_needed();
    const auto program = system->program();
    ClinicDatabase database(account.backend(), system_random());
    database.install(mapping_from_xml(kMapping, "small"), kMapping);
    database.finish_enabling();
    program->execute("INSERT INTO patient (name) VALUES ('a')");
    REQUIRE(notes_of(database) == 1);
    {
        const ShadowTables shadows(database.backend(), database.session(), kNotedTables);
        auto transaction = database.begin();
        REQUIRE(database.journal().drain(10).entries == 1);
        transaction.commit();
        REQUIRE(database.journal().is_empty());
    }
    {
        auto transaction = database.begin();
        ClinicDatabase::OwnWrites silent(database);
        REQUIRE(database.journal().drain(10).entries == 1);
        const auto& table = database.mapping().patient_table();
        const auto key = database.tables().insert(
            table, {{"name", text_value("b")}, {"doctor", text_value("1")}}, "");
        database.tables().update(table, key, {{"name", text_value("c")}});
        silent.end();
        transaction.commit();
    }
    REQUIRE(program->number("SELECT COUNT(*) FROM patient") == 2);
    program->execute("DELETE FROM patient WHERE name = 'c'");
    REQUIRE(notes_of(database) == 1);
    REQUIRE(database.journal().tables_without_triggers().empty());
    REQUIRE(database.take_lease("h", system_clock().now(), system_clock().now()));
    // Not more than that.
    CHECK(has(sentence_of(ErrorCode::database_refused,
                          [&] { database.session().execute("DELETE FROM patient"); }),
              "lacks a right"));
    CHECK(has(sentence_of(ErrorCode::database_refused,
                          [&] { database.session().execute("UPDATE doctor SET username = 'x'"); }),
              "lacks a right"));
    database.uninstall(system_clock());
    REQUIRE(bench.backend->drop_all_triggers(*bench.session).empty());
    REQUIRE(bench.backend->tables(*bench.session) == std::vector<std::string>{"doctor", "patient"});
}

TEST_CASE("mariadb: where no triggers are allowed, rows are compared instead") {
    const auto system = server();
    if (!system) return;
    Bench bench(system);
    make_clinic(bench);
    Account account(bench);
    account.grant("SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, INDEX", "clinic.*");
    ClinicDatabase database(account.backend(), system_random());
    database.install(mapping_from_xml(kMapping, "small"), kMapping);
    REQUIRE(database.fact("tracking") == "scan");
    REQUIRE(bench.backend->drop_all_triggers(*bench.session).empty());
}

TEST_CASE("mariadb: a user who may not make our tables is told, and nothing stays half-done") {
    const auto system = server();
    if (!system) return;
    Bench bench(system);
    make_clinic(bench);
    Account account(bench);
    account.grant("SELECT, INSERT, UPDATE, DELETE, TRIGGER", "clinic.*");
    CHECK(has(sentence_of(ErrorCode::database_refused,
                          [&] {
                              ClinicDatabase database(account.backend(), system_random());
                              database.install(mapping_from_xml(kMapping, "small"), kMapping);
                          }),
              "lacks a right"));
    REQUIRE(bench.backend->tables(*bench.session) == std::vector<std::string>{"doctor", "patient"});
    REQUIRE_FALSE(ClinicDatabase(account.backend(), system_random()).enabled());
}

TEST_CASE("mariadb: a read-only server is told") {
    const auto system = server();
    if (!system) return;
    Bench bench(system);
    make_clinic(bench);
    Account account(bench);
    account.grant("ALL", "clinic.*");
    bench.run("SET GLOBAL read_only=1");
    const auto sentence = sentence_of(ErrorCode::database_refused, [&] {
        ClinicDatabase database(account.backend(), system_random());
        database.install(mapping_from_xml(kMapping, "small"), kMapping);
    });
    bench.run("SET GLOBAL read_only=0");
    CHECK(has(sentence, "read-only"));
}

TEST_CASE(
    "mariadb: enabling waits its turn while the clinic program uses a table, and holds up nobody") {
    const auto system = server();
    if (!system) return;
    Bench bench(system);
    make_clinic(bench);
    const auto program = system->program(), other = system->program();
    program->execute("BEGIN");
    REQUIRE(program->number("SELECT COUNT(*) FROM patient") == 0);
    ClinicDatabase database(bench.system->backend(), system_random());
    database.session().set_patience(std::chrono::milliseconds(300));
    std::chrono::steady_clock::duration slowest{};
    int tries = 0;
    database.session().set_fault_hook([&](const std::string& sql) {
        if (sql.starts_with("CREATE TRIGGER")) ++tries;
    });
    REQUIRE(test::code_of([&] {
                database.install(mapping_from_xml(kMapping, "small"), kMapping);
            }) == ErrorCode::database_locked);
    const auto start = std::chrono::steady_clock::now();
    other->execute("INSERT INTO patient (name) VALUES ('a')");
    slowest = std::chrono::steady_clock::now() - start;
    CHECK(slowest < std::chrono::milliseconds(100));
    program->execute("COMMIT");
    database.install(mapping_from_xml(kMapping, "small"), kMapping);
    REQUIRE(tries == 4);
}

TEST_CASE(
    "mariadb: notes of changes that are not committed yet don't hold up a preview, nor it them") {
    const auto system = server();
    if (!system) return;
    Bench bench(system);
    make_clinic(bench);
    ClinicDatabase database(bench.system->backend(), system_random());
    database.install(mapping_from_xml(kMapping, "small"), kMapping);
    const auto program = system->program(), other = system->program();
    program->execute("INSERT INTO patient (name) VALUES ('a')");
    program->execute("BEGIN");
    program->execute("INSERT INTO patient (name) VALUES ('b')");
    {
        const ShadowTables shadows(database.backend(), database.session(), kNotedTables);
        REQUIRE(notes_of(database) == 1);
        other->execute("INSERT INTO patient (name) VALUES ('c')");
    }
    program->execute("COMMIT");
    REQUIRE(notes_of(database) == 3);
}

TEST_CASE("mariadb: the clinic program's notes don't wait while we take others") {
    const auto system = server();
    if (!system) return;
    Bench bench(system);
    make_clinic(bench);
    ClinicDatabase database(bench.system->backend(), system_random());
    database.install(mapping_from_xml(kMapping, "small"), kMapping);
    const auto program = system->program();
    program->execute("SET innodb_lock_wait_timeout=0");
    program->execute("INSERT INTO patient (name) VALUES ('a'), ('b')");
    auto transaction = database.begin();
    ClinicDatabase::OwnWrites silent(database);
    REQUIRE(database.journal().drain(10).entries == 2);
    (void)database.tables().insert(database.mapping().patient_table(),
                                   {{"name", text_value("ours")}}, "");
    REQUIRE_NOTHROW(program->execute("INSERT INTO patient (name) VALUES ('c')"));
    REQUIRE_NOTHROW(program->execute("UPDATE patient SET name = 'd' WHERE name = 'c' AND id > 3"));
    silent.end();
    transaction.commit();
    REQUIRE(notes_of(database) == 2);
}

TEST_CASE("mariadb: keys of text and bytes are noted as reading gives them") {
    const auto system = server();
    if (!system) return;
    Bench bench(system);
    for (const auto& statement : bench.backend->create_tables()) bench.run(statement);
    for (const auto& [type, literal] : std::vector<std::pair<std::string, std::string>>{
             {"VARCHAR(20) CHARACTER SET latin1", "'Ærø '"},
             {"VARCHAR(20) CHARACTER SET utf8mb4", "'日本 🧠'"},
             {"CHAR(10)", "'ab  '"},
             {"BINARY(16)", "X'00FF1122334455667788990027255C0A'"},
             {"VARBINARY(20)", "X'C3280027'"},
             {"INT(8) UNSIGNED ZEROFILL", "42"},
             {"DECIMAL(12,3)", "1.5"},
             {"BIGINT UNSIGNED", "18446744073709551615"},
             {"DATETIME(3)", "'2026-11-25 10:00:00.120'"},
             {"UUID", "'123e4567-e89b-12d3-a456-426655440000'"}}) {
        CAPTURE(type);
        bench.run("CREATE TABLE t (id " + type + " PRIMARY KEY, v INTEGER)");
        Mapping mapping;
        mapping.tables.push_back(test::mapped("t", {"id"}));
        for (const auto& statement :
             bench.backend->create_triggers(mapping.tables[0], bench.info())) {
            bench.run(statement);
        }
        REQUIRE(bench.backend->has_triggers(*bench.session, mapping.tables[0], bench.info()));
        system->program()->execute("INSERT INTO t VALUES (" + literal + ", 1)");
        const auto noted = bench.session->value("SELECT local_key FROM cfs_journal").value();
        CHECK(noted == bench.read("t", "id").bytes);
        ClinicTables tables(*bench.backend, *bench.session, mapping, system_random());
        CHECK(tables.read(mapping.tables[0], noted).has_value());
        CHECK(tables.read_keys(mapping.tables[0], {noted}).size() == 1);
        CHECK(tables.exists(mapping.tables[0], noted));
        tables.update(mapping.tables[0], noted, {{"v", text_value("2")}});
        CHECK(bench.session->value("SELECT v FROM t") == "2");
        bench.run("DROP TABLE t");
        bench.run("DELETE FROM cfs_journal");
    }
}

TEST_CASE(
    "mariadb: a value that the server's packets can't hold is a refused row, not a lost "
    "connection") {
    const auto system = server();
    if (!system) return;
    Bench bench(system);
    bench.run("CREATE TABLE t (id INTEGER PRIMARY KEY, v LONGBLOB)");
    const auto limit = bench.session->number("SELECT @@max_allowed_packet");
    SqlTransaction transaction(*bench.session, bench.backend->begin_statement());
    bench.run("INSERT INTO t VALUES (1, 'a')");
    REQUIRE_THROWS_AS(
        [&] {
            const SqlSavepoint savepoint(*bench.session, "cfs_row_write");
            bench.run("INSERT INTO t VALUES (2, :p0)",
                      {SqlParameter(std::string(static_cast<std::size_t>(limit), 'x'), true)});
        }(),
        RowRefused);
    bench.run("INSERT INTO t VALUES (3, 'c')");
    transaction.commit();
    REQUIRE(bench.session->number("SELECT COUNT(*) FROM t") == 2);
}

TEST_CASE("mariadb: a row that gets no key from the database is refused") {
    const auto system = server();
    if (!system) return;
    Bench bench(system);
    bench.run("CREATE TABLE counted (id INTEGER AUTO_INCREMENT PRIMARY KEY, v INTEGER)");
    bench.run("CREATE TABLE t (id INTEGER DEFAULT 5, v INTEGER)");
    bench.run(
        "CREATE TABLE great (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, v INTEGER) "
        "AUTO_INCREMENT = 9223372036854775810");
    const ColumnInfo id{"id", "int"};
    REQUIRE(bench.backend->insert(*bench.session, "INSERT INTO great (v) VALUES (1)", {}, id) ==
            "9223372036854775810");
    REQUIRE(bench.backend->insert(*bench.session, "INSERT INTO counted (v) VALUES (1)", {}, id) ==
            "1");
    REQUIRE_THROWS_AS(bench.backend->insert(*bench.session, "INSERT INTO t (v) VALUES (1)", {}, id),
                      RowRefused);
}

TEST_CASE("mariadb: REPLACE is noted as a deletion and a new row, a duplicate key as an update") {
    const auto system = server();
    if (!system) return;
    Bench bench(system);
    make_clinic(bench);
    ClinicDatabase database(bench.system->backend(), system_random());
    database.install(mapping_from_xml(kMapping, "small"), kMapping);
    const auto program = system->program();
    program->execute("INSERT INTO patient (id, name) VALUES (7, 'a')");
    program->execute("REPLACE INTO patient (id, name) VALUES (7, 'b')");
    program->execute(
        "INSERT INTO patient (id, name) VALUES (7, 'c') ON DUPLICATE KEY UPDATE name = 'd'");
    program->execute("INSERT IGNORE INTO patient (id, name) VALUES (7, 'e')");
    std::string noted;
    bench.session->query("SELECT op, local_key FROM cfs_journal ORDER BY seq", {},
                         [&](const SqlRow& row) { noted += *row[0] + *row[1] + " "; });
    REQUIRE(noted == "I7 D7 I7 U7 ");
}
