// What the clinic program's tables looked like at the last sync, to say what has changed since.
// Pure; kept as a text in the database.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/database/mapping_fit.h"
#include "core/model/ids.h"

namespace cfs {

struct KnownColumn {
    std::string name, type;
    bool not_null = false;
    bool gone = false;  // was there once

    bool operator==(const KnownColumn&) const = default;
};

struct KnownTable {
    std::vector<KnownColumn> columns;
    bool gone = false;
    bool waits = false;  // its rows could not be read

    bool operator==(const KnownTable&) const = default;
};

using KnownSchema = std::map<std::string, KnownTable>;

// Of the mapped tables all columns but those that are left out, of lookups those that are named.
[[nodiscard]] KnownSchema known_schema(const Mapping& whole, const DescribedTables& described,
                                       const MappingFit& fit);

[[nodiscard]] std::string to_text(const KnownSchema& schema);
[[nodiscard]] KnownSchema known_schema_from_text(std::string_view text);

struct SchemaChange {
    enum class What {
        table_gone,
        table_back,      // with its rows, or others
        table_readable,  // it was there; what it needs is back
        column_gone,
        column_new,
        column_back,
        column_made_anew,  // dropped and added between two syncs, or moved
        column_retyped
    };
    What what;
    std::string table;
    std::string column = {};
    std::string before = {}, now = {};  // of column_retyped

    bool operator==(const SchemaChange&) const = default;
};

// What is different; `known` becomes what is there now and what was there once.
[[nodiscard]] std::vector<SchemaChange> learn(KnownSchema& known, const KnownSchema& now);

// Columns whose values were given another form or made anew by the database, and tables that came
// back, until all patients are synced.
struct Renewed {
    std::set<std::pair<std::string, std::string>> columns;
    std::set<std::string> tables;
    std::set<PatientId> patients;  // of whom that holds still; empty: of all
    bool any = false;              // something changed, be it neither of these

    [[nodiscard]] bool concerns(const std::set<PatientId>& these) const;

    bool operator==(const Renewed&) const = default;
};

void add(Renewed& renewed, const std::vector<SchemaChange>& changes);
[[nodiscard]] std::string to_text(const Renewed& renewed);
[[nodiscard]] Renewed renewed_from_text(std::string_view text);

}  // namespace cfs
