#include "core/database/mariadb_backend.h"

#include <algorithm>
#include <charconv>

#include "core/database/lock_times.h"
#include "core/database/mariadb_catalogue.h"
#include "core/database/mariadb_driver.h"
#include "core/database/mariadb_options.h"
#include "core/database/mariadb_values.h"
#include "core/database/own_tables.h"
#include "core/model/digest.h"
#include "core/model/text.h"

namespace cfs {

namespace {

// The oldest servers that take all that we ask for.
constexpr int kOldestMariadb = 1003, kOldestMysql = 800;

constexpr std::size_t kLongestName = 64;

// Bytes, since texts would be equal where only case, accents or trailing blanks differ. An index
// holds 3072 of them.
OwnTypes own_types() {
    OwnTypes types;
    types.id = "VARBINARY(255)";
    types.name = "VARBINARY(512)";
    types.key = "VARBINARY(2500)";
    types.path = "VARBINARY(2500)";
    types.text = "LONGBLOB";
    types.number = "BIGINT";
    types.serial = "BIGINT AUTO_INCREMENT PRIMARY KEY";
    types.option = " ENGINE=InnoDB ROW_FORMAT=DYNAMIC";
    return types;
}

// While it is set in a connection, our triggers are silent there. A change of it is not undone with
// the transaction.
constexpr const char* kOwnWrite = "@cfs_own_write";

// 16 random bytes in hexadecimal digits.
constexpr const char* kRandom = "LOWER(HEX(RANDOM_BYTES(16)))";
// The same of servers that have no RANDOM_BYTES (MariaDB before 10.10).
constexpr const char* kRandomOfOldServers = "MD5(CONCAT(UUID(), RAND(), CONNECTION_ID()))";

constexpr const char* kNow =
    "CONCAT(LEFT(DATE_FORMAT(UTC_TIMESTAMP(3), '%Y-%m-%dT%H:%i:%s.%f'), 23), 'Z')";

constexpr int kFirstWithCrc32c = 1008;  // a Version's number

struct Version {
    bool mariadb = false;
    int number = 0;  // 1011 is 10.11
};

Version version_of(const std::string& text) {
    int major = 0, minor = 0;
    const auto* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, major);
    if (result.ptr != end) std::from_chars(result.ptr + 1, end, minor);
    return {text.find("MariaDB") != std::string::npos, major * 100 + minor};
}

// The catalogue does not give quotation marks and backslashes of a trigger back as they were.
std::string name_literal(const std::string& name) {
    const bool plain = name.find_first_of("'\\") == std::string::npos;
    return plain ? "'" + name + "'" : "X'" + to_hex(name) + "'";
}

struct Trigger {
    std::string name, event, body;
};

constexpr const char* kShadow = "cfs_shadow";

class MariadbBackend : public Backend {
  public:
    explicit MariadbBackend(MariadbOptions options) : options_(std::move(options)) {}

    std::unique_ptr<SqlSession> connect() override {
        auto session = std::make_unique<SqlSession>(make_mariadb_driver(options_.for_whom),
                                                    options_.for_soci, options_.name);
        const auto text = session->value("SELECT VERSION()").value_or("");
        version_ = version_of(text);
        database_ = session->value("SELECT DATABASE()").value_or("");
        if (version_.number < (version_.mariadb ? kOldestMariadb : kOldestMysql)) {
            throw Error(ErrorCode::database_refused,
                        said("The server of the database {1} is version {2}; MariaDB 10.3 or MySQL "
                             "8.0 is the oldest that can be synced.",
                             options_.name, text));
        }
        // A server may be set to another character set than the client asks for.
        session->execute("SET NAMES utf8mb4");
        // We never wait while we hold locks: so nobody waits long for us, and a deadlock can't cost
        // the clinic program its transaction. One that waits to define a trigger would keep out all
        // who come after it.
        const std::string no_wait = version_.mariadb ? "0" : "1";
        session->execute(
            "SET SESSION sql_mode='STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,"
            "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', time_zone='+00:00', "
            "autocommit=1, foreign_key_checks=1, unique_checks=1, wait_timeout=28800, "
            "innodb_lock_wait_timeout=" +
            no_wait + ", lock_wait_timeout=" + no_wait);
        session->execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
        session->set_patience(kLockPatience);
        return session;
    }

