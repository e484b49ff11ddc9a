// What differs between database systems: the catalogue, reading and writing values exactly,
// triggers. One implementation a system.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/database/catalogue.h"
#include "core/database/sql_session.h"
#include "core/model/mapping.h"
#include "core/model/value.h"

namespace cfs {

struct ColumnInfo {
    std::string name;
    std::string type;  // as declared
    bool not_null = false;
    bool keeps_type = true;     // does the column restore a number from its text?
    bool holds_reals = false;   // is the number that it restores a double?
    std::string declared = {};  // the type with its length and the like, where `type` lacks them
    std::optional<std::string> default_value = {};  // where it is a plain value
    bool computes_default = false;  // the database fills it with what differs from row to row
    bool numbers_rows = false;      // SQLite: it is another name of the number that each row has
    bool one_form = false;          // of numbers or times: 12.5 and 12.50 are one value in it
};

struct TableInfo {
    std::string name;
    std::vector<ColumnInfo> columns;
    std::vector<std::string> primary_key;
    bool partitioned = false;  // its rows are those of other tables
    // Columns that the database computes from others: nobody writes them, and no document has them.
    std::vector<std::string> computed = {};

    [[nodiscard]] const ColumnInfo* find(const std::string& column) const;
    [[nodiscard]] bool computes(const std::string& column) const;
};

// An expression to put into a statement and what to bind to it.
struct WriteExpression {
    std::string sql;
    SqlParameter parameter;
};

// A condition to put into a statement and what to bind to it.
struct SqlCondition {
    std::string sql;
    SqlParameters parameters;
};

// Values of a column that can't be read exactly, or mean nothing in another database.
struct Unreadable {
    std::string condition;  // true for a row that holds one
    std::string what;       // "are of the type oid, ..."
    bool by_type = false;   // all of them are: it is told of a column without a value, too
};

// In cfs_journal, the operation of a note without a key: the table had no such column just then.
inline constexpr const char* kKeyUnknown = "?";

class Backend {
  public:
    virtual ~Backend() = default;

    // Connects; a database that does not exist is not created. `name` is what messages call it.
    [[nodiscard]] virtual std::unique_ptr<SqlSession> connect() = 0;
    [[nodiscard]] virtual std::string name() const = 0;
    // The file of an embedded database; empty for a server.
    [[nodiscard]] virtual std::string file() const = 0;

    [[nodiscard]] virtual std::string quote(const std::string& identifier) const = 0;
    // The table's name as a statement needs it.
    [[nodiscard]] std::string quote_table(const TableName& table) const;
    // The same where rows are read, updated or counted: the table's own, without those of tables
    // that inherit from it.
    [[nodiscard]] virtual std::string own_rows(const TableName& table,
                                               const TableInfo& info) const {
        (void)info;
        return quote_table(table);
    }
    // Nothing if there is no such table.
    [[nodiscard]] virtual std::optional<TableInfo> describe(SqlSession& session,
                                                            const TableName& table) = 0;
    // Those of a schema, or those that are found without one.
    [[nodiscard]] virtual std::vector<std::string> tables(SqlSession& session,
                                                          const std::string& schema = {}) = 0;
    // The schemas that a table may be in; none where the system has none.
    [[nodiscard]] virtual std::vector<std::string> schemas(SqlSession& session) {
        (void)session;
        return {};
    }
    // The one that our own tables are in; empty where the system has none.
    [[nodiscard]] virtual std::string own_schema() const { return {}; }
    // All that the database says of these tables; the rows are not looked at.
    [[nodiscard]] virtual Catalogue catalogue(SqlSession& session,
                                              const std::string& schema = {}) = 0;

    // Throws mapping_table where what is written to the table can't be undone.
    virtual void require_undoable(SqlSession& session, const TableName& table) {
        (void)session, (void)table;
    }
    // Are these two names of one table?
    [[nodiscard]] virtual bool is_same_table(SqlSession& session, const TableName& one,
                                             const TableName& other) {
        (void)session;
        return one == other;
    }
    // Are the rows of `part` rows of `whole`, a partitioned table, too?
    [[nodiscard]] virtual bool is_partition(SqlSession& session, const TableName& part,
                                            const TableName& whole) {
        (void)session, (void)part, (void)whole;
        return false;
    }
    // Does another enabled database note the changes of this table? Both would take its rows for
    // different ones.
    [[nodiscard]] virtual bool is_noted_elsewhere(SqlSession& session, const TableName& table) {
        (void)session, (void)table;
        return false;
    }

