#include "core/database/sqlite_catalogue.h"

#include <algorithm>
#include <cctype>
#include <map>

namespace cfs {

namespace {

bool contains_any(const std::string& text, std::initializer_list<const char*> parts) {
    return std::any_of(parts.begin(), parts.end(),
                       [&](const char* part) { return text.find(part) != std::string::npos; });
}

// What the declared type means to its author; SQLite itself knows fewer.
ColumnKind kind_of(std::string type) {
    std::transform(type.begin(), type.end(), type.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    if (contains_any(type, {"DATE", "TIME"})) return ColumnKind::time;
    if (contains_any(type, {"BOOL"})) return ColumnKind::boolean;
    if (contains_any(type, {"INT"})) return ColumnKind::integer;
    if (contains_any(type, {"CHAR", "CLOB", "TEXT", "JSON", "UUID"})) return ColumnKind::text;
    if (contains_any(type, {"BLOB", "BINARY"})) return ColumnKind::binary;
    return type.empty() ? ColumnKind::other : ColumnKind::number;
}

void read_columns(SqlSession& session, CatalogueTable& table) {
    std::map<std::string, std::string> key;  // by position
    session.query(
        "SELECT name, type, \"notnull\", pk, dflt_value, hidden FROM pragma_table_xinfo(:p0)",
        {table.name}, [&](const SqlRow& row) {
            CatalogueColumn column{row[0].value_or(""), row[1].value_or("")};
            column.kind = kind_of(column.type);
            column.not_null = row[2] == "1";
            column.default_value = row[4];
            column.generated = row[5] != "0";
            if (row[3] != "0") key.emplace(row[3].value_or(""), column.name);
            table.columns.push_back(std::move(column));
        });
    for (const auto& [position, column] : key) table.primary_key.push_back(column);
    if (table.primary_key.size() != 1) return;
    // The one name of the rowid, which SQLite gives where nobody else does.
    for (auto& column : table.columns) {
        std::string type = column.type;
        std::transform(type.begin(), type.end(), type.begin(),
                       [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
        column.automatic = column.name == table.primary_key.front() && type == "INTEGER";
    }
}

void read_unique_keys(SqlSession& session, CatalogueTable& table) {
    std::vector<std::string> indexes;
    session.query(
        "SELECT name FROM pragma_index_list(:p0) WHERE \"unique\" = 1 AND origin <> 'pk' "
        "AND partial = 0 ORDER BY name",
        {table.name}, [&](const SqlRow& row) { indexes.push_back(row[0].value_or("")); });
    for (const auto& index : indexes) {
        std::vector<std::string> columns;
        session.query("SELECT name FROM pragma_index_info(:p0) ORDER BY seqno", {index},
                      [&](const SqlRow& row) { columns.push_back(row[0].value_or("")); });
        // An index on an expression names no column.
        const bool whole = std::find(columns.begin(), columns.end(), "") == columns.end();
        if (whole) table.unique_keys.push_back(std::move(columns));
    }
}

void read_foreign_keys(SqlSession& session, CatalogueTable& table) {
    std::map<std::string, ForeignKey> keys;
    session.query(
        "SELECT id, \"table\", \"from\", \"to\" FROM pragma_foreign_key_list(:p0) ORDER BY id, seq",
        {table.name}, [&](const SqlRow& row) {
            auto& key = keys[row[0].value_or("")];
            key.table = row[1].value_or("");
            key.columns.push_back(row[2].value_or(""));
            key.targets.push_back(row[3].value_or(""));
        });
    for (auto& [id, key] : keys) table.foreign_keys.push_back(std::move(key));
}

// SQLite does not mind how the other table is written, and its primary key need not be named.
void complete_foreign_keys(Catalogue& catalogue) {
    const auto same = [](const std::string& a, const std::string& b) {
        return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
            return std::tolower(static_cast<unsigned char>(x)) ==
                   std::tolower(static_cast<unsigned char>(y));
        });
    };
    for (auto& table : catalogue.tables) {
        for (auto& key : table.foreign_keys) {
            for (const auto& other : catalogue.tables) {
                if (!same(other.name, key.table)) continue;
                key.table = other.name;
                if (key.targets.front().empty()) key.targets = other.primary_key;
                for (auto& target : key.targets) {
                    for (const auto& column : other.columns) {
                        if (same(column.name, target)) target = column.name;
                    }
                }
            }
        }
        std::erase_if(table.foreign_keys, [&](const ForeignKey& key) {
            return catalogue.find(key.table) == nullptr || key.targets.size() != key.columns.size();
        });
    }
}

}  // namespace

Catalogue read_sqlite_catalogue(SqlSession& session) {
    Catalogue catalogue;
    session.query(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' "
        "ESCAPE '\\' AND name NOT LIKE 'cfs\\_%' ESCAPE '\\' ORDER BY name",
        {}, [&](const SqlRow& row) { catalogue.tables.push_back({row[0].value_or("")}); });
    for (auto& table : catalogue.tables) {
        read_columns(session, table);
        read_unique_keys(session, table);
        read_foreign_keys(session, table);
    }
    complete_foreign_keys(catalogue);
    return catalogue;
}

}  // namespace cfs
