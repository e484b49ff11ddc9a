// What a mapping says of a clinic program's database: which tables hold patients and records, what
// their columns mean, how rows belong to patients. Plain data, read by core/database/mapping_file.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/model/value.h"

namespace cfs {

// How the edits of a row are versioned: as a whole (records), or field by field with groups.
enum class Stamping { row, field };

// How a new row gets its local key here, or the value of another column of this database alone.
enum class KeyAllocation {
    automatic,  // the database gives it
    maximum,    // the greatest one and one more, as the clinic program does
    sequence,   // the number in a table of one row and one more, written back
    uuid,       // a random UUID, written as the column's other values are
    copy,       // the key's value; never of the key itself
    natural     // the key's columns are ordinary values that travel
};

// A table of the database, in whatever schema.
struct TableName {
    std::string schema;  // empty: it is found without one
    std::string name;

    TableName(std::string in, std::string table) : schema(std::move(in)), name(std::move(table)) {}
    TableName(std::string table) : name(std::move(table)) {}  // NOLINT: meant to convert
    TableName(const char* table) : name(table) {}             // NOLINT

    [[nodiscard]] std::string text() const;  // for people: "clinic.visit"

    bool operator==(const TableName&) const = default;
};

// Where the last number that was given stands, by the names in this database.
struct Sequence {
    std::string table;
    std::string column;
    std::string schema = {};

    [[nodiscard]] TableName full_name() const { return {schema, table}; }

    bool operator==(const Sequence&) const = default;
};

// A column beside the key whose value belongs to this database alone.
struct LocalColumn {
    std::string column;
    KeyAllocation allocation = KeyAllocation::automatic;
    Sequence sequence;
    // The column in which several rows of another table hold the value, and in which it is counted;
    // without a table there is none.
    Sequence shared_in = {};

    bool operator==(const LocalColumn&) const = default;
};

// What to do with a row whose reference has no target in this database.
enum class MissingPolicy {
    hold,
    null,
    create,  // make the missing row; of lookups only
    plain    // the value travels as it is; only of references that no case is for
};

// Of a reference whose table depends on another column: for which of that one's values it stands.
enum class Case {
    always,
    is,
    starts,
    fits,  // no other column decides: the text holds the key between others, see key_in()
    otherwise
};

// A column that holds the local key of a row in another (or the same) mapped table. Of a column
// that refers to different tables there is one for each case.
struct Reference {
    std::string column;
    std::string table;                // empty: there is no such table (only `otherwise`)
    std::string target;               // the referenced column
    std::optional<std::string> none;  // the value that means "none", such as 0
    MissingPolicy missing = MissingPolicy::hold;
    Case when = Case::always;
    std::string by = {};                   // the column that decides between the cases ...
    std::string value = {};                // ... and what it holds or begins with
    std::string prefix = {}, suffix = {};  // of `fits`: what stands around the key
    // Such a row's own number in the place of a reference: then there is no table.
    std::optional<LocalColumn> number = {};

    bool operator==(const Reference&) const = default;
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
    // Other columns that are given to a row made by `create`.
    std::vector<std::string> copies = {};
    std::string schema = {};

    [[nodiscard]] TableName full_name() const { return {schema, table}; }

    bool operator==(const Lookup&) const = default;
};

// A column that holds the path of a file, whose content travels. Its value in documents is the
// content, as an attachment, and beside it the file's name: see file_name_field().
struct FileColumn {
    std::string column;
    std::string directory;  // below which all files lie: an absolute path of this machine
    std::string prefix;     // what stands before the path below the directory
    std::string path;       // a new file's path below the directory, "{foreign_id}/{name}"

    bool operator==(const FileColumn&) const = default;
};

// One way from a record to its patient; of several the first that is not null counts.
struct Owner {
    std::string column;   // a reference of this table (to the patient or to another record) ...
    std::string through;  // ... or, if not empty, the table whose `column` refers to this row

    bool operator==(const Owner&) const = default;
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
    bool beside = false;  // no column of the table: a lookup's copy, see copied_name()

    bool operator==(const VolatileColumn&) const = default;
};

// A column with the UUID by which the clinic program itself knows the row everywhere.
struct NativeUuid {
    std::string column;
    bool binary = false;  // 16 bytes, not text
    bool fill = false;    // rows that come from elsewhere without one get one

