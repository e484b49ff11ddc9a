#include "core/database/mariadb_catalogue.h"

#include <map>

namespace cfs {

namespace {

// Of one of the server's databases, without our own tables.
constexpr const char* kHere = "table_schema = :p0 AND table_name NOT LIKE 'cfs\\_%'";

ColumnKind kind_of(const std::string& type, const std::string& whole) {
    static const std::map<std::string, ColumnKind> kinds = {
        {"tinyint", ColumnKind::integer},   {"smallint", ColumnKind::integer},
        {"mediumint", ColumnKind::integer}, {"int", ColumnKind::integer},
        {"bigint", ColumnKind::integer},    {"decimal", ColumnKind::number},
        {"float", ColumnKind::number},      {"double", ColumnKind::number},
        {"char", ColumnKind::text},         {"varchar", ColumnKind::text},
        {"tinytext", ColumnKind::text},     {"text", ColumnKind::text},
        {"mediumtext", ColumnKind::text},   {"longtext", ColumnKind::text},
        {"enum", ColumnKind::text},         {"set", ColumnKind::text},
        {"uuid", ColumnKind::text},         {"json", ColumnKind::text},
        {"date", ColumnKind::time},         {"time", ColumnKind::time},
        {"datetime", ColumnKind::time},     {"timestamp", ColumnKind::time},
        {"binary", ColumnKind::binary},     {"varbinary", ColumnKind::binary},
        {"tinyblob", ColumnKind::binary},   {"blob", ColumnKind::binary},
        {"mediumblob", ColumnKind::binary}, {"longblob", ColumnKind::binary},
    };
    if (whole == "tinyint(1)") return ColumnKind::boolean;
    const auto at = kinds.find(type);
    return at == kinds.end() ? ColumnKind::other : at->second;
}

bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

// MariaDB writes a text in quotes and no default as NULL, MySQL neither.
std::optional<std::string> plain_default(const std::optional<std::string>& text) {
    if (!text || *text == "NULL") return std::nullopt;
    const bool quoted = text->size() >= 2 && text->front() == '\'' && text->back() == '\'';
    return quoted ? text->substr(1, text->size() - 2) : text;
}

using Tables = std::map<std::string, CatalogueTable>;

void read_columns(SqlSession& session, const std::string& schema, Tables& tables) {
    session.query(
        std::string("SELECT table_name, column_name, data_type, column_type, is_nullable, extra, "
                    "column_default FROM information_schema.columns WHERE ") +
            kHere + " ORDER BY table_name, ordinal_position",
        {schema}, [&](const SqlRow& row) {
            const auto table = tables.find(row[0].value_or(""));
            if (table == tables.end()) return;  // a view
            CatalogueColumn column{row[1].value_or(""), row[3].value_or("")};
            column.kind = kind_of(row[2].value_or(""), column.type);
            column.not_null = row[4] == "NO";
            const auto extra = row[5].value_or("");
            column.automatic = has(extra, "auto_increment");
            column.set_on_update = has(extra, "on update");
            column.generated = has(extra, "GENERATED") && !has(extra, "DEFAULT_GENERATED");
            column.default_value = plain_default(row[6]);
            table->second.columns.push_back(std::move(column));
        });
}

void read_keys(SqlSession& session, const std::string& schema, Tables& tables) {
    std::map<std::pair<std::string, std::string>, std::vector<std::string>> keys;
    session.query(
        std::string("SELECT table_name, index_name, column_name FROM "
                    "information_schema.statistics WHERE non_unique = 0 AND ") +
            kHere + " ORDER BY table_name, index_name, seq_in_index",
        {schema}, [&](const SqlRow& row) {
            keys[{row[0].value_or(""), row[1].value_or("")}].push_back(row[2].value_or(""));
        });
    for (auto& [name, columns] : keys) {
        const auto table = tables.find(name.first);
        if (table == tables.end()) continue;
        if (name.second == "PRIMARY") {
            table->second.primary_key = std::move(columns);
        } else {
            table->second.unique_keys.push_back(std::move(columns));
        }
    }
}

void read_foreign_keys(SqlSession& session, const std::string& schema, Tables& tables) {
    std::map<std::pair<std::string, std::string>, ForeignKey> keys;
    session.query(
        std::string("SELECT table_name, constraint_name, column_name, referenced_table_name, "
                    "referenced_column_name FROM information_schema.key_column_usage WHERE "
                    "referenced_table_schema = table_schema AND ") +
            kHere + " ORDER BY table_name, constraint_name, ordinal_position",
        {schema}, [&](const SqlRow& row) {
            auto& key = keys[{row[0].value_or(""), row[1].value_or("")}];
            key.columns.push_back(row[2].value_or(""));
            key.table = row[3].value_or("");
            key.targets.push_back(row[4].value_or(""));
        });
    for (auto& [name, key] : keys) {
        const auto table = tables.find(name.first);
        if (table != tables.end()) table->second.foreign_keys.push_back(std::move(key));
    }
}

}  // namespace

Catalogue read_mariadb_catalogue(SqlSession& session, const std::string& schema) {
    Tables tables;
    session.query(std::string("SELECT table_name FROM information_schema.tables WHERE table_type = "
                              "'BASE TABLE' AND ") +
                      kHere,
                  {schema}, [&](const SqlRow& row) {
                      const auto name = row[0].value_or("");
                      tables[name].name = name;
                  });
    read_columns(session, schema, tables);
    read_keys(session, schema, tables);
    read_foreign_keys(session, schema, tables);
    Catalogue catalogue{{}, {'`', "CHAR"}};
    for (auto& [name, table] : tables) catalogue.tables.push_back(std::move(table));
    return catalogue;
}

}  // namespace cfs
