#include "core/database/sqlite_backend.h"

#include <charconv>
#include <cmath>
#include <functional>
#include <random>
#include <thread>

#include "core/model/error.h"
#include "tests/support/catch.h"
#include "tests/support/clinic_program.h"
#include "tests/support/temporary_folder.h"

using namespace cfs;
using cfs::test::TemporaryFolder;

namespace {

class Database {
  public:
    explicit Database(const std::string& schema) { script(schema); }

    // Statements without a semicolon inside.
    void script(const std::string& text) {
        std::size_t start = 0;
        for (auto end = text.find(';'); end != std::string::npos; end = text.find(';', start)) {
            session->execute(text.substr(start, end - start));
            start = end + 1;
        }
    }

    [[nodiscard]] ColumnInfo column(const std::string& table, const std::string& name) const {
        return *backend->describe(*session, table)->find(name);
    }

    // What is in the one row of `table`, as a document would hold it.
    [[nodiscard]] Value read(const std::string& table, const std::string& name = "v") const {
        const auto info = column(table, name);
        const auto tagged =
            session->value("SELECT " + backend->read_expression(info) + " FROM " + table);
        return backend->value_of(tagged, info);
    }

    void write(const std::string& table, const Value& value) const {
        const auto expression = backend->write_expression(value, column(table, "v"), ":p0");
        session->execute("DELETE FROM " + table);
        session->execute("INSERT INTO " + table + " (v) VALUES (" + expression.sql + ")",
                         {expression.parameter});
    }

    std::unique_ptr<Backend> backend = make_sqlite_backend(":memory:");
    std::unique_ptr<SqlSession> session = backend->connect();
};

// Stores `literal` in a column of type `type` and carries it to a second such column: both must
// hold the same, by SQLite's own comparison of values and types.
Value carried(const std::string& type, const std::string& literal) {
    Database database("CREATE TABLE a (v " + type + "); CREATE TABLE b (v " + type + ");");
    database.session->execute("INSERT INTO a VALUES (" + literal + ")");
    const auto value = database.read("a");
    database.write("b", value);
    CAPTURE(type, literal, value.bytes, *database.session->value("SELECT quote(v) FROM b"));
    REQUIRE(database.session->number("SELECT a.v IS b.v AND typeof(a.v) = typeof(b.v) AND "
                                     "COALESCE(hex(a.v) = hex(b.v), 1) FROM a, b") == 1);
    REQUIRE(database.read("b") == value);
    return value;
}

Value binary(std::string bytes) { return {ValueKind::binary, false, std::move(bytes)}; }

TableMapping mapped(const std::string& table, const std::vector<std::string>& key) {
    TableMapping mapping;
    mapping.table = table;
    mapping.key = key;
    return mapping;
}

ErrorCode code_of(const std::function<void()>& act) {
    try {
        act();
    } catch (const Error& error) {
        INFO(error.what());
        return error.code();
    }
    FAIL("nothing was thrown");
    return ErrorCode::internal;
}

}  // namespace

TEST_CASE("sqlite: NULL, empty text and text travel exactly") {
    for (const std::string type :
         {"TEXT", "VARCHAR(5)", "INTEGER", "REAL", "NUMERIC", "BLOB", ""}) {
        CAPTURE(type);
        REQUIRE(carried(type, "NULL") == null_value());
        REQUIRE(carried(type, "''") == text_value(""));
        REQUIRE(carried(type, "'Ærøskøbing ''x'''") == text_value("Ærøskøbing 'x'"));
        REQUIRE(carried(type, "'abc'") == text_value("abc"));
        REQUIRE(carried(type, "'2026-02-29T25:61:00Z'") == text_value("2026-02-29T25:61:00Z"));
        REQUIRE(carried(type, "'0000-00-00'") == text_value("0000-00-00"));
    }
    REQUIRE(carried("TEXT", "'007'") == text_value("007"));
    REQUIRE(carried("BLOB", "'007'") == text_value("007"));
    REQUIRE(carried("", "'1e5'") == text_value("1e5"));
    REQUIRE(carried("DATE", "'2024-02-29'") == text_value("2024-02-29"));
    REQUIRE(carried("DATETIME", "'2024-02-29 23:59:59.123456'") ==
            text_value("2024-02-29 23:59:59.123456"));
}

