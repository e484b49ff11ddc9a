// The database systems that the contract of Backend and SqlSession holds for: each gives one
// database, which a test finds empty, and tells what of its SQL the tests must know.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/database/backend.h"

namespace cfs::test {

// A type of column, a value in the system's own words, and what it must be in a document.
struct ColumnCase {
    std::string type, literal;
    Value value;
};

// A table t (id, name, v) with one row whose v does not travel exactly, and what is said of it.
struct UnreadableCase {
    std::vector<std::string> statements;
    std::string what;
};

class System {
  public:
    virtual ~System() = default;

    [[nodiscard]] virtual std::string name() const = 0;
    // Removes all that a test left in the database.
    virtual void clear() = 0;
    [[nodiscard]] virtual std::unique_ptr<Backend> backend() const = 0;
    // The clinic program's own connection, without any setting of ours.
    [[nodiscard]] virtual std::unique_ptr<SqlSession> program() const = 0;

    // Of every kind of column that clinics have.
    [[nodiscard]] virtual std::vector<ColumnCase> column_cases() const = 0;
    [[nodiscard]] virtual std::vector<UnreadableCase> unreadable_cases() const = 0;
    // A condition that is true where two columns hold the same to the last bit.
    [[nodiscard]] virtual std::string identical(const std::string& a,
                                                const std::string& b) const = 0;
    // How a key is declared that the database gives.
    [[nodiscard]] virtual std::string automatic_key() const = 0;
    // A column of twice "id" that the database fills.
    [[nodiscard]] virtual std::string generated_column() const = 0;
    // The clinic program's own trigger, which refuses rows of the table whose v is 'refused'.
    [[nodiscard]] virtual std::vector<std::string> refusing_trigger(
        const std::string& table) const = 0;

    // Does a transaction lock single rows, so that two can write at once?
    [[nodiscard]] virtual bool locks_rows() const = 0;
    // Makes a schema beside that of backend(), until clear(); false where there are none.
    virtual bool make_schema(const std::string& name) {
        (void)name;
        return false;
    }
    // Whose own tables lie in such a schema; its name needs no quotation marks.
    [[nodiscard]] virtual std::unique_ptr<Backend> backend_in(const std::string& schema) const {
        (void)schema;
        return nullptr;
    }

    // Ends the connection from outside; false where there is none that could end.
    virtual bool cut(SqlSession&) const { return false; }
};

// SQLite, and each server that an environment variable names (see run.py).
[[nodiscard]] std::vector<std::shared_ptr<System>> systems();

[[nodiscard]] std::shared_ptr<System> make_sqlite_system();
// Nothing where run.py has not started the server.
[[nodiscard]] std::shared_ptr<System> make_mariadb_system();
[[nodiscard]] std::shared_ptr<System> make_postgresql_system();

[[nodiscard]] Value binary_value(std::string bytes);

// The one that a test case runs on, with its database empty, and a connection of ours.
class Bench {
  public:
    explicit Bench(const std::shared_ptr<System>& system);

    void run(const std::string& sql, const SqlParameters& parameters = {});
    [[nodiscard]] TableInfo info(const std::string& table = "t") const;
    [[nodiscard]] ColumnInfo column(const std::string& table, const std::string& name) const;
    // What the column of the one row holds, as a document would.
    [[nodiscard]] Value read(const std::string& table, const std::string& name = "v") const;
    // Makes the column's value that of the only row.
    void write(const std::string& table, const Value& value, const std::string& name = "v");

    std::shared_ptr<System> system;
    std::unique_ptr<Backend> backend;
    std::unique_ptr<SqlSession> session;
};

// What is thrown; fails the test if nothing is.
[[nodiscard]] ErrorCode code_of(const std::function<void()>& act);

[[nodiscard]] TableMapping mapped(const std::string& table, const std::vector<std::string>& key);

}  // namespace cfs::test

// A test case over all systems: `bench` is the one that it runs on now.
#define CFS_FOR_EACH_SYSTEM(bench)                                        \
    const auto system_under_test = GENERATE(from_range(test::systems())); \
    INFO("on " << system_under_test->name());                             \
    test::Bench bench(system_under_test)
