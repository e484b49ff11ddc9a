// What of a mapping a database has now: the clinic program may have changed its tables since the
// mapping was checked. What is missing waits, all else is synced.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/database/backend.h"
#include "core/model/mapping.h"

namespace cfs {

// What the catalogue says of the tables that a mapping names, lookups and sequences among them, by
// their full names as text; of those that are not there nothing.
using DescribedTables = std::map<std::string, TableInfo>;
[[nodiscard]] DescribedTables describe_tables(const Mapping& mapping, Backend& backend,
                                              SqlSession& session);

// A table whose rows can't be read as the mapping says.
struct WaitingTable {
    std::string table;
    std::string column;   // the one that is missing; empty where a table is
    std::string because;  // the table that lacks it or is missing; empty: it is this one
    std::string lacking;  // what the database calls that one
};

struct MappingFit {
    Mapping mapping;                    // of the tables and columns that are there
    std::vector<WaitingTable> waiting;  // the others, as in the mapping
    // By table, columns that are there and whose values mean something that is not: they are
    // neither read nor written.
    std::map<std::string, std::map<std::string, MissingPolicy>> closed;

    [[nodiscard]] bool waits(const std::string& table) const;
    // The patients' own, if it is one of them.
    [[nodiscard]] const WaitingTable* waiting_patients() const;
};

// What is missing, what waits because of it and what to do.
[[nodiscard]] std::string sentence_of(const WaitingTable& table, const MappingFit& fit,
                                      const std::string& database);

// Notes which columns have one form in this database.
void learn_forms(Mapping& mapping, const DescribedTables& described);

// Where the patients' table waits the mapping stays whole: nothing can be synced then.
[[nodiscard]] MappingFit fit_mapping(const Mapping& whole, const DescribedTables& described);

}  // namespace cfs