TEST_CASE("sqlite: integers travel exactly, whatever their column") {
    for (const std::string number :
         {"0", "-1", "9999999999", "9223372036854775807", "-9223372036854775807 - 1"}) {
        for (const std::string type : {"INTEGER", "INT", "BIGINT", "NUMERIC", "DECIMAL(10,2)"}) {
            REQUIRE(carried(type, number).kind == ValueKind::text);
        }
        for (const std::string type : {"BLOB", ""}) {
            REQUIRE(carried(type, number).kind == ValueKind::integer);
        }
    }
    REQUIRE(carried("INTEGER", "9999999999") == text_value("9999999999"));
    REQUIRE(carried("INTEGER", "-9223372036854775807 - 1") == text_value("-9223372036854775808"));
    REQUIRE(carried("BLOB", "9999999999") == Value{ValueKind::integer, false, "9999999999"});
    REQUIRE(carried("REAL", "3") == text_value("3"));
}

TEST_CASE("sqlite: reals travel exactly, whatever their column") {
    for (const std::string number :
         {"0.1", "1e300", "-0.0", "62.5", "1.0", "1e15", "123456789012345680.0", "0.1 + 0.2",
          "9e999", "-9e999", "5e-324", "2.2250738585072014e-308", "1.7e308", "1e23", "2.5e-320",
          "9007199254740993.0", "1e-7"}) {
        for (const std::string type : {"REAL", "FLOAT", "DOUBLE PRECISION", "INTEGER", "NUMERIC"}) {
            REQUIRE(carried(type, number).kind == ValueKind::text);
        }
        for (const std::string type : {"BLOB", ""}) {
            REQUIRE(carried(type, number).kind == ValueKind::real);
        }
    }
    REQUIRE(carried("REAL", "0.1") == text_value("0.1"));
    REQUIRE(carried("NUMERIC", "40.5") == text_value("40.5"));
    REQUIRE(carried("", "0.1") == Value{ValueKind::real, false, "0.1"});
}

namespace {

std::string text_of(double number, int digits) {
    char text[40];
    const auto end = digits == 0 ? std::to_chars(text, text + sizeof text, number).ptr
                                 : std::to_chars(text, text + sizeof text, number,
                                                 std::chars_format::scientific, digits)
                                       .ptr;
    return {text, end};
}

}  // namespace

TEST_CASE("sqlite: any double travels exactly through a column without a type") {
    const auto seed = 20261122U;
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    std::uniform_real_distribution<double> digits(1, 10);
    std::uniform_int_distribution<int> exponent(-150, 250);
    Database database("CREATE TABLE a (v);");
    for (int i = 0; i < 5000; ++i) {
        const double number = digits(random) * std::pow(10.0, exponent(random));
        const Value value{ValueKind::real, false, text_of(number, 0)};
        CAPTURE(value.bytes);
        database.write("a", value);
        REQUIRE(database.read("a") == value);
    }
}

TEST_CASE("sqlite: any double is read exactly") {
    const auto seed = 20261123U;
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    std::uniform_real_distribution<double> digits(-10, 10);
    std::uniform_int_distribution<int> exponent(-150, 250);
    Database database("CREATE TABLE a (v REAL);");
    for (int i = 0; i < 5000; ++i) {
        const double number = digits(random) * std::pow(10.0, exponent(random));
        database.write("a", text_value(text_of(number, 16)));
        REQUIRE(database.read("a") == text_value(text_of(number, 0)));
    }
}

TEST_CASE("sqlite: decimals as clinics have them travel exactly through a column of reals") {
    Database database("CREATE TABLE a (v REAL);");
    for (int i = 0; i < 300000; i += 37) {
        const auto value = text_value(text_of(i / 100.0, 0));
        database.write("a", value);
        REQUIRE(database.read("a") == value);
    }
}

