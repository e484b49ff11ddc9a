#include "core/database/postgresql_catalogue.h"

#include <map>

namespace cfs {

namespace {

using Tables = std::map<std::string, CatalogueTable>;  // by the table's number

// pg_type.typcategory, and what it does not tell apart.
ColumnKind kind_of(const std::string& category, const std::string& type) {
    if (type == "bytea") return ColumnKind::binary;
    if (type == "smallint" || type == "integer" || type == "bigint") return ColumnKind::integer;
    if (type == "uuid" || type == "json" || type == "jsonb") return ColumnKind::text;
    if (category == "B") return ColumnKind::boolean;
    if (category == "N") return ColumnKind::number;
    if (category == "D") return ColumnKind::time;
    return category == "S" || category == "E" ? ColumnKind::text : ColumnKind::other;
}

void read_tables(SqlSession& session, const std::string& schema, Tables& tables) {
    const std::string select =
        "SELECT CAST(c.oid AS text), CAST(c.relname AS text) FROM pg_catalog.pg_class c JOIN "
        "pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND "
        "NOT c.relispartition AND c.relname NOT LIKE 'cfs\\_%' AND ";
    const auto take = [&](const SqlRow& row) {
        tables[row[0].value_or("")].name = row[1].value_or("");
    };
    if (schema.empty()) {
        session.query(select +
                          "pg_catalog.pg_table_is_visible(c.oid) AND n.nspname NOT IN "
                          "('pg_catalog', 'information_schema')",
                      {}, take);
    } else {
        session.query(select + "n.nspname = :p0", {schema}, take);
    }
}

void read_columns(SqlSession& session, Tables& tables,
                  std::map<std::string, std::map<std::string, std::string>>& names) {
    session.query(
        "SELECT CAST(a.attrelid AS text), CAST(a.attname AS text), "
        "pg_catalog.format_type(a.atttypid, a.atttypmod), CAST(t.typcategory AS text), "
        "pg_catalog.format_type(a.atttypid, NULL), CASE WHEN a.attnotnull THEN 1 ELSE 0 END, "
        "CAST(a.attidentity AS text), CAST(a.attgenerated AS text), "
        "pg_catalog.pg_get_expr(d.adbin, d.adrelid), CAST(a.attnum AS text) "
        "FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid "
        "JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p') "
        "LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum "
        "WHERE a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum",
        {}, [&](const SqlRow& row) {
            const auto table = tables.find(row[0].value_or(""));
            if (table == tables.end()) return;
            CatalogueColumn column{row[1].value_or(""), row[2].value_or("")};
            column.kind = kind_of(row[3].value_or(""), row[4].value_or(""));
            column.not_null = row[5] == "1";
            column.default_value = row[8];
            column.automatic =
                !row[6].value_or("").empty() || row[8].value_or("").starts_with("nextval(");
            column.generated = !row[7].value_or("").empty();
            names[table->first][row[9].value_or("")] = column.name;
            table->second.columns.push_back(std::move(column));
        });
}

// "{1,2}" as the names of these columns.
std::vector<std::string> columns_of(const std::string& numbers,
                                    const std::map<std::string, std::string>& names) {
    std::vector<std::string> columns;
    std::string number;
    for (const char c : numbers) {
        if (c >= '0' && c <= '9') {
            number += c;
        } else if (!number.empty()) {
            const auto at = names.find(number);
            columns.push_back(at == names.end() ? std::string() : at->second);
            number.clear();
        }
    }
    return columns;
}

}  // namespace

// SOCI takes a colon for a parameter: casts are written as CAST().
Catalogue read_postgresql_catalogue(SqlSession& session, const std::string& schema) {
    Tables tables;
    std::map<std::string, std::map<std::string, std::string>> names;
    read_tables(session, schema, tables);
    read_columns(session, tables, names);
    // Unique indexes are unique keys too, whether or not a constraint made them.
    session.query(
        "SELECT CAST(indrelid AS text), CASE WHEN indisprimary THEN 1 ELSE 0 END, '{' || "
        "pg_catalog.array_to_string(indkey, ',') || '}' FROM pg_catalog.pg_index WHERE indisunique "
        "AND indisvalid AND indpred IS NULL AND indexprs IS NULL ORDER BY indexrelid",
        {}, [&](const SqlRow& row) {
            const auto table = tables.find(row[0].value_or(""));
            if (table == tables.end()) return;
            auto columns = columns_of(row[2].value_or(""), names[table->first]);
            if (row[1] == "1") {
                table->second.primary_key = std::move(columns);
            } else {
                table->second.unique_keys.push_back(std::move(columns));
            }
        });
    session.query(
        "SELECT CAST(conrelid AS text), CAST(confrelid AS text), CAST(conkey AS text), "
        "CAST(confkey AS text) FROM pg_catalog.pg_constraint WHERE contype = 'f' ORDER BY oid",
        {}, [&](const SqlRow& row) {
            const auto table = tables.find(row[0].value_or(""));
            const auto target = tables.find(row[1].value_or(""));
            if (table == tables.end() || target == tables.end()) return;
            table->second.foreign_keys.push_back(
                {columns_of(row[2].value_or(""), names[table->first]), target->second.name,
                 columns_of(row[3].value_or(""), names[target->first])});
        });
    Catalogue catalogue;
    std::map<std::string, CatalogueTable> by_name;
    for (auto& [number, table] : tables) by_name[table.name] = std::move(table);
    for (auto& [name, table] : by_name) catalogue.tables.push_back(std::move(table));
    return catalogue;
}

}  // namespace cfs