    std::string name() const override { return options_.name; }
    std::string file() const override { return {}; }

    std::string quote(const std::string& identifier) const override {
        return quoted(identifier, '`');
    }

    std::optional<TableInfo> describe(SqlSession& session, const TableName& table) override {
        TableInfo info{table.name, {}, {}};
        const SqlParameters place = {schema_of(table), table.name};
        session.query(
            "SELECT column_name, column_type, is_nullable, column_default, extra, "
            "COALESCE(generation_expression, '') FROM information_schema.columns WHERE "
            "table_schema = :p0 AND table_name = :p1 ORDER BY ordinal_position",
            place, [&](const SqlRow& row) {
                if (row[5] != "") {
                    info.computed.push_back(row[0].value_or(""));
                    return;
                }
                info.columns.push_back({row[0].value_or(""),
                                        row[1].value_or(""),
                                        row[2] == "NO",
                                        true,
                                        false,
                                        {},
                                        default_of(row[3]),
                                        computes_default(row[3], row[4])});
                info.columns.back().one_form = mariadb_has_one_form(row[1].value_or(""));
            });
        if (info.columns.empty()) return std::nullopt;
        session.query(
            "SELECT column_name FROM information_schema.statistics WHERE table_schema = :p0 "
            "AND table_name = :p1 AND index_name = 'PRIMARY' ORDER BY seq_in_index",
            place, [&](const SqlRow& row) { info.primary_key.push_back(row[0].value_or("")); });
        return info;
    }

    Catalogue catalogue(SqlSession& session, const std::string& schema) override {
        return read_mariadb_catalogue(session, schema_of({schema, {}}));
    }

    std::vector<std::string> tables(SqlSession& session, const std::string& schema) override {
        std::vector<std::string> names;
        session.query(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = :p0 AND "
            "table_type IN ('BASE TABLE', 'SYSTEM VERSIONED') ORDER BY table_name",
            {schema_of({schema, {}})},
            [&](const SqlRow& row) { names.push_back(row[0].value_or("")); });
        return names;
    }

    // What MariaDB calls a database.
    std::vector<std::string> schemas(SqlSession& session) override {
        std::vector<std::string> names;
        session.query(
            "SELECT schema_name FROM information_schema.schemata WHERE schema_name NOT IN "
            "('information_schema', 'mysql', 'performance_schema', 'sys') ORDER BY schema_name",
            {}, [&](const SqlRow& row) { names.push_back(row[0].value_or("")); });
        return names;
    }
    std::string own_schema() const override { return database_; }

    void require_undoable(SqlSession& session, const TableName& table) override {
        const auto engine = session.value(
            "SELECT t.engine FROM information_schema.tables t JOIN information_schema.engines e ON "
            "e.engine = t.engine WHERE t.table_schema = :p0 AND t.table_name = :p1 AND "
            "e.transactions = 'NO'",
            {schema_of(table), table.name});
        if (!engine) return;
        throw Error(
            ErrorCode::mapping_table,
            said("The table {1} of the database {2} is kept by {3}, which can't undo half a "
                 "change. Convert it to InnoDB (ALTER TABLE {4} ENGINE=InnoDB), then try again.",
                 table.text(), name(), *engine, quote_table(table)));
    }

    bool is_same_table(SqlSession&, const TableName& one, const TableName& other) override {
        return schema_of(one) == schema_of(other) && one.name == other.name;
    }

    bool is_noted_elsewhere(SqlSession& session, const TableName& table) override {
        const auto bodies = session.rows(
            "SELECT action_statement FROM information_schema.triggers WHERE trigger_schema = :p0 "
            "AND event_object_table = :p1 AND LEFT(trigger_name, 4) = 'cfs_'",
            {schema_of(table), table.name});
        const auto mine = "INSERT INTO " + journal_of(table) + " (";
        return std::any_of(bodies.begin(), bodies.end(), [&](const SqlRow& row) {
            return row[0].value_or("").find(mine) == std::string::npos;
        });
    }