TEST_CASE("sqlite: text with NUL, invalid UTF-8 and blobs travel exactly") {
    for (const std::string type : {"TEXT", "INTEGER", "REAL", "BLOB", ""}) {
        CAPTURE(type);
        REQUIRE(carried(type, "CAST(X'610062' AS TEXT)") == text_value(std::string("a\0b", 3)));
        REQUIRE(carried(type, "CAST(X'00' AS TEXT)") == text_value(std::string("\0", 1)));
        REQUIRE(carried(type, "CAST(X'C328FF' AS TEXT)") == text_value("\xC3\x28\xFF"));
        REQUIRE(carried(type, "X''") == binary(""));
        REQUIRE(carried(type, "X'00'") == binary(std::string("\0", 1)));
        REQUIRE(carried(type, "X'DEADBEEF00'") == binary(std::string("\xDE\xAD\xBE\xEF\0", 5)));
        REQUIRE(carried(type, "CAST('12' AS BLOB)") == binary("12"));
    }
    const auto large = carried("BLOB", "zeroblob(1048576)");
    REQUIRE(large == binary(std::string(1048576, '\0')));
}

TEST_CASE("sqlite: a column without a type in a STRICT table keeps numbers and texts apart") {
    Database database("CREATE TABLE a (v ANY) STRICT;");
    database.write("a", {ValueKind::integer, false, "5"});
    REQUIRE(database.session->value("SELECT typeof(v) FROM a") == "integer");
    REQUIRE(database.read("a") == Value{ValueKind::integer, false, "5"});
    database.write("a", text_value("5"));
    REQUIRE(database.session->value("SELECT typeof(v) FROM a") == "text");
    REQUIRE(database.read("a") == text_value("5"));
}

TEST_CASE("sqlite: one statement writes now a blob, now NULL, now a text") {
    Database database("CREATE TABLE a (v BLOB);");
    for (const auto& value : {null_value(), binary("x"), null_value(), text_value("y"),
                              binary(std::string("\0z", 2)), text_value(""), binary("")}) {
        database.write("a", value);
        REQUIRE(database.read("a") == value);
    }
}

TEST_CASE("sqlite: describes columns, types and keys") {
    Database database(
        "CREATE TABLE t (b TEXT NOT NULL, a INTEGER, twice INTEGER AS (a * 2) STORED, "
        "v INTEGER AS (a + 1), blank, PRIMARY KEY (a, b));");
    const auto info = *database.backend->describe(*database.session, "t");
    REQUIRE(info.primary_key == std::vector<std::string>{"a", "b"});
    std::vector<std::string> names;
    for (const auto& column : info.columns) names.push_back(column.name);
    // A generated column can't be written and needs not: its expression makes it everywhere.
    REQUIRE(names == std::vector<std::string>{"b", "a", "blank"});
    REQUIRE(info.computed == std::vector<std::string>{"twice", "v"});
    REQUIRE(info.find("b")->not_null);
    REQUIRE_FALSE(info.find("a")->not_null);
    REQUIRE(info.find("a")->keeps_type);
    REQUIRE_FALSE(info.find("blank")->keeps_type);
    REQUIRE(info.find("A") == nullptr);
    REQUIRE_FALSE(database.backend->describe(*database.session, "u").has_value());
}

TEST_CASE("sqlite: the columns of a long key stand in their order") {
    std::string columns, names;
    std::vector<std::string> expected;
    for (int i = 1; i <= 12; ++i) {
        const auto name = "k" + std::to_string(i);
        expected.push_back(name);
        columns += name + " INTEGER, ";
        names += (i > 1 ? ", " : "") + name;
    }
    Database database("CREATE TABLE t (" + columns + "PRIMARY KEY (" + names + "));");
    REQUIRE(database.backend->describe(*database.session, "t")->primary_key == expected);
}

