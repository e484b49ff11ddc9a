// One connection to a clinic's database, all values as text. With the drivers (sql_driver.h) the
// only place that speaks SOCI; its exceptions become Error here.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/model/error.h"

namespace cfs {

// A value to bind: NULL, text (the column's type decides what it becomes), bytes, or a double where
// the database's own reading of its text would not be exact. How a parameter is bound belongs to
// the statement: the text of two statements that bind differently differs.
struct SqlParameter {
    std::optional<std::string> text;
    bool binary = false;
    std::optional<double> real;

    SqlParameter(std::nullopt_t) {}                                    // NOLINT: meant to convert
    SqlParameter(std::string value) : text(std::move(value)) {}        // NOLINT
    SqlParameter(const char* value) : text(value) {}                   // NOLINT
    SqlParameter(std::int64_t value) : text(std::to_string(value)) {}  // NOLINT
    SqlParameter(std::optional<std::string> value) : text(std::move(value)) {}  // NOLINT
    SqlParameter(std::optional<std::string> value, bool is_binary)
        : text(std::move(value)), binary(is_binary) {}
};

using SqlParameters = std::vector<SqlParameter>;
using SqlRow = std::vector<std::optional<std::string>>;

// Thrown where the database refuses a row: a constraint or a trigger.
class RowRefused : public Error {
  public:
    explicit RowRefused(const std::string& reason) : Error(ErrorCode::row_refused, reason) {}
};

// Thrown where the database's user lacks a right.
class NotAllowed : public Error {
  public:
    explicit NotAllowed(const std::string& sentence)
        : Error(ErrorCode::database_refused, sentence) {}
};

// Thrown by a statement that would write while it may not (SqlReading). No std::exception: it is no
// failure that anyone on the way could handle.
struct WriteInReading {};

class SqlDriver;

class SqlSession {
  public:
    // `options` is SOCI's connection string; `name` stands for the database in messages.
    SqlSession(std::unique_ptr<SqlDriver> driver, const std::string& options, std::string name);
    ~SqlSession();
    SqlSession(const SqlSession&) = delete;
    SqlSession& operator=(const SqlSession&) = delete;

    [[nodiscard]] const std::string& name() const;

    // Statements are prepared once and kept; parameters are `:p0`, `:p1` ... in order.
    void execute(const std::string& sql, const SqlParameters& parameters = {});
    // The number that the database gave to the row that was inserted, 0 where it gave none; nothing
    // where no row was inserted. Not on PostgreSQL.
    std::optional<std::uint64_t> insert(const std::string& sql, const SqlParameters& parameters);
    void query(const std::string& sql, const SqlParameters& parameters,
               const std::function<void(const SqlRow&)>& visit);
    [[nodiscard]] std::vector<SqlRow> rows(const std::string& sql,
                                           const SqlParameters& parameters = {});
    // The first column of the first row; nothing for no row and for NULL.
    [[nodiscard]] std::optional<std::string> value(const std::string& sql,
                                                   const SqlParameters& parameters = {});
    [[nodiscard]] std::int64_t number(const std::string& sql,
                                      const SqlParameters& parameters = {});  // 0 for nothing

    // How long a statement outside of a transaction is tried again while another program holds a
    // lock that it needs; nothing is held in the pauses between. At first it is not tried again.
    void set_patience(std::chrono::milliseconds patience);

    // How often a transaction or a part of one was undone.
    [[nodiscard]] std::uint64_t undone() const;

    // For a server that would go on with the tables that a prepared statement meant before.
    void forget_statements();

    // Throws database_replaced if the file of an embedded database is no longer the one that lies
    // at its path: what is written to it now nobody would ever read.
    void require_in_place();

    // Called before each statement; a test throws from it to fail the n-th operation.
    void set_fault_hook(std::function<void(const std::string& sql)> hook);

  private:
    friend class SqlTransaction;
    friend class SqlSavepoint;
    friend class SqlReading;
    friend class SqlSnapshot;
    class Impl;
    std::unique_ptr<Impl> impl_;
};

// While this lives, execute() throws WriteInReading: nothing is written, whatever is called.
class SqlReading {
  public:
    explicit SqlReading(SqlSession& session);
    ~SqlReading();
    SqlReading(const SqlReading&) = delete;
    SqlReading& operator=(const SqlReading&) = delete;

  private:
    SqlSession& session_;
};

// What is read meanwhile is of one moment. It may keep others from committing: nothing but the
// database may be waited for, and what was read is worked on afterwards.
class SqlSnapshot {
  public:
    // `begin` is the back end's statement for a transaction that reads; where it is empty, or a
    // transaction that writes is there already, nothing is begun.
    SqlSnapshot(SqlSession& session, const std::string& begin);
    ~SqlSnapshot();
    SqlSnapshot(const SqlSnapshot&) = delete;
    SqlSnapshot& operator=(const SqlSnapshot&) = delete;

  private:
    SqlSession& session_;
    bool open_;
};

// Undone unless it is committed.
class SqlTransaction {
  public:
    enum class Waits {
        to_begin,  // the lock is taken at once, and nothing is waited for while it is held
        as_ever    // each statement may wait: of one that writes nothing but temporary tables
    };

    // `begin` is the back end's statement, for one that writes or one that reads.
    SqlTransaction(SqlSession& session, const std::string& begin, Waits waits = Waits::to_begin);
    ~SqlTransaction();
    SqlTransaction(const SqlTransaction&) = delete;
    SqlTransaction& operator=(const SqlTransaction&) = delete;

    // Throws database_replaced, with all undone, where the session does.
    void commit();

  private:
    SqlSession& session_;
    bool open_ = true;
};

// A part of a transaction that can be undone alone.
class SqlSavepoint {
  public:
    SqlSavepoint(SqlSession& session, std::string name);
    ~SqlSavepoint();
    SqlSavepoint(const SqlSavepoint&) = delete;
    SqlSavepoint& operator=(const SqlSavepoint&) = delete;

    void release();

  private:
    SqlSession& session_;
    std::string name_;
    bool open_ = true;
};

}  // namespace cfs
