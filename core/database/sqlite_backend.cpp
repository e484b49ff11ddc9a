#include "core/database/sqlite_backend.h"

#include <algorithm>
#include <boost/filesystem.hpp>
#include <cctype>
#include <charconv>
#include <map>

#include "core/model/digest.h"

namespace cfs {

namespace {

// How long we wait for the clinic program's locks in all, and at one stretch: while SQLite waits
// for readers to end it keeps new ones and every writer out.
constexpr std::chrono::milliseconds kPatience{5000};
constexpr int kStretchMs = 10;

// Rows that are copied under one lock: a few milliseconds.
constexpr int kCopied = 2000;

constexpr const char* kOwnTables[] = {
    "cfs_meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID",
    "cfs_row (row TEXT PRIMARY KEY, tbl TEXT NOT NULL, key TEXT, former TEXT, "
    "patient TEXT NOT NULL, found INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID",
    "cfs_as_left (row TEXT PRIMARY KEY, content TEXT NOT NULL, versions TEXT NOT NULL) "
    "WITHOUT ROWID",
    "cfs_moved (row TEXT NOT NULL, patient TEXT NOT NULL, PRIMARY KEY (row, patient)) "
    "WITHOUT ROWID",
    "cfs_patient (patient TEXT PRIMARY KEY, document TEXT NOT NULL, digest TEXT NOT NULL, "
    "differs TEXT)",
    "cfs_touched (patient TEXT PRIMARY KEY) WITHOUT ROWID",
    "cfs_outbox (patient TEXT PRIMARY KEY, versions TEXT NOT NULL, published TEXT) WITHOUT ROWID",
    "cfs_journal (seq INTEGER PRIMARY KEY, tbl TEXT NOT NULL, op TEXT NOT NULL, key TEXT, "
    "old_key TEXT, fresh TEXT, at TEXT NOT NULL)",
    "cfs_own_write (active INTEGER)",
    "cfs_history (id INTEGER PRIMARY KEY, run TEXT NOT NULL, at TEXT NOT NULL, "
    "patient TEXT NOT NULL, row TEXT NOT NULL, tbl TEXT NOT NULL, col TEXT NOT NULL, "
    "old_value TEXT NOT NULL, new_value TEXT NOT NULL)",
    "cfs_segment (writer TEXT, number INTEGER, digest TEXT NOT NULL, "
    "PRIMARY KEY (writer, number)) WITHOUT ROWID",
    "cfs_awaited (writer TEXT, number INTEGER, patient TEXT, versions TEXT NOT NULL, "
    "since TEXT NOT NULL, PRIMARY KEY (patient, writer, number)) WITHOUT ROWID",
    "cfs_own_segment (writer TEXT, number INTEGER, content TEXT NOT NULL, digest TEXT NOT NULL, "
    "written INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (writer, number)) WITHOUT ROWID",
    "cfs_file (writer TEXT, path TEXT, size INTEGER, modified INTEGER, identity TEXT, state TEXT, "
    "since TEXT, PRIMARY KEY (writer, path)) WITHOUT ROWID",
    "cfs_directory (writer TEXT, path TEXT, modified INTEGER, identity TEXT, "
    "PRIMARY KEY (writer, path)) WITHOUT ROWID",
    "cfs_pending (row TEXT PRIMARY KEY, patient TEXT NOT NULL, code TEXT NOT NULL, "
    "sentence TEXT NOT NULL, safety INTEGER NOT NULL) WITHOUT ROWID",
    "cfs_conflict (id TEXT, patient TEXT, safety INTEGER NOT NULL, versions TEXT NOT NULL, "
    "PRIMARY KEY (patient, id)) WITHOUT ROWID",
    "cfs_shown (id TEXT PRIMARY KEY, versions TEXT NOT NULL) WITHOUT ROWID",
    "cfs_lease (name TEXT PRIMARY KEY, holder TEXT NOT NULL, until TEXT NOT NULL) WITHOUT ROWID",
    "cfs_site (tag TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID",
};

constexpr const char* kOwnIndexes[] = {
    "CREATE UNIQUE INDEX IF NOT EXISTS cfs_row_key ON cfs_row (tbl, key)",
    "CREATE INDEX IF NOT EXISTS cfs_history_run ON cfs_history (run)",
    "CREATE INDEX IF NOT EXISTS cfs_history_row ON cfs_history (row)",
};

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

// The shortest text that gives the same double.
std::string shortest(const std::string& digits) {
    if (digits == "Inf") return "9e999";
    if (digits == "-Inf") return "-9e999";
    double number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    char text[40];
    const auto end = std::to_chars(text, text + sizeof text, number).ptr;
    return {text, end};
}

double number_of(const std::string& text) {
    if (text == "9e999") return std::numeric_limits<double>::infinity();
    if (text == "-9e999") return -std::numeric_limits<double>::infinity();
    double number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

// The double that a text means which only a double can hold; integers and other texts are bound as
// they are.
std::optional<double> real_of(const std::string& text) {
    const bool signed_zero = text == "-0";
    if (!signed_zero && text.find_first_of(".eE") == std::string::npos) return std::nullopt;
    if (text == "9e999" || text == "-9e999") return number_of(text);
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
        auto session = std::make_unique<SqlSession>("sqlite3", quoted_option(path_), path_);
        session->execute("PRAGMA busy_timeout=" + std::to_string(kStretchMs));
        session->set_patience(kPatience);
        session->execute("PRAGMA foreign_keys=ON");
        // REPLACE by the clinic program's connection is its own affair; ours never replaces.
        session->execute("PRAGMA recursive_triggers=ON");
        session->execute("PRAGMA cache_size=-16000");
        return session;
    }

    std::string name() const override { return path_; }
    std::string file() const override { return path_ == ":memory:" ? std::string() : path_; }

    std::string quote(const std::string& identifier) const override {
        std::string quoted = "\"";
        for (const char c : identifier) {
            quoted += c;
            if (c == '"') quoted += c;
        }
        return quoted + "\"";
    }

    std::optional<TableInfo> describe(SqlSession& session, const std::string& table) override {
        TableInfo info{table, {}, {}};
        std::map<int, std::string> key;  // by position
        session.query(
            "SELECT name, type, \"notnull\", pk FROM pragma_table_xinfo(:p0) WHERE hidden = 0",
            {table}, [&](const SqlRow& row) {
                const auto type = row[1].value_or("");
                const auto affinity = affinity_of(type);
                info.columns.push_back({row[0].value_or(""), type, row[2] == "1",
                                        affinity != Affinity::none, affinity == Affinity::number});
                if (row[3] != "0") key.emplace(std::stoi(*row[3]), *row[0]);
            });
        if (info.columns.empty()) return std::nullopt;
        for (const auto& [position, column] : key) info.primary_key.push_back(column);
        return info;
    }

    std::vector<std::string> tables(SqlSession& session) override {
        std::vector<std::string> names;
        session.query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name", {},
                      [&](const SqlRow& row) { names.push_back(*row[0]); });
        return names;
    }

