#include <cstdlib>

#include "core/database/mariadb_backend.h"
#include "core/database/mariadb_driver.h"
#include "core/model/digest.h"
#include "tests/servers/system.h"

namespace cfs::test {

namespace {

// The options of mysql://... as SOCI takes them.
class Program : public SqlSession {
  public:
    explicit Program(const std::string& options)
        : SqlSession(make_mariadb_driver("the clinic program"), options + " charset=utf8mb4",
                     "clinic") {}
};

class MariadbSystem : public System {
  public:
    explicit MariadbSystem(const std::string& connection)
        : options_(connection.substr(std::string("mysql://").size())) {}

    std::string name() const override { return "MariaDB"; }

    void clear() override {
        Program administrator(options_);
        for (const auto& row : administrator.rows(
                 "SELECT schema_name FROM information_schema.schemata WHERE schema_name NOT IN "
                 "(DATABASE(), 'information_schema', 'mysql', 'performance_schema', 'sys')")) {
            administrator.execute("DROP DATABASE " + backend()->quote(row[0].value()));
        }
        administrator.execute("SET foreign_key_checks=0");
        for (const auto& row : administrator.rows(
                 "SELECT table_name, table_type FROM information_schema.tables WHERE table_schema "
                 "= DATABASE()")) {
            administrator.execute(std::string("DROP ") + (row[1] == "VIEW" ? "VIEW " : "TABLE ") +
                                  backend()->quote(row[0].value()));
        }
    }

    std::unique_ptr<Backend> backend() const override { return make_mariadb_backend(options_); }
    std::unique_ptr<SqlSession> program() const override {
        return std::make_unique<Program>(options_);
    }

    std::vector<ColumnCase> column_cases() const override {
        return {
            {"TINYINT", "-128", text_value("-128")},
            {"TINYINT(1)", "1", text_value("1")},
            {"SMALLINT UNSIGNED", "65535", text_value("65535")},
            {"MEDIUMINT", "-8388608", text_value("-8388608")},
            {"INT(5) ZEROFILL", "7", text_value("7")},
            {"BIGINT", "-9223372036854775808", text_value("-9223372036854775808")},
            {"BIGINT UNSIGNED", "18446744073709551615", text_value("18446744073709551615")},
            {"DECIMAL(65,30)", "12345678901234567890123456789012345.123456789012345678901234567891",
             text_value("12345678901234567890123456789012345.123456789012345678901234567891")},
            {"DECIMAL(10,2)", "-0.5", text_value("-0.50")},
            {"DECIMAL(10,2) ZEROFILL", "1.5", text_value("1.50")},
            {"FLOAT", "0.1", text_value("0.1")},
            {"FLOAT", "123456.79", text_value("123456.79")},
            {"FLOAT", "16777217", text_value("16777216")},
            {"FLOAT", "3.4e38", text_value("3.4e+38")},
            {"FLOAT(5,2)", "123.456", text_value("123.46")},
            {"DOUBLE", "0.1", text_value("0.1")},
            {"DOUBLE", "0.1e0 + 0.2e0", text_value("0.30000000000000004")},
            {"DOUBLE", "1.7976931348623157e308", text_value("1.7976931348623157e+308")},
            {"DOUBLE", "2.2250738585072014e-308", text_value("2.2250738585072014e-308")},
            {"DOUBLE", "-123456789012345680", text_value("-123456789012345680")},
            {"DOUBLE", "5", text_value("5")},
            {"DOUBLE(10,2)", "1.005", text_value("1")},
            {"BIT(1)", "b'1'", text_value("1")},
            {"BIT(64)", "18446744073709551615", text_value("18446744073709551615")},
            {"DATE", "'2024-02-29'", text_value("2024-02-29")},
            {"DATE", "'0000-00-00'", text_value("0000-00-00")},
            {"DATE", "'2024-00-00'", text_value("2024-00-00")},
            {"TIME", "'-838:59:59'", text_value("-838:59:59")},
            {"TIME(6)", "'12:00:01.000001'", text_value("12:00:01.000001")},
            {"DATETIME", "'9999-12-31 23:59:59'", text_value("9999-12-31 23:59:59")},
            {"DATETIME", "'0000-00-00 00:00:00'", text_value("0000-00-00 00:00:00")},
            {"DATETIME(3)", "'2024-02-29 23:59:59.123'", text_value("2024-02-29 23:59:59.123")},
            {"DATETIME(6)", "'2024-02-29 23:59:59.123456'",
             text_value("2024-02-29 23:59:59.123456")},
            {"TIMESTAMP NULL", "'2024-02-29 23:59:59'", text_value("2024-02-29 23:59:59")},
            {"TIMESTAMP(6) NULL", "'2024-07-01 00:00:00.000001'",
             text_value("2024-07-01 00:00:00.000001")},
            {"YEAR", "2026", text_value("2026")},
            {"YEAR", "0", text_value("0000")},
            {"CHAR(5)", "'ab  '", text_value("ab")},
            {"CHAR(5)", "''", text_value("")},
            {"VARCHAR(20)", "'ab  '", text_value("ab  ")},
            {"VARCHAR(20) CHARACTER SET latin1", "'Ærø 100 €'", text_value("Ærø 100 €")},
            {"VARCHAR(20) CHARACTER SET utf8mb3", "'日本'", text_value("日本")},
            {"VARCHAR(20) CHARACTER SET ucs2", "'日本'", text_value("日本")},
            {"VARCHAR(20) CHARACTER SET utf8mb4", "'🧠'", text_value("🧠")},
            {"TEXT", "CONCAT('a', CHAR(0), CHAR(26), CHAR(1), '\\\\', '''', 'ø')",
             text_value(std::string("a\0\x1a\x01\\'ø", 8))},
            {"TEXT CHARACTER SET latin1", "CONCAT(CHAR(1 USING utf8mb4), 'ø')",
             text_value("\x01ø")},
            {"TINYTEXT", "'x'", text_value("x")},
            {"MEDIUMTEXT", "REPEAT('x', 70000)", text_value(std::string(70000, 'x'))},
            {"LONGTEXT", "REPEAT('ø', 1000000)",
             [] {
                 std::string text;
                 for (int i = 0; i < 1000000; ++i) text += "ø";
                 return text_value(text);
             }()},
            {"ENUM('Yes','No','ø')", "'ø'", text_value("ø")},
            {"SET('a','b','c')", "'c,a'", text_value("a,c")},
            {"JSON", "'{\"a\": 1.50}'", text_value("{\"a\": 1.50}")},
            {"UUID", "'123e4567-e89b-12d3-a456-426655440000'",
             text_value("123e4567-e89b-12d3-a456-426655440000")},
            {"INET6", "'2001:db8::1'", text_value("2001:db8::1")},
            {"BINARY(4)", "X'0027'", binary_value(std::string("\0'\0\0", 4))},
            {"VARBINARY(20)", "X'00FF275C0D0A1A'",
             binary_value(std::string("\0\xff'\\\r\n\x1a", 7))},
            {"VARBINARY(20)", "''", binary_value("")},
            {"BLOB", "X'C328'", binary_value("\xC3\x28")},
            {"TINYBLOB", "X'80'", binary_value("\x80")},
            {"MEDIUMBLOB", "REPEAT(X'00', 70000)", binary_value(std::string(70000, '\0'))},
            {"LONGBLOB", "REPEAT(X'FF', 3000000)", binary_value(std::string(3000000, '\xff'))},
            {"POINT", "POINT(1, 2)",
             binary_value(from_hex("000000000101000000000000000000f03f0000000000000040").value())},
        };
    }

