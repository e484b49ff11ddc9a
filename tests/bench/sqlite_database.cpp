#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "database.h"

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;

void check(sqlite3* database, int result) {
    if (result == SQLITE_OK || result == SQLITE_ROW || result == SQLITE_DONE) return;
    throw std::runtime_error(database ? sqlite3_errmsg(database) : sqlite3_errstr(result));
}

class SqliteStatement : public Statement {
  public:
    SqliteStatement(sqlite3* database, const std::string& sql) : database_(database) {
        check(database, sqlite3_prepare_v2(database, sql.c_str(), -1, &handle_, nullptr));
    }

    ~SqliteStatement() override { sqlite3_finalize(handle_); }

    void bind(int place, std::int64_t number) override {
        check(database_, sqlite3_bind_int64(handle_, place, number));
    }

    void bind(int place, const char* text) override {
        check(database_, sqlite3_bind_text(handle_, place, text, -1, SQLITE_STATIC));
    }

    bool step() override {
        const int result = sqlite3_step(handle_);
        if (result == SQLITE_ROW) return true;
        sqlite3_reset(handle_);
        check(database_, result);
        return false;
    }

    const char* text(int column) override {
        return reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
    }

  private:
    sqlite3* database_;
    sqlite3_stmt* handle_ = nullptr;
};

class SqliteDatabase : public Database {
  public:
    explicit SqliteDatabase(const std::string& path) {
        const int result = sqlite3_open(path.c_str(), &handle_);
        if (result != SQLITE_OK) {
            sqlite3_close(handle_);
            check(nullptr, result);
        }
        sqlite3_busy_handler(handle_, &SqliteDatabase::busy, this);
        execute("PRAGMA foreign_keys=ON");
        execute("PRAGMA cache_size=-16000");  // as much as a sync
    }

    ~SqliteDatabase() override { sqlite3_close(handle_); }

    void execute(const std::string& sql) override {
        check(handle_, sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr));
    }

    std::unique_ptr<Statement> prepare(const std::string& sql) override {
        return std::make_unique<SqliteStatement>(handle_, sql);
    }

    std::size_t rows_per_insert() const override { return 1; }
    std::string begin_writing() const override { return "BEGIN IMMEDIATE"; }
    std::string key_type() const override { return "INTEGER PRIMARY KEY"; }

    double waited_ms() override {
        const double waited = waited_ms_;
        waited_ms_ = 0;
        return waited;
    }

  private:
    // Waits as sqlite3_busy_timeout() does, and remembers how long.
    static int busy(void* self, int calls) {
        static constexpr std::array kDelaysMs = {1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100};
        static constexpr double kTimeoutMs = 5'000;
        auto& waited_ms = static_cast<SqliteDatabase*>(self)->waited_ms_;
        if (waited_ms > kTimeoutMs) return 0;
        const auto begin = Clock::now();
        const auto last = static_cast<int>(kDelaysMs.size()) - 1;
        std::this_thread::sleep_for(
            std::chrono::milliseconds(kDelaysMs[static_cast<std::size_t>(std::min(calls, last))]));
        waited_ms += std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
        return 1;
    }

    sqlite3* handle_ = nullptr;
    double waited_ms_ = 0;
};

}  // namespace

std::unique_ptr<Database> open_sqlite(const std::string& path) {
    return std::make_unique<SqliteDatabase>(path);
}

}  // namespace bench