    // Exclusive at once: a commit that had to wait for a long query of the clinic program would
    // keep out its other queries and its writers meanwhile. With a write-ahead log it is the same
    // as IMMEDIATE, and nobody who reads ever waits.
    std::string begin_statement() const override { return "BEGIN EXCLUSIVE"; }

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
        if (tag == 'r') text = shortest(text);
        if (tag == 't' || column.keeps_type) return text_value(std::move(text));
        return {tag == 'r' ? ValueKind::real : ValueKind::integer, false, std::move(text)};
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

    std::string is_one_of(const std::string& column,
                          const std::string& placeholder) const override {
        return column + " IN (SELECT value FROM json_each(" + placeholder + "))";
    }

    std::string present_time() const override { return "datetime('now')"; }

    std::vector<std::string> create_tables() const override {
        std::vector<std::string> statements;
        for (const auto* table : kOwnTables) {
            statements.push_back("CREATE TABLE IF NOT EXISTS " + std::string(table));
        }
        statements.insert(statements.end(), std::begin(kOwnIndexes), std::end(kOwnIndexes));
        return statements;
    }

    std::vector<std::string> own_tables() const override {
        std::vector<std::string> names;
        for (const std::string table : kOwnTables)
            names.push_back(table.substr(0, table.find(' ')));
        return names;
    }

    std::vector<std::pair<std::string, std::string>> large_tables() const override {
        return {{"cfs_patient", "patient"}, {"cfs_row", "row"},     {"cfs_file", "path"},
                {"cfs_history", "id"},      {"cfs_journal", "seq"}, {"cfs_outbox", "patient"}};
    }