TEST_CASE("sqlite: names with spaces, quotation marks and reserved words") {
    Database database(
        "CREATE TABLE cfs_journal (seq INTEGER PRIMARY KEY, tbl TEXT, op TEXT, "
        "local_key TEXT, old_key TEXT, fresh TEXT, at TEXT); CREATE TABLE cfs_own_write (active);");
    const std::string table = "select \"from\" 'x' [y]";
    const auto& backend = *database.backend;
    auto& session = *database.session;
    session.execute("CREATE TABLE " + backend.quote(table) + " (" + backend.quote("or\"der") +
                    " INTEGER PRIMARY KEY, " + backend.quote("group by") + " TEXT)");
    REQUIRE(database.backend->tables(session) ==
            std::vector<std::string>{"cfs_journal", "cfs_own_write", table});
    const auto info = *database.backend->describe(session, table);
    REQUIRE(info.primary_key == std::vector<std::string>{"or\"der"});
    const auto mapping = mapped(table, info.primary_key);
    for (const auto& statement : backend.create_triggers(mapping, info)) {
        session.execute(statement);
    }
    REQUIRE(database.backend->has_triggers(session, mapping, info));
    session.execute("INSERT INTO " + backend.quote(table) + " VALUES (7, 'x')");
    REQUIRE(session.value("SELECT tbl FROM cfs_journal WHERE local_key = '7'") == table);
    REQUIRE(session.value("SELECT " + backend.read_expression(*info.find("group by")) + " FROM " +
                          backend.quote(table)) == "tx");
    for (const auto& statement : backend.drop_triggers(mapping)) session.execute(statement);
    REQUIRE_FALSE(database.backend->has_triggers(session, mapping, info));
}

namespace {

// A database with our tables and triggers on one table of the clinic program.
class Journal {
  public:
    explicit Journal(const std::string& schema, std::vector<std::string> key)
        : database_(schema), table_(mapped("t", std::move(key))) {
        for (const auto& statement : backend().create_tables()) session().execute(statement);
        for (const auto& statement : backend().create_triggers(table_, info())) {
            session().execute(statement);
        }
    }

    void run(const std::string& sql) { session().execute(sql); }

    // What the journal notes, then forgets: "I 1", "U 2 <- 1".
    [[nodiscard]] std::vector<std::string> notes() {
        std::vector<std::string> result;
        for (const auto& row :
             session().rows("SELECT op, local_key, old_key, tbl, at FROM cfs_journal "
                            "ORDER BY seq")) {
            REQUIRE(row[3] == "t");
            REQUIRE(row[4]->size() == std::string("2026-11-22T10:00:00.000Z").size());
            result.push_back(*row[0] + " " + row[1].value_or("NULL") +
                             (row[2] ? " <- " + *row[2] : ""));
        }
        run("DELETE FROM cfs_journal");
        return result;
    }

    [[nodiscard]] bool has_triggers() { return backend().has_triggers(session(), table_, info()); }
    [[nodiscard]] Backend& backend() { return *database_.backend; }
    [[nodiscard]] SqlSession& session() { return *database_.session; }
    [[nodiscard]] TableInfo info() {
        return backend().describe(session(), "t").value_or(TableInfo{});
    }
    [[nodiscard]] const TableMapping& table() const { return table_; }

  private:
    Database database_;
    TableMapping table_;
};

using Notes = std::vector<std::string>;

}  // namespace

TEST_CASE("sqlite: triggers note each change of the clinic program") {
    Journal journal("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);", {"id"});
    journal.run("INSERT INTO t VALUES (1, 'a'), (2, 'b')");
    REQUIRE(journal.notes() == Notes{"I 1", "I 2"});
    journal.run("UPDATE t SET v = 'c' WHERE id = 1");
    journal.run("UPDATE t SET id = 5 WHERE id = 2");
    REQUIRE(journal.notes() == Notes{"U 1 <- 1", "U 5 <- 2"});
    journal.run("DELETE FROM t");
    REQUIRE(journal.notes() == Notes{"D 1", "D 5"});
}

TEST_CASE("sqlite: triggers are silent while we write") {
    Journal journal("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);", {"id"});
    journal.run("INSERT INTO cfs_own_write VALUES (1)");
    journal.run("INSERT INTO t VALUES (1, 'a')");
    journal.run("UPDATE t SET v = 'b'");
    journal.run("DELETE FROM t");
    REQUIRE(journal.notes().empty());
    journal.run("DELETE FROM cfs_own_write");
    journal.run("INSERT INTO t VALUES (1, 'a')");
    REQUIRE(journal.notes() == Notes{"I 1"});
}