    std::string begin_statement() const override {
        return "START TRANSACTION WITH CONSISTENT SNAPSHOT";
    }
    std::string row_lock() const override { return " FOR UPDATE"; }

    std::string read_expression(const ColumnInfo& column) const override {
        return mariadb_read_expression(column, quote(column.name));
    }
    Value value_of(const std::optional<std::string>& tagged,
                   const ColumnInfo& column) const override {
        return mariadb_value_of(tagged, column);
    }
    // Of two sums of 32 bits, since there is no fast one of 64. Multiplied, they are linear no
    // more: added up, what two rows exchanged would not be seen. Bytes, so that no character set is
    // in the way of another's; each behind its length, so that all have their places.
    std::string content_number(const std::vector<ColumnInfo>& columns) const override {
        if (!version_.mariadb || version_.number < kFirstWithCrc32c) return {};
        std::vector<std::string> parts = {"_binary'|'"};
        for (const auto& column : columns) {
            const auto text = read_expression(column);
            parts.push_back("COALESCE(LENGTH(" + text + "), '-')");
            parts.push_back(text);
        }
        const auto whole = "(CONCAT_WS(" + joined(parts, ", ") + "))";
        return "CRC32" + whole + " * CRC32C" + whole;
    }
    std::vector<Unreadable> unreadable(const ColumnInfo& column) const override {
        return mariadb_unreadable(column, quote(column.name));
    }
    WriteExpression write_expression(const Value& value, const ColumnInfo& column,
                                     const std::string& placeholder) const override {
        return mariadb_write_expression(value, column, placeholder);
    }

    // By the bytes: a collation takes other letters for the same.
    SqlCondition holds(const ColumnInfo& column, const std::optional<std::string>& tagged,
                       const std::string& placeholder) const override {
        return {"HEX(" + mariadb_key_expression(column, quote(column.name)) + ") <=> HEX(" +
                    placeholder + ")",
                {tagged}};
    }

    std::string update_one(const std::string& rows, const std::string& assignments,
                           const std::string& condition) const override {
        return "UPDATE " + rows + " SET " + assignments + " WHERE " + condition + " LIMIT 1";
    }

    SqlCondition is_one_of(const ColumnInfo& column,
                           const std::vector<std::string>& texts) const override {
        if (texts.empty()) return {"1 = 0", {}};
        return in_list(quote(column.name), {texts.begin(), texts.end()});
    }

    std::string present_time() const override { return "UTC_TIMESTAMP()"; }
    std::string server_time() const override { return kNow; }

    std::string insert(SqlSession& session, const std::string& statement,
                       const SqlParameters& parameters, const ColumnInfo&) override {
        const auto key = session.insert(statement, parameters).value_or(0);
        if (key == 0) throw RowRefused(said("the database gave the row no key"));
        return std::to_string(key);
    }

    // Only an insert takes a number, and undoing it gives none back. What the row lacks is made up.
    std::optional<std::string> next_number(SqlSession& session, const TableName& table,
                                           const std::string&) override {
        SqlSavepoint undone(session, "cfs_number");
        return insert(session, "INSERT IGNORE INTO " + quote_table(table) + " () VALUES ()", {},
                      {});
    }

    bool gives_numbers(SqlSession& session, const TableName& table,
                       const std::string& column) override {
        return session
            .value(
                "SELECT 1 FROM information_schema.columns WHERE table_schema = :p0 AND table_name "
                "= :p1 AND column_name = :p2 AND extra LIKE '%auto_increment%'",
                {schema_of(table), table.name, column})
            .has_value();
    }

    bool definitions_commit() const override { return true; }

    std::vector<std::string> create_tables() const override {
        return create_own_tables(own_types());
    }
    std::vector<std::string> own_tables() const override { return own_table_names(); }

