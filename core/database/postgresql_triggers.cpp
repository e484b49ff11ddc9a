#include "core/database/postgresql_triggers.h"

#include "core/database/postgresql_types.h"
#include "core/model/digest.h"

namespace cfs {

namespace {

constexpr const char* kTrigger = "cfs_note";
constexpr std::size_t kLongestName = 63;
// For each row, after an insert, an update or a delete: pg_trigger.tgtype.
constexpr const char* kType = "29";

std::string table_name(const TableName& table) {
    const auto name = postgresql_name(table.name);
    return table.schema.empty() ? name : postgresql_name(table.schema) + "." + name;
}

std::string function_name(const std::string& table) {
    const auto name = std::string(kTrigger) + "_" + table;
    return name.size() <= kLongestName
               ? name
               : std::string(kTrigger) + "_" + sha256(table).text().substr(0, 32);
}

// The key's columns as names in a list.
std::string key_names(const TableMapping& table) {
    std::string names;
    for (const auto& name : table.key) {
        names += (names.empty() ? "" : ", ") + quoted(table.column_here(name), '\'');
    }
    return names;
}

// As it is read, and no failure where the column is of another type by now.
std::string key_text(const std::string& value, const ColumnInfo& column) {
    if (column.type != "boolean") return postgresql_text_of(value, column);
    const auto text = value + "::text";
    return "CASE " + text + " WHEN 'true' THEN '1' WHEN 'false' THEN '0' ELSE " + text + " END";
}

// The key's columns as one text, as join_key() makes it; NULL in one of several is empty there.
std::string key_of(const TableMapping& table, const TableInfo& info, const std::string& row) {
    std::string expression;
    for (const auto& key : table.key) {
        const auto& name = table.column_here(key);
        const auto* column = info.find(name);
        const auto text = key_text(row + "." + postgresql_name(name),
                                   column == nullptr ? ColumnInfo{name, ""} : *column);
        if (table.key.size() == 1) return text;
        if (!expression.empty()) expression += " || chr(9) || ";
        expression += "COALESCE(" + text + ", '')";
    }
    return expression;
}

// A row that an update moves to another partition is deleted there and inserted here, for triggers
// too: it is the same row, edited. Both notes are of one transaction.
constexpr const char* kGone =
    "    IF TG_OP = 'DELETE' THEN PERFORM set_config('cfs.gone', note::text, true); END IF;\n";
std::string if_moved(const std::string& table) {
    return "    IF TG_OP = 'INSERT' THEN\n"
           "        UPDATE cfs_journal SET op = 'U', old_key = new_key\n"
           "        WHERE seq = NULLIF(current_setting('cfs.gone', true), '')::bigint\n"
           "            AND op = 'D' AND local_key = new_key AND tbl = " +
           quoted(table, '\'') + ";\n        IF FOUND THEN RETURN NULL; END IF;\n    END IF;\n";
}

// The numbers of notes come from no sequence, so that the clinic program's lastval() stays what it
// is: from the clock, beyond all that are there, and a little apart from those that others are just
// writing.
std::string note(const std::string& record, const std::string& fresh, const std::string& result) {
    return "    LOOP\n"
           "        INSERT INTO cfs_journal (seq, tbl, op, local_key, old_key, fresh, at)\n"
           "        SELECT greatest(floor(extract(epoch FROM clock_timestamp()) * 1000000)::bigint "
           "* 1000,\n                        coalesce((SELECT max(seq) FROM cfs_journal), 0) + 1)\n"
           "                   + floor(random() * 1000)::bigint,\n               " +
           quoted(record, '\'') + ", operation, new_key, former_key,\n               " + fresh +
           ",\n               " + kPostgresqlNow + "\n        ON CONFLICT DO NOTHING" + result +
           ";\n        EXIT WHEN FOUND;\n    END LOOP;\n";
}

const std::string kFirst =
    "BEGIN\n    IF current_setting('cfs.own_write', true) = '1' THEN RETURN NULL; END IF;\n";
const std::string kLast = "    RETURN NULL;\nEND\n";

// A column of the key may be gone by now: PostgreSQL looks for it where it is named.
std::string if_has_key(const TableMapping& table) {
    return "    IF (SELECT count(*) FROM pg_attribute WHERE attrelid = TG_RELID AND attname IN (" +
           key_names(table) + ")) = " + std::to_string(table.key.size()) + " THEN\n";
}

// The key is the record's; one that changes concerns two records.
std::string source_of_part(const TableMapping& part, const TableInfo& info) {
    const auto now = key_of(part, info, "NEW"), before = key_of(part, info, "OLD");
    return std::string("\nDECLARE\n    operation text := '") + kKeyUnknown +
           "';\n    new_key text;\n    former_key text;\n"
           "    keys text[] := ARRAY[NULL::text];\n" +
           kFirst + if_has_key(part) +
           "        operation := 'U';\n"
           "        IF TG_OP = 'INSERT' THEN\n            keys := ARRAY[" +
           now + "];\n        ELSIF TG_OP = 'DELETE' THEN\n            keys := ARRAY[" + before +
           "];\n        ELSE\n            keys := ARRAY(SELECT DISTINCT unnest(ARRAY[" + now +
           ", " + before +
           "]));\n        END IF;\n    END IF;\n"
           "    FOREACH new_key IN ARRAY keys LOOP\n    former_key := new_key;\n" +
           note(part.part_of, "NULL", {}) + "    END LOOP;\n" + kLast;
}

std::string source(const TableMapping& table, const TableInfo& info) {
    if (!table.part_of.empty()) return source_of_part(table, info);
    const bool moves = info.partitioned;
    return std::string("\nDECLARE\n    operation text := '") + kKeyUnknown +
           "';\n    new_key text;\n    former_key text;\n" + (moves ? "    note bigint;\n" : "") +
           kFirst + if_has_key(table) +
           "        operation := left(TG_OP, 1);\n"
           "        IF TG_OP = 'DELETE' THEN\n            new_key := " +
           key_of(table, info, "OLD") +
           ";\n        ELSE\n            new_key := " + key_of(table, info, "NEW") +
           ";\n        END IF;\n        IF TG_OP = 'UPDATE' THEN former_key := " +
           key_of(table, info, "OLD") + "; END IF;\n    END IF;\n" +
           (moves ? if_moved(table.table) : std::string()) +
           note(table.table,
                "CASE WHEN TG_OP = 'INSERT' THEN replace(gen_random_uuid()::text, '-', '') END",
                moves ? " RETURNING seq INTO note" : "") +
           (moves ? kGone : "") + kLast;
}

}  // namespace

std::vector<std::string> create_postgresql_triggers(const TableMapping& table,
                                                    const TableInfo& info,
                                                    const std::string& schema) {
    const auto function =
        postgresql_name(schema) + "." + postgresql_name(function_name(table.table));
    return {"CREATE FUNCTION " + function +
                "() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = "
                "pg_catalog, " +
                postgresql_name(schema) + ", pg_temp AS " + quoted(source(table, info), '\''),
            std::string("CREATE TRIGGER ") + kTrigger + " AFTER INSERT OR UPDATE OR DELETE ON " +
                table_name(table.full_name()) + " FOR EACH ROW EXECUTE FUNCTION " + function +
                "()"};
}

std::vector<std::string> drop_postgresql_triggers(const TableMapping& table,
                                                  const std::string& schema) {
    return {
        std::string("DROP TRIGGER IF EXISTS ") + kTrigger + " ON " + table_name(table.full_name()),
        "DROP FUNCTION IF EXISTS " + postgresql_name(schema) + "." +
            postgresql_name(function_name(table.table)) + "() CASCADE"};
}

std::vector<std::string> drop_all_postgresql_triggers(SqlSession& session) {
    std::vector<std::string> statements;
    session.query(
        "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = "
        "quote_ident(current_schema())::regnamespace AND p.prorettype = 'trigger'::regtype AND "
        "starts_with(p.proname::text, 'cfs_')",
        {}, [&](const SqlRow& row) {
            statements.push_back("DROP FUNCTION " + row[0].value_or("") + " CASCADE");
        });
    return statements;
}

bool has_postgresql_triggers(SqlSession& session, const TableMapping& table,
                             const TableInfo& info) {
    const auto found = session.rows(
        "SELECT p.prosrc, t.tgenabled::text, t.tgtype::text, p.prosecdef::int "
        "FROM pg_trigger t JOIN pg_proc p "
        "ON p.oid = t.tgfoid WHERE t.tgrelid = to_regclass(:p0) AND t.tgname = :p1 "
        "AND p.pronamespace = quote_ident(current_schema())::regnamespace",
        {table_name(table.full_name()), kTrigger});
    if (found.size() != 1) return false;
    const auto& row = found.front();
    const bool enabled = row[1] == "O" || row[1] == "A";
    return enabled && row[0] == source(table, info) && row[2] == kType && row[3] == "1";
}

bool is_noted_from_elsewhere(SqlSession& session, const TableName& table) {
    return session
        .value(
            "SELECT 1 FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE t.tgrelid = "
            "to_regclass(:p0) AND t.tgname = :p1 AND p.pronamespace <> "
            "quote_ident(current_schema())::regnamespace",
            {table_name(table), kTrigger})
        .has_value();
}

std::string postgresql_own_writes(bool begin) {
    return std::string("SELECT set_config('cfs.own_write', '") + (begin ? "1" : "") + "', true)";
}

}  // namespace cfs