    // Copied in parts: without a write-ahead log nobody can commit while somebody reads.
    void shadow(SqlSession& session, const std::string& table) override {
        std::string first;
        for (const std::string definition : kOwnTables) {
            if (!definition.starts_with(table + " (")) continue;
            session.execute("CREATE TEMP TABLE " + definition);
            first = definition.substr(table.size() + 2);
            first = first.substr(0, first.find(' '));
        }
        for (std::string index : kOwnIndexes) {
            if (!contains(index, " ON " + table + " ")) continue;
            const std::string condition = "IF NOT EXISTS ";
            index.replace(index.find(condition), condition.size(), "temp.");
            session.execute(index);
        }
        const auto copy = "INSERT INTO temp." + table + " SELECT * FROM main." + table + " WHERE " +
                          first + " >= :p0";
        auto from = session.value("SELECT min(" + first + ") FROM main." + table);
        while (from) {
            const auto next = session.value("SELECT " + first + " FROM main." + table + " WHERE " +
                                                first + " > :p0 ORDER BY " + first +
                                                " LIMIT 1 OFFSET " + std::to_string(kCopied),
                                            {*from});
            if (next) {
                session.execute(copy + " AND " + first + " < :p1", {*from, *next});
            } else {
                session.execute(copy, {*from});
            }
            from = next;
        }
    }

    void unshadow(SqlSession& session, const std::string& table) override {
        session.execute("DROP TABLE IF EXISTS temp." + table);
    }

    std::vector<std::string> create_triggers(const TableMapping& table) const override {
        const std::string silent = " WHEN NOT EXISTS (SELECT 1 FROM cfs_own_write) BEGIN ";
        const std::string note =
            "INSERT INTO cfs_journal (tbl, op, key, old_key, fresh, at) VALUES (" +
            literal(table.table);
        const std::string at = ", strftime('%Y-%m-%dT%H:%M:%fZ','now')); END";
        const auto on = [&](const char* event, const char* suffix) {
            return "CREATE TRIGGER " + quote(trigger_name(table, suffix)) + " AFTER " + event +
                   " ON " + quote(table.table);
        };
        return {on("INSERT", "insert") + silent + note + ", 'I', " + key_of(table, "NEW") +
                    ", NULL, lower(hex(randomblob(16)))" + at,
                on("UPDATE", "update") + silent + note + ", 'U', " + key_of(table, "NEW") + ", " +
                    key_of(table, "OLD") + ", NULL" + at,
                on("DELETE", "delete") + silent + note + ", 'D', " + key_of(table, "OLD") +
                    ", NULL, NULL" + at};
    }

    std::vector<std::string> drop_triggers(const TableMapping& table) const override {
        std::vector<std::string> statements;
        for (const char* suffix : {"insert", "update", "delete"}) {
            statements.push_back("DROP TRIGGER IF EXISTS " + quote(trigger_name(table, suffix)));
        }
        return statements;
    }

    bool has_triggers(SqlSession& session, const TableMapping& table) override {
        const auto wanted = create_triggers(table);
        const auto found = session.rows(
            "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :p0 "
            "COLLATE NOCASE AND name LIKE 'cfs\\_%' ESCAPE '\\'",
            {table.table});
        return std::all_of(wanted.begin(), wanted.end(), [&](const std::string& statement) {
            return std::any_of(found.begin(), found.end(),
                               [&](const SqlRow& row) { return row[0] == statement; });
        });
    }

    std::string last_key(SqlSession& session) override {
        return session.value("SELECT last_insert_rowid()").value_or("");
    }

  private:
    void check_file() const {
        if (path_ == ":memory:") return;
        boost::system::error_code error;
        if (!boost::filesystem::is_regular_file(path_, error)) {
            throw Error(ErrorCode::database_missing,
                        "There is no database file " + path_ +
                            ". Check the path, or connect the drive that holds it.");
        }
        if (path_.find('"') != std::string::npos) {
            throw Error(ErrorCode::usage,
                        "The path of the database " + path_ +
                            " holds a quotation mark; rename the folder or file.");
        }
    }

    static std::string literal(const std::string& text) {
        std::string quoted = "'";
        for (const char c : text) {
            quoted += c;
            if (c == '\'') quoted += c;
        }
        return quoted + "'";
    }

    static std::string trigger_name(const TableMapping& table, const char* suffix) {
        return "cfs_" + table.table + "_" + suffix;
    }

    // The key's columns as one text, as join_key() makes it; NULL in one of several is empty there.
    std::string key_of(const TableMapping& table, const std::string& row) const {
        if (table.key.size() == 1) return row + "." + quote(table.key.front());
        std::string expression;
        for (const auto& column : table.key) {
            if (!expression.empty()) expression += "||char(9)||";
            expression += "COALESCE(" + row + "." + quote(column) + ",'')";
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
