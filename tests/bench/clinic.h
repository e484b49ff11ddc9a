// The clinic of the benchmark: patients with twenty records of twelve columns each, the same for
// the same number of patients on every machine and in every system.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "database.h"

namespace bench {

enum class Kind { key, patient, birth_date, date, moment, name, words, sex, number };

struct Column {
    const char* name;
    Kind kind;
};

struct Table {
    const char* name;
    int rows_per_patient;
    std::vector<Column> columns;  // the key, then the patient's key (but for the patient)
    std::size_t mapped;           // so many of them, the first, are synchronized (bench.xml)
};

[[nodiscard]] const std::vector<Table>& tables();  // the patient's first

// The names of the first `count` columns, apart by commas.
[[nodiscard]] std::string names_of(const Table& table, std::size_t count);

void create_tables(Database& database);

// Rows of one table that are gathered and then inserted: where a statement travels to a server,
// many by one.
class Inserter {
  public:
    using Value = std::pair<bool, std::string>;  // is it there; the text

    Inserter(Database& database, const Table& table, std::size_t columns);

    // The next row's values in the order of the columns, to be filled before the next call.
    [[nodiscard]] std::vector<Value>& add();
    void insert();  // what was added

  private:
    [[nodiscard]] std::unique_ptr<Statement> prepare(std::size_t rows) const;
    void insert(Statement& statement, std::size_t from, std::size_t rows);

    Database& database_;
    const Table& table_;
    std::size_t columns_;
    std::vector<std::vector<Value>> rows_;
    std::size_t added_ = 0;
    std::size_t at_once_;
    std::unique_ptr<Statement> many_;
    std::unique_ptr<Statement> one_;
};

// Fills a new database.
void make_clinic(Database& database, std::int64_t patients);

// As the clinic program would: one visit of every `every`-th patient gets another note, all in one
// transaction. Returns how many.
std::int64_t edit_clinic(Database& database, std::int64_t every, const std::string& note);

}  // namespace bench
