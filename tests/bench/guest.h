// What a guest in the clinic program's database can't do without, by plain code: short turns at its
// lock, and notes of its own on which row is which and what was agreed last. SQLite only.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "database.h"

namespace bench {

// Rows by their ids and by their keys, documents, and files; written inside a turn.
class GuestNotes {
  public:
    explicit GuestNotes(Database& database);  // makes the tables where they are missing

    void note_row(const std::string& id, const std::string& table, const std::string& key,
                  const std::string& patient);
    void note_patient(const std::string& patient, const std::string& document);
    void note_file(const std::string& path);

  private:
    std::unique_ptr<Statement> row_, key_, patient_, file_;
};

// Transactions that hold the lock for as long as a sync's may, with gaps as long as its are. How
// much fits into one is learnt from those before.
class Turns {
  public:
    explicit Turns(Database& database) : database_(database) {}

    [[nodiscard]] std::size_t fitting() const { return fitting_; }
    // Waits for the end of the gap, in which other work may have been done; `work` is on
    // fitting() patients.
    void take(const std::function<void()>& work);

  private:
    using Clock = std::chrono::steady_clock;

    Database& database_;
    std::size_t fitting_ = 10;
    Clock::time_point free_since_ = {};
};

}  // namespace bench