TEST_CASE("sqlite: a change that is undone is not noted") {
    Journal journal("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);", {"id"});
    {
        const SqlTransaction transaction(journal.session(), journal.backend().begin_statement());
        journal.run("INSERT INTO t VALUES (1, 'a')");
    }
    REQUIRE(journal.notes().empty());
}

TEST_CASE("sqlite: triggers note all parts of a key, also NULL") {
    Journal journal("CREATE TABLE t (a INTEGER, b TEXT, PRIMARY KEY (a, b));", {"a", "b"});
    journal.run("INSERT INTO t VALUES (1, 'x')");
    journal.run("UPDATE t SET b = 'y'");
    journal.run("INSERT INTO t VALUES (2, NULL)");
    const auto key = join_key({"1", "x"});
    REQUIRE(journal.notes() == Notes{"I " + key, "U " + join_key({"1", "y"}) + " <- " + key,
                                     "I " + join_key({"2", ""})});
    REQUIRE(split_key(key, 2) == std::vector<std::string>{"1", "x"});
}

TEST_CASE("sqlite: REPLACE is noted as the new row") {
    Journal journal("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT UNIQUE);", {"id"});
    journal.run("INSERT INTO t VALUES (1, 'a')");
    // Most programs leave recursive triggers off: then the deletion of the old row is not told.
    journal.run("PRAGMA recursive_triggers=OFF");
    journal.run("REPLACE INTO t VALUES (1, 'b')");
    REQUIRE(journal.notes() == Notes{"I 1", "I 1"});
    journal.run("PRAGMA recursive_triggers=ON");
    journal.run("REPLACE INTO t VALUES (2, 'b')");
    REQUIRE(journal.notes() == Notes{"D 1", "I 2"});
}

TEST_CASE("sqlite: missing and changed triggers are noticed") {
    Journal journal("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);", {"id"});
    REQUIRE(journal.has_triggers());
    SECTION("a dropped one") { journal.run("DROP TRIGGER cfs_t_update"); }
    SECTION("a changed one") {
        journal.run("DROP TRIGGER cfs_t_delete");
        journal.run("CREATE TRIGGER cfs_t_delete AFTER DELETE ON t BEGIN SELECT 1; END");
    }
    SECTION("a rebuilt table") {
        journal.run("CREATE TABLE t2 (id INTEGER PRIMARY KEY, v TEXT)");
        journal.run("DROP TABLE t");
        journal.run("ALTER TABLE t2 RENAME TO t");
    }
    SECTION("a renamed table") { journal.run("ALTER TABLE t RENAME TO u"); }
    SECTION("a renamed key") { journal.run("ALTER TABLE t RENAME COLUMN id TO number"); }
    REQUIRE_FALSE(journal.has_triggers());
}

TEST_CASE("sqlite: an added and a dropped column leave the triggers alone") {
    Journal journal("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);", {"id"});
    journal.run("ALTER TABLE t ADD COLUMN w TEXT");
    journal.run("ALTER TABLE t DROP COLUMN v");
    REQUIRE(journal.has_triggers());
    journal.run("INSERT INTO t VALUES (1, 'a')");
    REQUIRE(journal.notes() == Notes{"I 1"});
}

TEST_CASE("sqlite: the clinic program's last key is its own row's") {
    Journal journal("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);", {"id"});
    REQUIRE(journal.backend().insert(journal.session(), "INSERT INTO t VALUES (70, 'a')", {},
                                     {"id", "INTEGER"}) == "70");
    REQUIRE(journal.session().number("SELECT changes()") == 1);
}

TEST_CASE("sqlite: our tables are all listed") {
    Journal journal("CREATE TABLE t (id INTEGER PRIMARY KEY);", {"id"});
    for (const auto& name : journal.backend().own_tables()) {
        CAPTURE(name);
        REQUIRE(name.starts_with("cfs_"));
        journal.run("DROP TABLE " + name);
    }
    for (const auto& statement : journal.backend().drop_triggers(mapped("t", {"id"}))) {
        journal.run(statement);
    }
    REQUIRE(journal.session().number("SELECT COUNT(*) FROM sqlite_master WHERE name LIKE 'cfs%'") ==
            0);
}

