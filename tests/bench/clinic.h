// The clinic of the benchmark: a SQLite database with patients and twenty records of twelve columns
// for each, the same for the same number of patients on every machine.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace bench {

struct Table {
    const char* name;
    int rows_per_patient;
    std::vector<const char*> columns;  // the key, then the patient's key (but for the patient)
};

[[nodiscard]] const std::vector<Table>& tables();  // the patient's first
[[nodiscard]] const char* schema();                // CREATE TABLE and CREATE INDEX

// Throws what SQLite says.
void check(sqlite3* database, int result);

class Database {
  public:
    explicit Database(const std::string& path);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    void execute(const std::string& sql);
    [[nodiscard]] sqlite3* handle() const { return handle_; }

  private:
    sqlite3* handle_ = nullptr;
};

class Statement {
  public:
    Statement(Database& database, const std::string& sql);
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    void bind(int index, std::int64_t number);
    void bind(int index, const std::string& text);
    void bind_null(int index);
    [[nodiscard]] bool step();  // a row has come
    void run();                 // to its end, then ready for the next
    [[nodiscard]] sqlite3_stmt* handle() const { return handle_; }

  private:
    Database& database_;
    sqlite3_stmt* handle_ = nullptr;
};

// Fills a new database; `first` is the number of the first patient, so that two clinics can have
// different ones.
void make_clinic(const std::string& path, std::int64_t patients, std::int64_t first);

// As the clinic program would: one visit of every `every`-th patient gets another note, all in one
// transaction. Returns how many.
std::int64_t edit_clinic(const std::string& path, std::int64_t every, const std::string& note);

}  // namespace bench