    std::vector<UnreadableCase> unreadable_cases() const override {
        return {{{"CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20), v ENUM('x','y'))",
                  "INSERT IGNORE INTO t VALUES (1, 'a', 'z'), (2, 'b', 'x'), (3, 'c', NULL)"},
                 "are of the type enum('x','y') and none of its words"}};
    }

    std::string identical(const std::string& a, const std::string& b) const override {
        return a + " <=> " + b + " AND HEX(" + a + ") <=> HEX(" + b + ")";
    }
    std::string automatic_key() const override { return "INTEGER AUTO_INCREMENT PRIMARY KEY"; }
    std::string generated_column() const override { return "INTEGER AS (id * 2) STORED"; }

    std::vector<std::string> refusing_trigger(const std::string& table) const override {
        return {
            "CREATE TRIGGER clinic_refuses BEFORE INSERT ON " + table +
            " FOR EACH ROW IF NEW.v = 'refused' "
            "THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the clinic program says no'; END IF"};
    }

    bool locks_rows() const override { return true; }

    bool make_schema(const std::string& name) override {
        program()->execute("CREATE DATABASE " + backend()->quote(name));
        return true;
    }
    std::unique_ptr<Backend> backend_in(const std::string& schema) const override {
        const auto at = options_.find("dbname=");
        const auto end = options_.find(' ', at);
        auto options = options_;
        return make_mariadb_backend(options.replace(at, end - at, "dbname=" + schema));
    }

    bool cut(SqlSession& session) const override {
        const auto id = session.value("SELECT CONNECTION_ID()").value();
        program()->execute("KILL CONNECTION " + id);
        return true;
    }

  private:
    std::string options_;
};

}  // namespace

std::shared_ptr<System> make_mariadb_system() {
    const char* connection = std::getenv("CFS_TEST_MARIADB");
    return connection == nullptr ? nullptr : std::make_shared<MariadbSystem>(connection);
}

}  // namespace cfs::test
