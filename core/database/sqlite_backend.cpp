#include "core/database/sqlite_backend.h"

#include <algorithm>
#include <boost/filesystem.hpp>
#include <cctype>
#include <charconv>
#include <map>

#include "core/database/lock_times.h"
#include "core/database/own_tables.h"
#include "core/database/real_text.h"
#include "core/database/sql_driver.h"
#include "core/database/sqlite_catalogue.h"
#include "core/database/table_copy.h"
#include "core/model/digest.h"
#include "core/model/text.h"

namespace cfs {

namespace {

// How long we wait for the clinic program's locks at one stretch: while SQLite waits for readers to
// end it keeps new ones and every writer out.
constexpr int kStretchMs = 10;

// Texts are compared byte by byte in any column; names and sizes are not checked.
OwnTypes own_types() {
    OwnTypes types;
    for (auto* type : {&types.id, &types.name, &types.key, &types.path, &types.text}) {
        *type = "TEXT";
    }
    types.number = "INTEGER";
    types.serial = "INTEGER PRIMARY KEY";
    types.clustered = " WITHOUT ROWID";
    return types;
}

// A row in it keeps the triggers silent; only whoever holds the database's lock can put it there.
constexpr const char* kOwnWrite = "cfs_own_write";

std::string quoted_option(const std::string& text) {
    // SOCI reads its options up to the closing quote and knows no escape.
    return "dbname=\"" + text + "\"";
}

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

enum class Affinity { none, text, number };

// By the rules of sqlite.org/datatype3.html section 3.1; none leaves every value as it was bound.
Affinity affinity_of(std::string type) {
    std::transform(type.begin(), type.end(), type.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    if (type == "ANY") return Affinity::none;  // the type of no type in a STRICT table
    if (contains(type, "INT")) return Affinity::number;
    for (const char* part : {"CHAR", "CLOB", "TEXT"}) {
        if (contains(type, part)) return Affinity::text;
    }
    return type.empty() || contains(type, "BLOB") ? Affinity::none : Affinity::number;
}

std::string real_text(const std::string& digits) {
    if (digits == "Inf") return kInfinity;
    if (digits == "-Inf") return kMinusInfinity;
    return shortest_real(digits);
}

double number_of(const std::string& text) {
    if (text == kInfinity) return std::numeric_limits<double>::infinity();
    if (text == kMinusInfinity) return -std::numeric_limits<double>::infinity();
    double number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

// The double that a text means which only a double can hold; integers and other texts are bound as
// they are.
std::optional<double> real_of(const std::string& text) {
    const bool signed_zero = text == "-0";
    if (!signed_zero && text.find_first_of(".eE") == std::string::npos) return std::nullopt;
    if (text == kInfinity || text == kMinusInfinity) return number_of(text);
    double number = 0;
    const auto* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, number);
    if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
    return number;
}

// SQLite 3.40 reads some texts of 15 digits and more one unit off: a double is bound as it is.
WriteExpression as_real(double number, const std::string& placeholder) {
    SqlParameter parameter(std::nullopt);
    parameter.real = number;
    return {"CAST(" + placeholder + " AS REAL)", parameter};
}

class SqliteBackend : public Backend {
  public:
    explicit SqliteBackend(std::string path) : path_(std::move(path)) {}

    std::unique_ptr<SqlSession> connect() override {
        check_file();
        auto session =
            std::make_unique<SqlSession>(make_sqlite_driver(), quoted_option(path_), path_);
        session->execute("PRAGMA busy_timeout=" + std::to_string(kStretchMs));
        session->set_patience(kLockPatience);
        session->execute("PRAGMA foreign_keys=ON");
        // REPLACE by the clinic program's connection is its own affair; ours never replaces.
        session->execute("PRAGMA recursive_triggers=ON");
        session->execute("PRAGMA cache_size=-16000");
        // What undoes a part of a transaction: a few pages.
        session->execute("PRAGMA temp_store=MEMORY");
        return session;
    }

    std::string name() const override { return path_; }
    std::string file() const override { return path_ == ":memory:" ? std::string() : path_; }

    std::string quote(const std::string& identifier) const override {
        return quoted(identifier, '"');
    }

    std::optional<TableInfo> describe(SqlSession& session, const TableName& table) override {
        TableInfo info{table.name, {}, {}};
        if (!table.schema.empty()) return std::nullopt;
        std::map<int, std::string> key;  // by position
        session.query(
            "SELECT name, type, \"notnull\", pk, dflt_value, hidden FROM pragma_table_xinfo(:p0) "
            "WHERE hidden <> 1",
            {table.name}, [&](const SqlRow& row) {
                if (row[5] != "0") {
                    info.computed.push_back(row[0].value_or(""));
                    return;
                }
                const auto type = row[1].value_or("");
                const auto affinity = affinity_of(type);
                info.columns.push_back({row[0].value_or(""),
                                        type,
                                        row[2] == "1",
                                        affinity != Affinity::none,
                                        affinity == Affinity::number,
                                        {},
                                        plain_default(row[4]),
                                        is_computed(row[4])});
                info.columns.back().one_form = affinity == Affinity::number;
                if (row[3] != "0") key.emplace(std::stoi(*row[3]), *row[0]);
            });
        if (info.columns.empty()) return std::nullopt;
        for (const auto& [position, column] : key) info.primary_key.push_back(column);
        mark_row_number(session, table, info);
        return info;
    }

    std::vector<std::string> tables(SqlSession& session, const std::string& schema) override {
        std::vector<std::string> names;
        if (!schema.empty()) return names;
        session.query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name", {},
                      [&](const SqlRow& row) { names.push_back(*row[0]); });
        return names;
    }

    Catalogue catalogue(SqlSession& session, const std::string& schema) override {
        return schema.empty() ? read_sqlite_catalogue(session) : Catalogue{};
    }

    // Exclusive at once: a commit that had to wait for a long query of the clinic program would
    // keep out its other queries and its writers meanwhile. With a write-ahead log it is the same
    // as IMMEDIATE, and nobody who reads ever waits.
    std::string begin_statement() const override { return "BEGIN EXCLUSIVE"; }
    // Each lock is taken by several calls of the system.
    std::string begin_reading() const override { return "BEGIN"; }

    std::string read_expression(const ColumnInfo& column) const override {
        const auto c = quote(column.name);
        return "CASE typeof(" + c + ") WHEN 'text' THEN 't'||" + c + " WHEN 'integer' THEN 'i'||" +
               c + " WHEN 'real' THEN 'r'||printf('%!.20g'," + c +
               ") WHEN 'blob' THEN 'b'||lower(hex(" + c + ")) END";
    }

    Value value_of(const std::optional<std::string>& tagged,
                   const ColumnInfo& column) const override {
        if (!tagged) return null_value();
        const char tag = tagged->front();
        auto text = tagged->substr(1);
        if (tag == 'b') return {ValueKind::binary, false, from_hex(text).value()};
        if (tag == 'r') text = real_text(text);
        if (tag == 't' || column.keeps_type) return text_value(std::move(text));
        return {tag == 'r' ? ValueKind::real : ValueKind::integer, false, std::move(text)};
    }

    // A value of another storage class than the column's type gives: it came before the type.
    std::vector<Unreadable> unreadable(const ColumnInfo& column) const override {
        if (!column.keeps_type) return {};
        const auto c = quote(column.name);
        if (!column.holds_reals) {
            return {{"typeof(" + c + ") IN ('integer', 'real')",
                     "are numbers in a column of the type " + column.type +
                         ", which makes texts of them"}};
        }
        return {
            {"typeof(" + c + ") = 'text' AND typeof(CAST(" + c +
                 " AS NUMERIC)) <> 'text' AND "
                 "CAST(CAST(" +
                 c + " AS NUMERIC) AS TEXT) = " + c,
             "are texts in a column of the type " + column.type + ", which makes numbers of them"}};
    }

    WriteExpression write_expression(const Value& value, const ColumnInfo& column,
                                     const std::string& placeholder) const override {
        switch (value.kind) {
            case ValueKind::null:
                return {placeholder, std::nullopt};
            case ValueKind::text:
                if (const auto real = column.holds_reals ? real_of(value.bytes) : std::nullopt) {
                    return as_real(*real, placeholder);
                }
                return {placeholder, value.bytes};
            case ValueKind::integer:
                return {"CAST(" + placeholder + " AS INTEGER)", value.bytes};
            case ValueKind::real:
                return as_real(number_of(value.bytes), placeholder);
            case ValueKind::binary:
                break;
        }
        // An empty blob would be bound as NULL.
        if (value.bytes.empty()) return {"CAST(" + placeholder + " AS BLOB)", ""};
        return {placeholder, SqlParameter(value.bytes, true)};
    }

    SqlCondition holds(const ColumnInfo& column, const std::optional<std::string>& tagged,
                       const std::string& placeholder) const override {
        return {read_expression(column) + " COLLATE BINARY IS " + placeholder, {tagged}};
    }

    // A table without a key always has it, whatever the names of its columns.
    std::string update_one(const std::string& rows, const std::string& assignments,
                           const std::string& condition) const override {
        return "UPDATE " + rows + " SET " + assignments + " WHERE _rowid_ = (SELECT " +
               "_rowid_ FROM " + rows + " WHERE " + condition + " LIMIT 1)";
    }

    SqlCondition is_one_of(const ColumnInfo& column,
                           const std::vector<std::string>& texts) const override {
        // A list makes a table of its own at each run.
        if (texts.size() == 1) return {quote(column.name) + " = :p0", {texts.front()}};
        return {quote(column.name) + " IN (SELECT value FROM json_each(:p0))", {json_array(texts)}};
    }

    std::string present_time() const override { return "datetime('now')"; }

    std::vector<std::string> create_tables() const override {
        auto statements = create_own_tables(own_types());
        statements.push_back(std::string("CREATE TABLE ") + kOwnWrite + " (active INTEGER)");
        return statements;
    }

    std::vector<std::string> own_tables() const override {
        auto names = own_table_names();
        names.emplace_back(kOwnWrite);
        return names;
    }

    // Copied in parts: without a write-ahead log nobody can commit while somebody reads.
    void shadow(SqlSession& session, const std::string& table) override {
        session.execute("PRAGMA temp_store=FILE");  // no change where a table is there already
        session.execute("PRAGMA temp.cache_size=-16000");
        // Else each page that a statement changes is written to two files more.
        session.execute("PRAGMA temp.journal_mode=MEMORY");
        for (const auto& own : cfs::own_tables(own_types())) {
            if (own.name != table) continue;
            session.execute("CREATE TEMP TABLE " + table + " " + own.declaration);
        }
        for (const auto& index : own_indexes()) {
            if (index.table != table) continue;
            session.execute("CREATE INDEX temp." + index.name + " ON " + table + " " +
                            index.columns);
        }
        std::vector<std::string> key;
        session.query("SELECT name FROM pragma_table_info(:p0) WHERE pk > 0 ORDER BY pk", {table},
                      [&](const SqlRow& row) { key.push_back(row[0].value_or("")); });
        TableCopy copy(session, "main." + table, "temp." + table, key);
        while (copy.copy_some()) {
            // Others get their turn between two statements.
        }
    }

    void unshadow(SqlSession& session, const std::string& table) override {
        session.execute("DROP TABLE IF EXISTS temp." + table);
    }

    std::pair<std::string, std::string> beside_shadow(SqlSession&,
                                                      const std::string& table) override {
        return {"temp." + table, "main." + table};
    }

    std::string begin_own_writes() const override {
        return std::string("INSERT INTO ") + kOwnWrite + " (active) VALUES (1)";
    }
    std::string end_own_writes() const override { return std::string("DELETE FROM ") + kOwnWrite; }

    std::vector<std::string> create_triggers(const TableMapping& table,
                                             const TableInfo&) const override {
        if (!table.part_of.empty()) return create_part_triggers(table);
        const std::string note =
            "INSERT INTO cfs_journal (tbl, op, local_key, old_key, fresh, at) VALUES (" +
            quoted(table.table, '\'');
        const std::string at = std::string(", ") + kNow + "); END";
        const auto on = [&](const char* event, const char* suffix) {
            return create_trigger(table, event, suffix) + note;
        };
        return {on("INSERT", "insert") + ", 'I', " + key_of(table, "NEW") +
                    ", NULL, lower(hex(randomblob(16)))" + at,
                on("UPDATE", "update") + ", 'U', " + key_of(table, "NEW") + ", " +
                    key_of(table, "OLD") + ", NULL" + at,
                on("DELETE", "delete") + ", 'D', " + key_of(table, "OLD") + ", NULL, NULL" + at};
    }

    std::vector<std::string> drop_triggers(const TableMapping& table) const override {
        std::vector<std::string> statements;
        for (const char* suffix : {"insert", "update", "delete"}) {
            statements.push_back("DROP TRIGGER IF EXISTS " + quote(trigger_name(table, suffix)));
        }
        return statements;
    }

    std::vector<std::string> drop_all_triggers(SqlSession& session) override {
        std::vector<std::string> statements;
        session.query(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'cfs\\_%' "
            "ESCAPE '\\'",
            {}, [&](const SqlRow& row) {
                statements.push_back("DROP TRIGGER IF EXISTS " + quote(*row[0]));
            });
        return statements;
    }

    bool has_triggers(SqlSession& session, const TableMapping& table,
                      const TableInfo& info) override {
        const auto wanted = create_triggers(table, info);
        const auto found = session.rows(
            "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :p0 "
            "COLLATE NOCASE AND name LIKE 'cfs\\_%' ESCAPE '\\'",
            {table.full_name().name});
        return std::all_of(wanted.begin(), wanted.end(), [&](const std::string& statement) {
            return std::any_of(found.begin(), found.end(),
                               [&](const SqlRow& row) { return row[0] == statement; });
        });
    }

    std::string insert(SqlSession& session, const std::string& statement,
                       const SqlParameters& parameters, const ColumnInfo& key) override {
        std::optional<std::string> given;
        if (key.numbers_rows) {
            // RETURNING takes three times as long as the rest.
            const auto number = session.insert(statement, parameters);
            if (number) given = std::to_string(static_cast<std::int64_t>(*number));
        } else {
            given = session.value(statement + " RETURNING " + quote(key.name), parameters);
        }
        if (!given) throw RowRefused(said("a trigger dropped the new row"));
        return *given;
    }

  private:
    // A primary key that is no index of its own numbers the rows.
    static void mark_row_number(SqlSession& session, const TableName& table, TableInfo& info) {
        if (info.primary_key.size() != 1) return;
        const auto index = session.value(
            "SELECT name FROM pragma_index_list(:p0) WHERE origin = 'pk'", {table.name});
        if (index) return;
        for (auto& column : info.columns) {
            column.numbers_rows = column.name == info.primary_key.front();
        }
    }

    void check_file() const {
        if (path_ == ":memory:") return;
        boost::system::error_code error;
        if (!boost::filesystem::is_regular_file(path_, error)) {
            throw Error(ErrorCode::database_missing,
                        said("There is no database file {1}. Check the path, or connect the drive "
                             "that holds it.",
                             path_));
        }
        if (path_.find('"') != std::string::npos) {
            throw Error(ErrorCode::usage, said("The path of the database {1} holds a quotation "
                                               "mark; rename the folder or file.",
                                               path_));
        }
    }

    static std::string trigger_name(const TableMapping& table, const char* suffix) {
        return "cfs_" + table.table + "_" + suffix;
    }

    // The key is the record's; one that changes concerns two records.
    std::vector<std::string> create_part_triggers(const TableMapping& part) const {
        const auto now = key_of(part, "NEW"), before = key_of(part, "OLD");
        const auto note = [&](const std::string& keys) {
            return "INSERT INTO cfs_journal (tbl, op, local_key, old_key, fresh, at) SELECT " +
                   quoted(part.part_of, '\'') + ", 'U', k, k, NULL, " + kNow + " FROM (" + keys +
                   ")";
        };
        const auto on = [&](const char* event, const char* suffix, const std::string& keys) {
            return create_trigger(part, event, suffix) + note(keys) + "; END";
        };
        return {on("INSERT", "insert", "SELECT " + now + " AS k"),
                on("UPDATE", "update", "SELECT " + now + " AS k UNION SELECT " + before),
                on("DELETE", "delete", "SELECT " + before + " AS k")};
    }

    static constexpr const char* kNow = "strftime('%Y-%m-%dT%H:%M:%fZ','now')";

    [[nodiscard]] std::string create_trigger(const TableMapping& table, const char* event,
                                             const char* suffix) const {
        return "CREATE TRIGGER " + quote(trigger_name(table, suffix)) + " AFTER " + event + " ON " +
               quote_table(table.full_name()) + " WHEN NOT EXISTS (SELECT 1 FROM " + kOwnWrite +
               ") BEGIN ";
    }

    // The key's columns as one text, as join_key() makes it; NULL in one of several is empty there.
    std::string key_of(const TableMapping& table, const std::string& row) const {
        if (table.key.size() == 1) return row + "." + quote(table.column_here(table.key.front()));
        std::string expression;
        for (const auto& column : table.key) {
            if (!expression.empty()) expression += "||char(9)||";
            expression += "COALESCE(" + row + "." + quote(table.column_here(column)) + ",'')";
        }
        return expression;
    }

    std::string path_;
};

}  // namespace

std::unique_ptr<Backend> make_sqlite_backend(const std::string& path) {
    return std::make_unique<SqliteBackend>(path);
}

}  // namespace cfs