TEST_CASE("sqlite: finds rows by many keys") {
    Database database("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);");
    database.session->execute("INSERT INTO t VALUES (1, 'a\"\\b'), (2, 'Åsa'), (30, 'tab\there')");
    const auto count = [&](const std::string& column, const std::vector<std::string>& values) {
        const auto condition = database.backend->is_one_of({column, "", true}, values);
        return database.session->number("SELECT COUNT(*) FROM t WHERE " + condition.sql,
                                        condition.parameters);
    };
    REQUIRE(count("id", {}) == 0);
    REQUIRE(count("id", {"1", "30", "4"}) == 2);
    REQUIRE(count("v", {"a\"\\b", "Åsa", "tab\there", "'"}) == 3);
}

TEST_CASE("sqlite: a database file that is missing is not created") {
    const TemporaryFolder folder;
    const auto path = folder / "none.sqlite";
    REQUIRE(code_of([&] { (void)make_backend("sqlite3://" + path)->connect(); }) ==
            ErrorCode::database_missing);
    REQUIRE_FALSE(boost::filesystem::exists(path));
    REQUIRE(code_of([&] { (void)make_backend("sqlite3://" + folder.text())->connect(); }) ==
            ErrorCode::database_missing);
    REQUIRE(code_of([] { (void)make_backend("oracle://x"); }) == ErrorCode::usage);
}

TEST_CASE("sqlite: a file that is no database is refused") {
    const TemporaryFolder folder;
    const auto path = folder / "letter.sqlite";
    test::write_file(path, std::string(4000, 'x'));
    const auto backend = make_sqlite_backend(path);
    REQUIRE(code_of([&] {
                const auto session = backend->connect();
                (void)backend->tables(*session);
            }) == ErrorCode::database_refused);
    REQUIRE(test::read_file(path) == std::string(4000, 'x'));
}

TEST_CASE("sqlite: paths with spaces, umlauts and a percent sign") {
    const TemporaryFolder folder;
    const auto path = folder / "Praxis Müller 100% =;'.sqlite";
    test::write_file(path, "");
    const auto backend = make_sqlite_backend(path);
    backend->connect()->execute("CREATE TABLE t (id INTEGER PRIMARY KEY)");
    REQUIRE(backend->file() == path);
    REQUIRE(backend->tables(*backend->connect()) == std::vector<std::string>{"t"});
    REQUIRE(test::names_in(folder.text()).size() == 1);
    REQUIRE(code_of([&] {
                test::write_file(folder / "a\"b", "");
                (void)make_sqlite_backend(folder / "a\"b")->connect();
            }) == ErrorCode::usage);
}

namespace {

// The clinic program and we have the same database open.
struct TwoPrograms {
    TwoPrograms() { clinic->execute("CREATE TABLE t (id INTEGER PRIMARY KEY)"); }

    TemporaryFolder folder;
    std::unique_ptr<Backend> backend = [&] {
        test::write_file(folder / "clinic.sqlite", "");
        return make_sqlite_backend(folder / "clinic.sqlite");
    }();
    std::unique_ptr<SqlSession> clinic = backend->connect(), ours = backend->connect();
};

}  // namespace

TEST_CASE("sqlite: a locked database is told as such") {
    const TwoPrograms programs;
    auto& backend = *programs.backend;
    auto& clinic = *programs.clinic;
    auto& ours = *programs.ours;
    ours.set_patience(std::chrono::milliseconds(20));
    clinic.execute("BEGIN IMMEDIATE");
    REQUIRE(code_of([&] { const SqlTransaction begin(ours, backend.begin_statement()); }) ==
            ErrorCode::database_locked);
    clinic.execute("COMMIT");
    SqlTransaction transaction(ours, backend.begin_statement());
    ours.execute("INSERT INTO t VALUES (1)");
    transaction.commit();
    REQUIRE(clinic.number("SELECT COUNT(*) FROM t") == 1);
}