    // A temporary table hides the other of its name at once: it is filled under another. Rows that
    // are copied are locked unless the transaction reads what is committed.
    void shadow(SqlSession& session, const std::string& table) override {
        session.execute(std::string("CREATE TEMPORARY TABLE ") + kShadow + " LIKE " + table);
        session.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
        session.execute(std::string("INSERT INTO ") + kShadow + " SELECT * FROM " + table);
        session.execute(std::string("ALTER TABLE ") + kShadow + " RENAME TO " + table);
    }

    std::pair<std::string, std::string> beside_shadow(SqlSession& session,
                                                      const std::string& table) override {
        // Renamed to a name that hides no table it would need rights on that.
        session.execute(std::string("CREATE TEMPORARY TABLE ") + kShadow + " LIKE " + table);
        session.execute(std::string("INSERT INTO ") + kShadow + " SELECT * FROM " + table);
        session.execute("DROP TEMPORARY TABLE " + table);
        return {kShadow, table};
    }

    void unshadow(SqlSession& session, const std::string& table) override {
        session.execute("DROP TEMPORARY TABLE IF EXISTS " + table + ", " + kShadow);
    }

    std::string begin_own_writes() const override {
        return std::string("SET ") + kOwnWrite + " = 1";
    }
    std::string end_own_writes() const override {
        return std::string("SET ") + kOwnWrite + " = NULL";
    }

    std::vector<std::string> create_triggers(const TableMapping& table,
                                             const TableInfo& info) const override {
        const bool has_random = !version_.mariadb || version_.number >= 1010;
        std::vector<std::string> statements;
        for (const auto& trigger :
             triggers(table, info, has_random ? kRandom : kRandomOfOldServers)) {
            statements.push_back("CREATE TRIGGER " + quote_table({table.schema, trigger.name}) +
                                 " AFTER " + trigger.event + " ON " +
                                 quote_table(table.full_name()) + " FOR EACH ROW " + trigger.body);
        }
        return statements;
    }

    std::vector<std::string> drop_triggers(const TableMapping& table) const override {
        std::vector<std::string> statements;
        for (const char* suffix : {"insert", "update", "delete"}) {
            statements.push_back("DROP TRIGGER IF EXISTS " +
                                 quote_table({table.schema, trigger_name(table.table, suffix)}));
        }
        return statements;
    }

    std::vector<std::string> drop_all_triggers(SqlSession& session) override {
        std::vector<std::string> statements;
        // Those in another schema may be another enabled database's, and those here too.
        session.query(
            "SELECT trigger_schema, trigger_name FROM information_schema.triggers WHERE "
            "LEFT(trigger_name, 4) = 'cfs_' AND (INSTR(action_statement, :p0) > 0 OR "
            "(trigger_schema = DATABASE() AND INSTR(action_statement, 'INSERT INTO cfs_') > 0))",
            {"INSERT INTO " + quote(database_) + ".cfs_"}, [&](const SqlRow& row) {
                statements.push_back("DROP TRIGGER IF EXISTS " +
                                     quote_table({row[0].value_or(""), row[1].value_or("")}));
            });
        return statements;
    }

    bool has_triggers(SqlSession& session, const TableMapping& table,
                      const TableInfo& info) override {
        const auto found = session.rows(
            "SELECT trigger_name, event_manipulation, action_statement FROM "
            "information_schema.triggers WHERE trigger_schema = :p0 AND "
            "event_object_table = :p1 AND action_timing = 'AFTER'",
            {schema_of(table.full_name()), table.full_name().name});
        const auto has_all = [&](const char* random) {
            const auto wanted = triggers(table, info, random);
            return std::all_of(wanted.begin(), wanted.end(), [&](const Trigger& trigger) {
                const SqlRow row{trigger.name, trigger.event, trigger.body};
                return std::find(found.begin(), found.end(), row) != found.end();
            });
        };
        // The server may have been updated since.
        return has_all(kRandom) || has_all(kRandomOfOldServers);
    }

