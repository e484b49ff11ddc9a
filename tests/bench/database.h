// The databases of the benchmark by the libraries' own calls: SQLite, PostgreSQL (libpq) and
// MariaDB (libmariadb), with just what plain code needs of each.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace bench {

// A prepared statement, with ? for each parameter; parameters count from 1, columns from 0.
class Statement {
  public:
    Statement() = default;
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    virtual ~Statement() = default;

    virtual void bind(int place, std::int64_t number) = 0;
    // The text has to stay where it is until the statement has run; nullptr is NULL.
    virtual void bind(int place, const char* text) = 0;

    // A row has come. After the last one the statement is ready to run again.
    [[nodiscard]] virtual bool step() = 0;
    [[nodiscard]] virtual const char* text(int column) = 0;  // nullptr is NULL
    [[nodiscard]] std::int64_t number(int column);

    void run();  // to its end
};

// A connection; on a server one statement at a time, which sends its rows as they are read.
class Database {
  public:
    Database() = default;
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    virtual ~Database() = default;

    virtual void execute(const std::string& sql) = 0;  // one statement, no rows
    [[nodiscard]] virtual std::unique_ptr<Statement> prepare(const std::string& sql) = 0;

    // Where each statement travels, many rows share one.
    [[nodiscard]] virtual std::size_t rows_per_insert() const = 0;
    [[nodiscard]] virtual std::string begin_writing() const { return "BEGIN"; }
    // The type of a key that the database gives where an insert names none.
    [[nodiscard]] virtual std::string key_type() const = 0;
    // After rows were inserted with keys of their own.
    virtual void continue_keys(const std::string& /*table*/, const std::string& /*key*/) {}
    // The milliseconds that the last transaction waited for locks, if the library tells them apart.
    virtual double waited_ms() { return -1; }
};

// As cfsync takes it: sqlite3://PATH, postgresql://..., mysql://...
[[nodiscard]] std::unique_ptr<Database> open_database(const std::string& connection);

[[nodiscard]] std::unique_ptr<Database> open_sqlite(const std::string& path);
[[nodiscard]] std::unique_ptr<Database> open_postgresql(const std::string& options);
[[nodiscard]] std::unique_ptr<Database> open_mariadb(const std::string& options);

}  // namespace bench