    // Begins a transaction that may write, whose commit waits for nobody, and all of whose reads
    // see the database at one moment, that of the first. It waits for no lock long enough to be in
    // anybody's way.
    [[nodiscard]] virtual std::string begin_statement() const = 0;
    // Begins one that only reads, for a moment; empty where each statement costs less by itself.
    [[nodiscard]] virtual std::string begin_reading() const { return {}; }
    // What a SELECT of one row ends with that locks the row and reads it as it is committed now;
    // empty where no transaction can write over what others committed after it began.
    [[nodiscard]] virtual std::string row_lock() const { return {}; }

    // What such a SELECT ends with that also keeps others from writing to the row, for a record of
    // which another row is written; empty where a transaction that writes is alone.
    [[nodiscard]] virtual std::string write_lock() const { return row_lock(); }

    // An expression that gives the column's value as tagged text, and what that text means.
    [[nodiscard]] virtual std::string read_expression(const ColumnInfo& column) const = 0;
    [[nodiscard]] virtual Value value_of(const std::optional<std::string>& tagged,
                                         const ColumnInfo& column) const = 0;
    [[nodiscard]] virtual std::vector<Unreadable> unreadable(const ColumnInfo& column) const = 0;
    [[nodiscard]] virtual WriteExpression write_expression(
        const Value& value, const ColumnInfo& column, const std::string& placeholder) const = 0;
    // A condition that the column holds what read_expression() gave, byte for byte; NULL is NULL.
    [[nodiscard]] virtual SqlCondition holds(const ColumnInfo& column,
                                             const std::optional<std::string>& tagged,
                                             const std::string& placeholder) const = 0;
    // An UPDATE of one row of those that fulfil the condition. `rows` is the table as a statement
    // names it.
    [[nodiscard]] virtual std::string update_one(const std::string& rows,
                                                 const std::string& assignments,
                                                 const std::string& condition) const = 0;
    // A condition that the column is one of the texts; its placeholders begin with :p0.
    [[nodiscard]] virtual SqlCondition is_one_of(const ColumnInfo& column,
                                                 const std::vector<std::string>& texts) const = 0;
    // An expression of a whole number of 64 bits that depends on every byte of what a row holds in
    // these columns, so that the sum over a table tells whether any row of it has changed. NULL
    // where a row is too large for it; empty where the system has none.
    [[nodiscard]] virtual std::string content_number(const std::vector<ColumnInfo>& columns) const {
        (void)columns;
        return {};
    }
    [[nodiscard]] virtual std::string present_time() const = 0;
    // An expression for the server's time as to_text(Time) writes it; empty where there is no
    // server.
    [[nodiscard]] virtual std::string server_time() const { return {}; }

    // Inserts one row of the clinic program's and returns the key that the database gave to it.
    virtual std::string insert(SqlSession& session, const std::string& statement,
                               const SqlParameters& parameters, const ColumnInfo& key) = 0;

    // A number that the database gives to a new row of the table in this column, to this one and to
    // no other, whether the row stays or not; nothing where it gives none there.
    virtual std::optional<std::string> next_number(SqlSession& session, const TableName& table,
                                                   const std::string& column) {
        (void)session, (void)table, (void)column;
        return std::nullopt;
    }
    // Does it give any?
    [[nodiscard]] virtual bool gives_numbers(SqlSession& session, const TableName& table,
                                             const std::string& column) {
        (void)session, (void)table, (void)column;
        return false;
    }

    // Does a statement that creates or drops something commit the transaction that it is in? Then
    // several are safe only if every state between them is.
    [[nodiscard]] virtual bool definitions_commit() const { return false; }

    // The statements that create our own tables (see own_tables.h), and the names of these.
    [[nodiscard]] virtual std::vector<std::string> create_tables() const = 0;
    [[nodiscard]] virtual std::vector<std::string> own_tables() const = 0;
    // Puts a temporary table of this connection, with the same rows, before one of our own; and
    // takes it away.
    virtual void shadow(SqlSession& session, const std::string& table) = 0;
    virtual void unshadow(SqlSession& session, const std::string& table) = 0;
    // The names by which that temporary table and our own are there side by side from now on.
    virtual std::pair<std::string, std::string> beside_shadow(SqlSession& session,
                                                              const std::string& table) = 0;
    // These of our own tables, or the clinic program's, have grown a lot: a database system that
    // plans its queries by what it once knew of the tables' sizes looks at them again.
    virtual void gather_statistics(SqlSession& session, const std::vector<std::string>& tables) {
        (void)session, (void)tables;
    }

