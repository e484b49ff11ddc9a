#include <cstdlib>

#include "core/database/postgresql_backend.h"
#include "core/database/sql_driver.h"
#include "tests/servers/system.h"

namespace cfs::test {

namespace {

constexpr const char* kScheme = "postgresql://";

class PostgresqlSystem : public System {
  public:
    explicit PostgresqlSystem(const std::string& connection)
        : options_(connection.substr(std::string(kScheme).size())) {}

    std::string name() const override { return "PostgreSQL"; }

    void clear() override {
        const auto session = program();
        session->execute("SET client_min_messages = error");
        for (const auto& row : session->rows(
                 "SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg%' AND nspname <> "
                 "'information_schema'")) {
            session->execute("DROP SCHEMA " + backend()->quote(row[0].value()) + " CASCADE");
        }
        session->execute("CREATE SCHEMA public");
        // Types of the clinic program's own.
        session->execute("CREATE TYPE mood AS ENUM ('calm', 'it''s \"so\"', '\u00e4')");
        session->execute("CREATE DOMAIN code AS varchar(5) CHECK (VALUE <> '')");
        session->execute("CREATE DOMAIN score AS numeric(5,2) DEFAULT 1 CHECK (VALUE < 100)");
    }

    std::unique_ptr<Backend> backend() const override {
        return make_postgresql_backend(options_, "");
    }
    std::unique_ptr<SqlSession> program() const override {
        return std::make_unique<SqlSession>(make_postgresql_driver(), options_, "the program");
    }

    std::vector<ColumnCase> column_cases() const override {
        return {
            {"smallint", "-32768", text_value("-32768")},
            {"bigint", "9223372036854775807", text_value("9223372036854775807")},
            {"numeric", "12345678901234567890.123456789",
             text_value("12345678901234567890.123456789")},
            {"numeric(5,2)", "2.5", text_value("2.50")},
            {"numeric", "'NaN'", text_value("NaN")},
            {"real", "0.1", text_value("0.1")},
            {"double precision", "0.1", text_value("0.1")},
            {"double precision", "1e300", text_value("1e+300")},
            {"double precision", "'Infinity'", text_value("9e999")},
            {"double precision", "'-Infinity'", text_value("-9e999")},
            {"double precision", "'NaN'", text_value("NaN")},
            {"money", "1234.5", text_value("1234.50")},
            {"boolean", "true", text_value("1")},
            {"boolean", "false", text_value("0")},
            {"text", "''", text_value("")},
            {"text", "E'a\\tb\\nc'' \\\\ \"d\" \\u00e4 \\U0001F600'",
             text_value("a\tb\nc' \\ \"d\" \xc3\xa4 \xf0\x9f\x98\x80")},
            {"text", "':p0 $1 ?'", text_value(":p0 $1 ?")},
            {"text", "repeat('x', 70000)", text_value(std::string(70000, 'x'))},
            {"text", "'0000-00-00'", text_value("0000-00-00")},
            {"varchar(10)", "'ab '", text_value("ab ")},
            {"char(5)", "'ab'", text_value("ab")},
            {"bytea", "''", binary_value("")},
            {"bytea", "'\\x00ff27'", binary_value(std::string("\0\xff'", 3))},
            {"date", "'2026-02-28'", text_value("2026-02-28")},
            {"date", "'0044-03-15 BC'", text_value("0044-03-15 BC")},
            {"date", "'infinity'", text_value("infinity")},
            {"time", "'23:59:59.000001'", text_value("23:59:59.000001")},
            {"timestamp", "'2026-02-28 12:00:00.123456'", text_value("2026-02-28 12:00:00.123456")},
            {"timestamptz", "'2026-02-28 12:00:00.123456+05:30'",
             text_value("2026-02-28 06:30:00.123456+00")},
            {"interval", "'1 year 2 mons -3 days 04:05:06.7'",
             text_value("1 year 2 mons -3 days +04:05:06.7")},
            {"uuid", "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'",
             text_value("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")},
            {"json", "'{\"b\": 1,  \"a\": 1.50}'", text_value("{\"b\": 1,  \"a\": 1.50}")},
            {"jsonb", "'{\"b\": 1,  \"a\": 1.50}'", text_value("{\"a\": 1.50, \"b\": 1}")},
            {"xml", "'<a>1</a>'", text_value("<a>1</a>")},
            {"integer[]", "'{1,NULL,3}'", text_value("{1,NULL,3}")},
            {"text[]", "ARRAY['a b', '', 'c\"d']", text_value("{\"a b\",\"\",\"c\\\"d\"}")},
            {"inet", "'192.168.0.1/24'", text_value("192.168.0.1/24")},
            {"point", "'(1.5,2)'", text_value("(1.5,2)")},
            {"bit(4)", "B'1010'", text_value("1010")},
            {"int4range", "'[1,5)'", text_value("[1,5)")},
            {"mood", "'calm'", text_value("calm")},
            {"mood", "'it''s \"so\"'", text_value("it's \"so\"")},
            {"mood", "'\u00e4'", text_value("\u00e4")},
            {"mood[]", "'{calm,NULL}'", text_value("{calm,NULL}")},
            {"code", "'ab '", text_value("ab ")},
            {"score", "2.5", text_value("2.50")},
        };
    }

    std::vector<UnreadableCase> unreadable_cases() const override {
        const auto of = [](const std::string& type, const std::string& value) {
            return std::vector<std::string>{
                "CREATE TABLE t (id integer PRIMARY KEY, name text, v " + type + ")",
                "INSERT INTO t VALUES (1, 'a', " + value + "), (2, 'b', NULL)"};
        };
        return {{of("oid", "4711"),
                 "are of the type oid and mean something in this database alone (a large object "
                 "stays here)"},
                {of("regclass", "'pg_class'"),
                 "are of the type regclass and mean something in this database alone"}};
    }

    std::string identical(const std::string& a, const std::string& b) const override {
        // Not every type has an order; what it sends is the value itself.
        return "record_image_eq(ROW(" + a + "), ROW(" + b + "))";
    }
    std::string automatic_key() const override {
        return "integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY";
    }
    std::string generated_column() const override {
        return "integer GENERATED ALWAYS AS (id * 2) STORED";
    }

    std::vector<std::string> refusing_trigger(const std::string& table) const override {
        return {
            "CREATE FUNCTION clinic_refuses() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN IF NEW.v = ''refused'' THEN RAISE EXCEPTION ''the clinic program says no''; "
            "END IF; RETURN NEW; END'",
            "CREATE TRIGGER clinic_refuses BEFORE INSERT ON " + table +
                " FOR EACH ROW EXECUTE FUNCTION clinic_refuses()"};
    }

    bool locks_rows() const override { return true; }

    bool make_schema(const std::string& name) override {
        program()->execute("CREATE SCHEMA " + backend()->quote(name));
        return true;
    }
    std::unique_ptr<Backend> backend_in(const std::string& schema) const override {
        return make_postgresql_backend(options_ + " options=-csearch_path=" + schema, "");
    }

    bool cut(SqlSession& session) const override {
        const auto process = session.value("SELECT pg_backend_pid()").value();
        (void)program()->rows("SELECT pg_terminate_backend(" + process + ", 5000)::text");
        return true;
    }

  private:
    std::string options_;
};

}  // namespace

std::shared_ptr<System> make_postgresql_system() {
    const char* connection = std::getenv("CFS_TEST_POSTGRESQL");
    return connection == nullptr ? nullptr : std::make_shared<PostgresqlSystem>(connection);
}

}  // namespace cfs::test
