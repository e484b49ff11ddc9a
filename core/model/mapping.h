// What a mapping says of a clinic program's database: which tables hold patients and records, what
// their columns mean, how rows belong to patients. Plain data, read by core/database/mapping_file.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/model/value.h"

namespace cfs {

// How the edits of a row are versioned: as a whole (records), or field by field with groups.
enum class Stamping { row, field };

// How a new row gets its local key here.
enum class KeyAllocation {
    automatic,  // the database gives it
    maximum,    // the greatest one and one more, as the clinic program does
    natural     // the key's columns are ordinary values that travel
};

// What to do with a row whose reference has no target in this database.
enum class MissingPolicy { hold, null };

// A column that holds the local key of a row in another (or the same) mapped table.
struct Reference {
    std::string column;
    std::string table;
    std::string target;               // the referenced column
    std::optional<std::string> none;  // the value that means "none", such as 0
    MissingPolicy missing = MissingPolicy::hold;
};

// A column that holds the local key of a row in a table that is not synchronized; it travels as
// that row's natural key.
struct Lookup {
    std::string column;
    std::string table;
    std::string target;           // the referenced column
    std::vector<std::string> by;  // the natural key's columns
    std::optional<std::string> none;
    MissingPolicy missing = MissingPolicy::hold;
};

// One way from a record to its patient; of several the first that is not null counts.
struct Owner {
    std::string column;   // a reference of this table (to the patient or to another record) ...
    std::string through;  // ... or, if not empty, the table whose `column` refers to this row
};

// A column that the clinic program changes by itself: never an edit, never a conflict.
enum class VolatileWrite {
    skip,      // never travels, never written
    set,       // travels with the row's other changes
    now,       // set to the present time when we write the row
    increment  // increased by one when we write the row (a row version)
};

struct VolatileColumn {
    std::string column;
    VolatileWrite write = VolatileWrite::skip;
};

struct ColumnGroup {
    std::string name;
    std::vector<std::string> columns;
};

// What a column must hold for the row to be synchronized.
enum class Test { one_of, none_of, null, not_null };

struct Condition {
    std::string column;
    Test test = Test::one_of;
    std::vector<std::string> values;  // NULL is none of them
};

struct TableMapping {
    std::string table;
    bool patient = false;
    // The clinic program saves by deleting the rows and inserting them anew: a new row with the
    // owner and identity of one deleted since the last sync is that row.
    bool rewritten = false;
    Stamping stamping = Stamping::row;
    std::vector<std::string> key;
    KeyAllocation allocation = KeyAllocation::automatic;
    std::vector<std::string> identity;
    std::vector<Owner> owners;
    std::vector<Condition> conditions;  // all must hold
    std::vector<Reference> references;
    std::vector<Lookup> lookups;
    std::vector<ColumnGroup> groups;
    std::vector<VolatileColumn> volatiles;
    std::set<std::string> skipped;
    std::set<std::string> safety;

    [[nodiscard]] const Reference* reference(const std::string& column) const;
    [[nodiscard]] const Lookup* lookup(const std::string& column) const;
    [[nodiscard]] const VolatileColumn* volatile_column(const std::string& column) const;
    // Do the columns of a row, in the database's own terms, fulfil the conditions? A column that is
    // not there fulfils them.
    [[nodiscard]] bool admits(const std::map<std::string, Value>& columns) const;
    [[nodiscard]] bool is_key(const std::string& column) const;
    // Does the column's value travel in documents?
    [[nodiscard]] bool travels(const std::string& column) const;
    // The group that `column` is versioned with: empty for the whole row.
    [[nodiscard]] std::string group_of(const std::string& column) const;
};

struct Mapping {
    std::string name;
    std::string family;  // sites of one folder share it
    int version = 1;
    std::vector<TableMapping> tables;  // the patient's first

    [[nodiscard]] const TableMapping* find(const std::string& table) const;
    [[nodiscard]] const TableMapping& patient_table() const { return tables.front(); }
};

}  // namespace cfs