TEST_CASE("sqlite: what follows a commit waits for a lock, whatever is left of the transaction") {
    const TwoPrograms programs;
    auto& backend = *programs.backend;
    auto& clinic = *programs.clinic;
    auto& ours = *programs.ours;
    SqlTransaction transaction(ours, backend.begin_statement());
    transaction.commit();
    clinic.execute("BEGIN IMMEDIATE");
    std::jthread work([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        clinic.execute("COMMIT");
    });
    ours.execute("INSERT INTO t VALUES (1)");
    work.join();
    REQUIRE(clinic.number("SELECT COUNT(*) FROM t") == 1);
}

TEST_CASE("sqlite: the key that a new row got is told, whatever the key is") {
    const auto [key, numbers_rows] = GENERATE(table<std::string, bool>(
        {{"id INTEGER PRIMARY KEY, v TEXT)", true},
         {"v TEXT, Id integer, PRIMARY KEY (id))", true},
         {"id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT)", true},
         {"id INT PRIMARY KEY DEFAULT (abs(random())), v TEXT)", false},
         {"id INTEGER PRIMARY KEY DESC DEFAULT (abs(random())), v TEXT)", false},
         {"id TEXT PRIMARY KEY DEFAULT (hex(randomblob(8))), v TEXT)", false},
         {"id INTEGER DEFAULT (abs(random())), v TEXT, PRIMARY KEY (id, v))", false},
         {"id TEXT PRIMARY KEY DEFAULT (hex(randomblob(8))), v TEXT) WITHOUT ROWID", false}}));
    CAPTURE(key);
    Journal journal("CREATE TABLE t (" + key + ";", {"id"});
    const auto info = journal.backend().describe(journal.session(), {{}, "t"}).value();
    const auto id = std::find_if(info.columns.begin(), info.columns.end(),
                                 [](const auto& column) { return column.name != "v"; });
    REQUIRE(id->numbers_rows == numbers_rows);
    journal.run("INSERT INTO t (id, v) VALUES (17, 'another row')");
    const auto given =
        journal.backend().insert(journal.session(), "INSERT INTO t (v) VALUES ('new')", {}, *id);
    REQUIRE(given == journal.session().value("SELECT id FROM t WHERE v = 'new'"));
    SECTION("a row that a trigger drops has none") {
        journal.run("CREATE TRIGGER dropping BEFORE INSERT ON t BEGIN SELECT RAISE(IGNORE); END");
        REQUIRE_THROWS_AS(journal.backend().insert(journal.session(),
                                                   "INSERT INTO t (v) VALUES ('dropped')", {}, *id),
                          RowRefused);
    }
    SECTION("what another trigger adds is another row") {
        journal.run("CREATE TABLE other (id INTEGER PRIMARY KEY, v TEXT)");
        journal.run(
            "CREATE TRIGGER adding AFTER INSERT ON t BEGIN INSERT INTO other VALUES (99, 'x'); "
            "END");
        const auto next = journal.backend().insert(journal.session(),
                                                   "INSERT INTO t (v) VALUES ('next')", {}, *id);
        REQUIRE(next == journal.session().value("SELECT id FROM t WHERE v = 'next'"));
    }
}

TEST_CASE("sqlite: a file that was replaced while it is open takes nothing more") {
    const auto mode = GENERATE(as<std::string>(), "DELETE", "WAL");
    const bool removed = GENERATE(false, true);
    const TemporaryFolder folder;
    const auto path = folder / "a.db", backup = folder / "backup.db";
    for (const auto& file : {path, backup}) {
        test::ClinicProgram made(file);
        made.execute("PRAGMA journal_mode=" + mode);
        made.execute("CREATE TABLE t (v TEXT)");
    }
    auto session = make_sqlite_backend(path)->connect();
    session->execute("INSERT INTO t VALUES ('before')");
    session->require_in_place();
    const auto replaced = [&](const std::function<void()>& write) {
        try {
            write();
            FAIL("written");
        } catch (const Error& error) {
            REQUIRE(error.code() == ErrorCode::database_replaced);
            REQUIRE(std::string(error.what()).find(path) != std::string::npos);
        }
    };
    replaced([&] {
        SqlTransaction transaction(*session, "BEGIN IMMEDIATE");
        session->execute("INSERT INTO t VALUES ('too late')");
        if (removed) boost::filesystem::remove(path);
        if (!removed) boost::filesystem::rename(backup, path);
        transaction.commit();
    });
    replaced([&] { session->require_in_place(); });
    REQUIRE(session->number("SELECT count(*) FROM t") == 1);
    if (mode == "DELETE") replaced([&] { session->execute("INSERT INTO t VALUES ('later')"); });
    session.reset();
    if (removed) return;
    // Neither a journal nor a write-ahead log of the old file is played into the new one.
    test::ClinicProgram restored(path);
    REQUIRE(restored.value("PRAGMA integrity_check") == "ok");
    REQUIRE(restored.number("SELECT count(*) FROM t") == 0);
}