    // Triggers on one mapped table that note each change in cfs_journal, but for those of our own
    // connection between the statements below. An insert also notes 16 random bytes in hexadecimal
    // digits, of which the row's UUID is made: a backup or a clone of the database then knows the
    // row by the same UUID, synced or not. A change of a part is noted as an update of its record.
    // They bear the table's name in documents and go with it when the clinic program renames it.
    // Where a column of the key is gone the clinic program's write goes on and the note says
    // kKeyUnknown (SQLite refuses to drop the column).
    [[nodiscard]] virtual std::vector<std::string> create_triggers(const TableMapping& table,
                                                                   const TableInfo& info) const = 0;
    [[nodiscard]] virtual std::vector<std::string> drop_triggers(
        const TableMapping& table) const = 0;
    // The same of all that the database has, of whatever mapping.
    [[nodiscard]] virtual std::vector<std::string> drop_all_triggers(SqlSession& session) = 0;
    // Are all of these triggers there, as created?
    [[nodiscard]] virtual bool has_triggers(SqlSession& session, const TableMapping& table,
                                            const TableInfo& info) = 0;
    // Inside a transaction, which ends with them. Where it is undone they may last until the next
    // end_own_writes(): a connection of ours writes to the clinic program's tables nowhere else.
    [[nodiscard]] virtual std::string begin_own_writes() const = 0;
    [[nodiscard]] virtual std::string end_own_writes() const = 0;
};

// The connection with an absolute path, so that it means the same wherever the program is started.
[[nodiscard]] std::string absolute_connection(const std::string& connection);

// Is the database on a server, which may ask for a password? Else it is a file.
[[nodiscard]] bool is_on_server(const std::string& connection);

// The back end of a connection string: "sqlite3://path", or "mysql://" or "postgresql://" and the
// options of a connection, of which none is a password; throws usage for any other.
[[nodiscard]] std::unique_ptr<Backend> make_backend(const std::string& connection,
                                                    const std::string& password = {});

// The value that a column's default stands for, as the catalogue words it: 0, 'x', 'x'::text;
// nothing for NULL and for what is computed.
[[nodiscard]] std::optional<std::string> plain_default(const std::optional<std::string>& words);
// Is it computed: a time, a UUID?
[[nodiscard]] bool is_computed(const std::optional<std::string>& default_words);

// What stands in a statement for the parameter of this number.
[[nodiscard]] std::string placeholder(std::size_t number);

[[nodiscard]] std::string joined(const std::vector<std::string>& parts, const char* between);

// Between two marks, with those inside doubled: an identifier, or a text as a literal.
[[nodiscard]] std::string quoted(const std::string& text, char mark);

// What one is_one_of() takes at most.
inline constexpr std::size_t kChunk = 400;
template <class Visit>
void for_each_chunk(const std::vector<std::string>& items, Visit visit) {
    for (std::size_t at = 0; at < items.size(); at += kChunk) {
        const auto end = std::min(items.size(), at + kChunk);
        visit(std::vector<std::string>(items.begin() + static_cast<std::ptrdiff_t>(at),
                                       items.begin() + static_cast<std::ptrdiff_t>(end)));
    }
}

// A condition that the column (already quoted) is one of the parameters, of which there are some.
[[nodiscard]] SqlCondition in_list(const std::string& column, SqlParameters parameters);

// A condition on one of our own tables: rows about these keys of a table of the clinic program.
[[nodiscard]] SqlCondition about_keys(const Backend& backend, const std::string& table,
                                      const std::vector<std::string>& keys);

// The texts as a JSON array.
[[nodiscard]] std::string json_array(const std::vector<std::string>& texts);

// One text for a key of several columns, and back to `count` parts.
[[nodiscard]] std::string join_key(const std::vector<std::string>& parts);
[[nodiscard]] std::vector<std::string> split_key(const std::string& key, std::size_t count);

}  // namespace cfs
