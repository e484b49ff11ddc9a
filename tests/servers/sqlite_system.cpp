#include <boost/filesystem.hpp>

#include "core/database/sqlite_backend.h"
#include "tests/servers/system.h"
#include "tests/support/clinic_program.h"
#include "tests/support/temporary_folder.h"

namespace cfs::test {

namespace {

class SqliteSystem : public System {
  public:
    std::string name() const override { return "SQLite"; }

    void clear() override {
        for (const char* suffix : {"", "-journal", "-wal", "-shm"}) {
            boost::filesystem::remove(path() + suffix);
        }
        write_file(path(), "");
    }

    std::unique_ptr<Backend> backend() const override { return make_sqlite_backend(path()); }
    std::unique_ptr<SqlSession> program() const override {
        return std::make_unique<ClinicProgram>(path());
    }

    // core/sqlite_backend_test.cpp has many more.
    std::vector<ColumnCase> column_cases() const override {
        return {{"INTEGER", "9223372036854775807", text_value("9223372036854775807")},
                {"REAL", "0.1", text_value("0.1")},
                {"REAL", "1e300", text_value("1e+300")},
                {"NUMERIC", "12", text_value("12")},
                {"TEXT", "''", text_value("")},
                {"TEXT", "'a' || char(0) || 'b'", text_value(std::string("a\0b", 3))},
                {"TEXT", "'0000-00-00'", text_value("0000-00-00")},
                {"BLOB", "X''", binary_value("")},
                {"BLOB", "X'00FF27'", binary_value(std::string("\0\xff'", 3))},
                {"", "5", {ValueKind::integer, false, "5"}}};
    }

    // The type of a column that holds values already.
    static std::vector<std::string> typed_later(const std::string& value, const std::string& type) {
        const std::string table = "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, v";
        return {table + ")", "INSERT INTO t VALUES (1, 'a', " + value + "), (2, 'b', NULL)",
                "PRAGMA writable_schema = ON",
                "UPDATE sqlite_master SET sql = '" + table + " " + type + ")' WHERE name = 't'",
                "PRAGMA writable_schema = RESET"};
    }

    std::vector<UnreadableCase> unreadable_cases() const override {
        return {{typed_later("5", "TEXT"),
                 "are numbers in a column of the type TEXT, which makes texts of them"},
                {typed_later("0.5", "VARCHAR(10)"),
                 "are numbers in a column of the type VARCHAR(10), which makes texts of them"},
                {typed_later("'12'", "INTEGER"),
                 "are texts in a column of the type INTEGER, which makes numbers of them"}};
    }

    std::string identical(const std::string& a, const std::string& b) const override {
        return a + " IS " + b + " AND typeof(" + a + ") = typeof(" + b + ")";
    }
    std::string automatic_key() const override { return "INTEGER PRIMARY KEY AUTOINCREMENT"; }
    std::string generated_column() const override { return "INTEGER AS (id * 2) STORED"; }

    std::vector<std::string> refusing_trigger(const std::string& table) const override {
        return {"CREATE TRIGGER clinic_refuses BEFORE INSERT ON " + table +
                " WHEN NEW.v = 'refused' "
                "BEGIN SELECT RAISE(ABORT, 'the clinic program says no'); END"};
    }

    bool locks_rows() const override { return false; }

  private:
    [[nodiscard]] std::string path() const { return folder_ / "clinic.sqlite"; }

    TemporaryFolder folder_{"cfs-servers", quick_place()};
};

}  // namespace

std::shared_ptr<System> make_sqlite_system() { return std::make_shared<SqliteSystem>(); }

}  // namespace cfs::test