TEST_CASE("sqlite: a visit that stops half-way leaves no lock behind") {
    const TemporaryFolder folder;
    test::write_file(folder / "clinic.sqlite", "");
    const auto backend = make_sqlite_backend(folder / "clinic.sqlite");
    const auto clinic = backend->connect();
    clinic->execute("CREATE TABLE t (id INTEGER PRIMARY KEY)");
    clinic->execute("INSERT INTO t VALUES (1), (2)");
    clinic->execute("PRAGMA busy_timeout=20");
    const auto ours = backend->connect();
    REQUIRE_THROWS_AS(
        ours->query("SELECT id FROM t", {}, [](const SqlRow&) { throw std::runtime_error("x"); }),
        std::runtime_error);
    clinic->execute("INSERT INTO t VALUES (3)");
    REQUIRE(ours->rows("SELECT id FROM t").size() == 3);
}

TEST_CASE("sqlite: statements may be run while rows of another, or the same, are visited") {
    Database database("CREATE TABLE t (id INTEGER PRIMARY KEY);");
    database.session->execute("INSERT INTO t VALUES (1), (2), (3)");
    const std::string all = "SELECT id FROM t ORDER BY id";
    std::string seen;
    database.session->query(all, {}, [&](const SqlRow& outer) {
        seen += *outer[0] + ":";
        // More statements than are kept.
        for (int i = 0; i < 600; ++i) {
            (void)database.session->value("SELECT " + std::to_string(i));
        }
        database.session->query(all, {}, [&](const SqlRow& inner) { seen += *inner[0]; });
    });
    REQUIRE(seen == "1:1232:1233:123");
}

TEST_CASE("sqlite: a refused row says why, without values") {
    Database database("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT UNIQUE CHECK (v <> 'bad'));");
    auto& session = *database.session;
    session.execute("INSERT INTO t VALUES (:p0, :p1)", {"1", "secret"});
    for (const char* text : {"secret", "bad"}) {
        try {
            session.execute("INSERT INTO t VALUES (:p0, :p1)", {"2", text});
            FAIL("the row was taken");
        } catch (const RowRefused& error) {
            REQUIRE(error.code() == ErrorCode::row_refused);
            REQUIRE(std::string(error.what()).find("constraint failed") != std::string::npos);
            REQUIRE(std::string(error.what()).find("secret") == std::string::npos);
        }
    }
    session.execute("INSERT INTO t VALUES (:p0, :p1)", {"2", "good"});
    REQUIRE(session.number("SELECT COUNT(*) FROM t") == 2);
}

TEST_CASE("sqlite: a savepoint is undone alone") {
    Database database("CREATE TABLE t (id INTEGER PRIMARY KEY);");
    auto& session = *database.session;
    SqlTransaction transaction(session, database.backend->begin_statement());
    session.execute("INSERT INTO t VALUES (1)");
    {
        const SqlSavepoint savepoint(session, "patient");
        session.execute("INSERT INTO t VALUES (2)");
    }
    {
        SqlSavepoint savepoint(session, "patient");
        session.execute("INSERT INTO t VALUES (3)");
        savepoint.release();
    }
    transaction.commit();
    REQUIRE(session.number("SELECT SUM(id) FROM t") == 4);
}