  private:
    [[nodiscard]] std::string schema_of(const TableName& table) const {
        return table.schema.empty() ? database_ : table.schema;
    }
    // As a trigger on the table must call it: it finds what lies in the table's own schema.
    [[nodiscard]] std::string journal_of(const TableName& table) const {
        const bool here = schema_of(table) == database_;
        return here ? "cfs_journal" : quote(database_) + ".cfs_journal";
    }
    // MySQL writes texts without quotes.
    std::optional<std::string> default_of(const std::optional<std::string>& words) const {
        return version_.mariadb ? plain_default(words) : words;
    }

    // What MySQL computes it marks as such, but for CURRENT_TIMESTAMP in its older versions.
    bool computes_default(const std::optional<std::string>& words,
                          const std::optional<std::string>& extra) const {
        if (version_.mariadb) return is_computed(words);
        return extra.value_or("").find("DEFAULT_GENERATED") != std::string::npos ||
               words.value_or("").starts_with("CURRENT_TIMESTAMP");
    }

    static std::string trigger_name(const std::string& table, const char* suffix) {
        const auto name = "cfs_" + table + "_" + suffix;
        if (name.size() <= kLongestName) return name;
        return "cfs_" + sha256(table).text().substr(0, 32) + "_" + suffix;
    }

    std::vector<Trigger> triggers(const TableMapping& table, const TableInfo& info,
                                  const std::string& random) const {
        // The error is that there is no such column.
        const auto& record = table.part_of.empty() ? table.table : table.part_of;
        const auto note = [&](const char* operation, const std::string& keys) {
            return "INSERT INTO " + journal_of(table.full_name()) +
                   " (tbl, op, local_key, old_key, fresh, at) VALUES (" + name_literal(record) +
                   ", '" + operation + "', " + keys + ", " + kNow + "); ";
        };
        const auto body = [&](const std::string& notes) {
            return "BEGIN DECLARE CONTINUE HANDLER FOR 1054 " +
                   note(kKeyUnknown, "NULL, NULL, NULL") + "IF " + kOwnWrite + " IS NULL THEN " +
                   notes + "END IF; END";
        };
        const auto now = key_of(table, info, "NEW."), before = key_of(table, info, "OLD.");
        auto inserted = note("I", now + ", NULL, " + random);
        auto updated = note("U", now + ", " + before + ", NULL");
        auto deleted = note("D", before + ", NULL, NULL");
        // The key is the record's; one that changes concerns two records.
        if (!table.part_of.empty()) {
            inserted = note("U", now + ", " + now + ", NULL");
            deleted = note("U", before + ", " + before + ", NULL");
            updated =
                inserted + "IF NOT (" + now + " <=> " + before + ") THEN " + deleted + "END IF; ";
        }
        return {{trigger_name(table.table, "insert"), "INSERT", body(inserted)},
                {trigger_name(table.table, "update"), "UPDATE", body(updated)},
                {trigger_name(table.table, "delete"), "DELETE", body(deleted)}};
    }

    // The key's columns as one text, as join_key() makes it; NULL in one of several is empty there.
    std::string key_of(const TableMapping& table, const TableInfo& info,
                       const std::string& row) const {
        const auto part = [&](const std::string& column) {
            const auto& here = table.column_here(column);
            const auto* found = info.find(here);
            const auto name = row + quote(here);
            return found == nullptr ? name : mariadb_key_expression(*found, name);
        };
        if (table.key.size() == 1) return part(table.key.front());
        std::string expression;
        for (const auto& column : table.key) {
            expression += (expression.empty() ? "CONCAT(COALESCE(" : ", X'09', COALESCE(");
            expression += part(column) + ", '')";
        }
        return expression + ")";
    }

    MariadbOptions options_;
    Version version_;
    std::string database_;  // in which our tables are; known once connected
};

}  // namespace

std::unique_ptr<Backend> make_mariadb_backend(const std::string& options,
                                              const std::string& password) {
    return std::make_unique<MariadbBackend>(mariadb_options(options, password));
}

}  // namespace cfs