    bool operator==(const NativeUuid&) const = default;
};

// What to do where the database refuses a row since another one has the value of a unique column.
enum class Clash {
    report,     // the row waits
    suffix,     // "12" becomes "12-2"
    regenerate  // the greatest number and one more
};

struct UniqueColumn {
    std::string column;
    Clash clash = Clash::report;
    std::string within;  // numbers are counted among rows that are equal in this column, if any

    bool operator==(const UniqueColumn&) const = default;
};

struct ColumnGroup {
    std::string name;
    std::vector<std::string> columns;

    bool operator==(const ColumnGroup&) const = default;
};

// What a column must hold for the row to be synchronized.
enum class Test { one_of, none_of, null, not_null };

struct Condition {
    std::string column;
    Test test = Test::one_of;
    std::vector<std::string> values;           // NULL is none of them
    std::vector<std::string> beginnings = {};  // of one_of: what it may begin with instead

    bool operator==(const Condition&) const = default;
};

// By which independent databases know the same patient: only where each column is filled and equal.
struct Match {
    std::vector<std::string> columns;  // a strong identifier, such as a national number
    std::vector<std::string> agree;    // what must not contradict, such as the birth date

    bool operator==(const Match&) const = default;
};

struct TableMapping {
    std::string table;      // as documents and the rest of the mapping call it
    std::string name_here;  // as this database calls it; empty: the same
    // As this database calls columns that have another name in documents, by that name.
    std::map<std::string, std::string> columns_here;
    std::string schema;  // empty: it is found without one
    bool patient = false;
    // The clinic program saves by deleting the rows and inserting them anew: a new row with the
    // owner and identity of one deleted since the last sync is that row.
    bool rewritten = false;
    bool insert_only = false;  // rows are never updated, but for references that follow their row
    Stamping stamping = Stamping::row;
    std::vector<std::string> key;
    // No key at all: `key` is one column that several rows share (see content_key.h).
    bool shared_key = false;
    // The order of the keys means something: rows from elsewhere are inserted in the order of
    // theirs.
    bool ordered = false;
    KeyAllocation allocation = KeyAllocation::automatic;
    Sequence sequence;
    std::vector<LocalColumn> locals;
    std::optional<NativeUuid> native_uuid;
    std::optional<Match> match;
    std::vector<std::string> identity;
    std::vector<Owner> owners;
    std::vector<Condition> conditions;  // all must hold
    std::vector<Reference> references;
    std::vector<Lookup> lookups;
    std::vector<FileColumn> files;
    std::vector<ColumnGroup> groups;
    std::vector<VolatileColumn> volatiles;
    std::vector<UniqueColumn> uniques;
    // What a new row holds here in columns of which its document tells nothing that can be written.
    std::map<std::string, std::string> defaults;
    std::set<std::string> skipped;
    std::set<std::string> safety;
    // Of this database: columns in which 12.5 and 12.50 are one value; see are_one_value().
    std::set<std::string> of_one_form;
    // What tells the row to a person who looks at a screen: empty for the identity columns.
    std::vector<std::string> labels;
    std::vector<std::string> patient_labels;  // of a record: what tells its patient
    // Tables of which at most one row is of the same record: that with the record's key in the one
    // column of theirs. What is said of their columns the lists above say, too, by the names that
    // documents have; see part_field().
    std::vector<TableMapping> parts;
    std::string part_of;  // of a part: the record's table

