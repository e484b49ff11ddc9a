// SQLite databases in memory that several connections share, with real locks: SQLite's own "memdb"
// file system, made the default one, so that the program opens them as it opens files.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace cfs::simulation {

// Must run before any database is opened.
void use_memory_databases();

// What SQLite's random() and randomblob() give from here on.
void seed_database_randomness(std::uint64_t seed);

// A regular file (the program checks that) whose name a database in memory bears.
[[nodiscard]] std::string database_path(const std::string& name);
void remove_database_paths();

using Cell = std::optional<std::string>;
using TextRow = std::vector<Cell>;

// A connection of the clinic program; also how the simulation looks into a database, past the core.
class Connection {
  public:
    explicit Connection(const std::string& path);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // False where the database refuses (busy, constraint, trigger); nothing is changed then.
    [[nodiscard]] bool execute(const std::string& sql, const TextRow& parameters = {});
    [[nodiscard]] std::vector<TextRow> rows(const std::string& sql, const TextRow& parameters = {});
    // May it read and write now, or is another connection in a transaction?
    [[nodiscard]] bool is_free();

    // The file's bytes, and these put in its place while nobody is in a transaction. Statements
    // stay prepared, in all connections: a snapshot must have the schema of the database it
    // replaces.
    [[nodiscard]] std::string snapshot();
    void restore(std::string snapshot);

    // Changes with whatever any connection commits.
    [[nodiscard]] std::string stamp();

  private:
    [[nodiscard]] sqlite3_stmt* prepared(const std::string& sql);
    bool run(const std::string& sql, const TextRow& parameters,
             const std::function<void(const TextRow&)>& visit);

    sqlite3* handle_ = nullptr;
    std::uint64_t restored_ = 0;
    std::unordered_map<std::string, sqlite3_stmt*> statements_;
};

}  // namespace cfs::simulation
