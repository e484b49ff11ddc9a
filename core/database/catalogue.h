// What a database says of itself: tables, columns, keys, and a look at the rows. Plain data, read
// by one function a back end: of a database that has no mapping yet, and to check one. No table of
// our own (cfs_) is in it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/database/sql_session.h"

namespace cfs {

enum class ColumnKind { integer, number, text, time, boolean, binary, other };

// What the first rows of a table hold in a column.
struct ColumnFacts {
    std::int64_t filled = 0;    // rows that are not NULL
    std::int64_t distinct = 0;  // by their first characters; 0 where they were not compared
    std::int64_t zeros = 0;     // rows that hold 0
    std::int64_t empty = 0;     // rows that hold an empty text
    // Some of the values, cut: patients' own, so they may be judged but never shown.
    std::vector<std::string> samples;
};

struct CatalogueColumn {
    std::string name;
    std::string type;  // as declared
    ColumnKind kind = ColumnKind::other;
    bool not_null = false;
    bool automatic = false;      // the database gives it: auto-increment, identity, serial
    bool set_on_update = false;  // the database sets it at each change
    bool generated = false;      // computed from other columns
    std::optional<std::string> default_value = {};
    ColumnFacts facts = {};
};

struct ForeignKey {
    std::vector<std::string> columns;
    std::string table;  // in the same schema; keys that lead out of it are left out
    std::vector<std::string> targets;
};

struct CatalogueTable {
    std::string name;
    std::vector<CatalogueColumn> columns = {};
    std::vector<std::string> primary_key = {};
    std::vector<std::vector<std::string>> unique_keys = {};  // without the primary key
    std::vector<ForeignKey> foreign_keys = {};
    std::int64_t rows = 0;    // how many there are, counted up to 100,000
    std::int64_t looked = 0;  // how many of them the facts are of

    [[nodiscard]] const CatalogueColumn* find(const std::string& column) const;
    // Does a constraint forbid that two rows hold the same in `column`?
    [[nodiscard]] bool is_unique(const std::string& column) const;
};

// How the database spells what a question about rows needs.
struct CatalogueDialect {
    char quote = '"';
    std::string text = "TEXT";  // the type to which a value is cast to read it

    [[nodiscard]] std::string quoted(const std::string& identifier) const;
    [[nodiscard]] std::string as_text(const std::string& expression) const;
};

struct Catalogue {
    std::vector<CatalogueTable> tables = {};
    CatalogueDialect dialect = {};

    [[nodiscard]] const CatalogueTable* find(const std::string& table) const;
};

// Of the values of one column (not NULL, 0 or empty), how many of those looked at stand in another.
struct Overlap {
    std::int64_t looked = 0;
    std::int64_t found = 0;
};

// Fills rows, looked and facts of each table from its first rows.
void look_at_rows(SqlSession& session, Catalogue& catalogue);

[[nodiscard]] Overlap overlap_of(SqlSession& session, const Catalogue& catalogue,
                                 const CatalogueTable& table, const CatalogueColumn& column,
                                 const CatalogueTable& target,
                                 const CatalogueColumn& target_column);

}  // namespace cfs