    // In this database.
    [[nodiscard]] TableName full_name() const {
        return {schema, name_here.empty() ? table : name_here};
    }
    // What this database calls a column of the table's own, and back.
    [[nodiscard]] const std::string& column_here(const std::string& column) const;
    [[nodiscard]] const std::string& known_as(const std::string& column_here) const;
    // Is the database's column called as documents call another one of the table?
    [[nodiscard]] bool is_hidden(const std::string& column_here) const;
    // The part that a column, as documents call it, is in; nothing for one of the table's own.
    [[nodiscard]] const TableMapping* part_with(const std::string& column) const;
    // The table that holds such a column, and what it is called there.
    [[nodiscard]] std::pair<const TableMapping*, std::string> place_of(
        const std::string& column) const;
    // The first of the column's references: is it one?
    [[nodiscard]] const Reference* reference(const std::string& column) const;
    // The one that stands for a row with these columns.
    [[nodiscard]] const Reference* reference(const std::string& column,
                                             const std::map<std::string, Value>& row) const;
    // The one to rows of `target`.
    [[nodiscard]] const Reference* reference_to(const std::string& target,
                                                const std::string& column) const;
    [[nodiscard]] const LocalColumn* local(const std::string& column) const;
    // The columns of a row whose values belong to this database alone.
    [[nodiscard]] std::vector<LocalColumn> locals_of(const std::map<std::string, Value>& row) const;
    // May others mean a row with these columns by the one that it holds in `column`? Not where that
    // is the key of another row.
    [[nodiscard]] bool is_meant_by(const std::string& column,
                                   const std::map<std::string, Value>& row) const;
    [[nodiscard]] const Lookup* lookup(const std::string& column) const;
    [[nodiscard]] const FileColumn* file(const std::string& column) const;
    [[nodiscard]] const VolatileColumn* volatile_column(const std::string& column) const;
    // Do the columns of a row, in the database's own terms, fulfil the conditions? A column that is
    // not there fulfils them.
    [[nodiscard]] bool admits(const std::map<std::string, Value>& columns) const;
    [[nodiscard]] bool is_key(const std::string& column) const;
    // Does the key say what a record is? Then rows of two sites under one key are one.
    [[nodiscard]] bool is_known_by_key() const;
    // Is an edited row another one to the database? So it is without a key, too.
    [[nodiscard]] bool is_rewritten() const { return rewritten || shared_key; }
    // Does the column's value travel in documents?
    [[nodiscard]] bool travels(const std::string& column) const;
    // And does it change by nobody's writing but that of people?
    [[nodiscard]] bool is_content(const std::string& column) const;
    // Does this database hold the same for both, whichever of them is written?
    [[nodiscard]] bool are_one_value(const std::string& column, const Value& a,
                                     const Value& b) const;
    // The group that `column` is versioned with: empty for the whole row.
    [[nodiscard]] std::string group_of(const std::string& column) const;

    bool operator==(const TableMapping&) const = default;
};

struct Mapping {
    std::string name;
    std::string family;  // sites of one folder share it
    int version = 1;
    std::vector<TableMapping> tables;  // the patient's first

    [[nodiscard]] const TableMapping* find(const std::string& table) const;
    // The part of that table, of whatever record.
    [[nodiscard]] const TableMapping* find_part(const std::string& table) const;
    [[nodiscard]] const TableMapping* find_table_or_part(const std::string& table) const;
    // The table or part that this one of the database is.
    [[nodiscard]] const TableMapping* find_here(const TableName& table) const;
    // Each table with its parts behind it.
    [[nodiscard]] std::vector<const TableMapping*> tables_and_parts() const;
    [[nodiscard]] const TableMapping& patient_table() const { return tables.front(); }

    bool operator==(const Mapping&) const = default;
};

// Do both say the same of the same documents, whatever the database calls its tables and columns?
[[nodiscard]] bool same_but_for_names(Mapping one, Mapping other);

// A reference to a row that the database does not have stands in a document as this and the text.
// It is no UUID, so no other site takes it for a row.
inline constexpr std::string_view kDangling = "missing:";

// The key that a column's text holds; nothing where it does not fit. And the text that holds a key.
[[nodiscard]] std::optional<std::string> key_in(const Reference& reference,
                                                const std::string& text);
[[nodiscard]] std::string text_with(const Reference& reference, const std::string& key);

// The field in which a row of an ordered table tells the key that it got first.
[[nodiscard]] std::string order_name(const TableMapping& table);

// The field in which the column `copied` of a lookup's row travels beside the column `column`.
[[nodiscard]] std::string copied_name(const std::string& column, const std::string& copied);

// The field in which a part's column travels.
[[nodiscard]] std::string part_field(const TableMapping& part, const std::string& column);
// The field that tells whether the part has a row: kPresent or NULL. It is that of the part's key,
// which is the record's and does not travel.
[[nodiscard]] std::string presence_field(const TableMapping& part);
inline constexpr const char* kPresent = "1";

// The field in which the name of a file travels beside the column that holds its path.
[[nodiscard]] std::string file_name_field(const std::string& column);
// Do these columns of a row, as documents call them, tell another content or name?
[[nodiscard]] bool tells_file(const std::map<std::string, Value>& columns, const FileColumn& file);

// Is the value of a file column the content of a file? Else it is a text like any other.
[[nodiscard]] bool is_file_content(const Value& value);

}  // namespace cfs
