#include "core/database/backend.h"

#include <algorithm>
#include <cctype>

#include "core/database/mariadb_backend.h"
#include "core/database/postgresql_backend.h"
#include "core/database/sqlite_backend.h"
#include "core/model/made_absolute.h"
#include "core/model/text.h"

namespace cfs {

namespace {

constexpr std::string_view kSqlite = "sqlite3://";
constexpr std::string_view kMysql = "mysql://";
constexpr std::string_view kPostgresql = "postgresql://";

// Can't occur in a number and hardly in any other key; XML can hold it.
constexpr char kKeySeparator = '\t';

void append_json_string(std::string& out, const std::string& text) {
    constexpr char kHex[] = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20) {
            out += "\\u00";
            out += kHex[byte >> 4];
            out += kHex[byte & 15];
        } else {
            out += c;
        }
    }
    out += '"';
}

}  // namespace

const ColumnInfo* TableInfo::find(const std::string& column) const {
    const auto at = std::find_if(columns.begin(), columns.end(),
                                 [&](const ColumnInfo& item) { return item.name == column; });
    return at == columns.end() ? nullptr : &*at;
}

bool TableInfo::computes(const std::string& column) const {
    return std::find(computed.begin(), computed.end(), column) != computed.end();
}

std::string Backend::quote_table(const TableName& table) const {
    return table.schema.empty() ? quote(table.name) : quote(table.schema) + "." + quote(table.name);
}

std::string absolute_connection(const std::string& connection) {
    const auto path = connection.substr(std::min(connection.size(), kSqlite.size()));
    if (!connection.starts_with(kSqlite) || path.empty() || path == ":memory:") return connection;
    return std::string(kSqlite) + made_absolute(path).string();
}

std::unique_ptr<Backend> make_backend(const std::string& connection, const std::string& password) {
    if (connection.starts_with(kSqlite)) {
        return make_sqlite_backend(connection.substr(kSqlite.size()));
    }
    if (connection.starts_with(kMysql)) {
        return make_mariadb_backend(connection.substr(kMysql.size()), password);
    }
    if (connection.starts_with(kPostgresql)) {
        return make_postgresql_backend(connection.substr(kPostgresql.size()), password);
    }
    throw Error(ErrorCode::usage,
                said("The connection {1} is not known; write sqlite3:// and the path of the "
                     "database file, or mysql:// or postgresql:// and the options of a connection.",
                     connection));
}

std::optional<std::string> plain_default(const std::optional<std::string>& words) {
    if (!words) return std::nullopt;
    const auto text = std::string_view(*words).substr(0, words->find("::"));
    const bool in_quotes = text.size() >= 2 && text.front() == '\'' && text.back() == '\'';
    const auto value = in_quotes ? text.substr(1, text.size() - 2) : text;
    const bool number =
        !text.empty() && text.find_first_not_of("0123456789.-+") == std::string_view::npos;
    const bool boolean = text == "true" || text == "false";
    if (boolean) return text == "true" ? "1" : "0";
    const bool plain = in_quotes ? value.find('\'') == std::string_view::npos : number;
    return plain ? std::optional<std::string>(value) : std::nullopt;
}

bool is_computed(const std::optional<std::string>& default_words) {
    if (!default_words || plain_default(default_words)) return false;
    auto words = default_words->substr(0, default_words->find("::"));
    std::transform(words.begin(), words.end(), words.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return words != "NULL";
}

std::string quoted(const std::string& text, char mark) {
    std::string result;
    result.reserve(text.size() + 2);
    result += mark;
    for (const char c : text) {
        result += c;
        if (c == mark) result += c;
    }
    result += mark;
    return result;
}

SqlCondition in_list(const std::string& column, SqlParameters parameters) {
    std::string list;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        list += (i == 0 ? ":p" : ", :p") + std::to_string(i);
    }
    return {column + " IN (" + list + ")", std::move(parameters)};
}

SqlCondition about_keys(const Backend& backend, const std::string& table,
                        const std::vector<std::string>& keys) {
    // The placeholders of the list come first.
    auto condition = backend.is_one_of({"local_key", ""}, keys);
    condition.sql += " AND tbl = " + placeholder(condition.parameters.size());
    condition.parameters.emplace_back(table);
    return condition;
}

std::string json_array(const std::vector<std::string>& texts) {
    std::string out = "[";
    for (const auto& text : texts) {
        if (out.size() > 1) out += ',';
        append_json_string(out, text);
    }
    return out + "]";
}

std::string placeholder(std::size_t number) { return ":p" + std::to_string(number); }

std::string joined(const std::vector<std::string>& parts, const char* between) {
    std::string text;
    for (const auto& part : parts) {
        if (!text.empty()) text += between;
        text += part;
    }
    return text;
}

bool is_on_server(const std::string& connection) { return !connection.starts_with("sqlite3:"); }

std::string join_key(const std::vector<std::string>& parts) {
    std::string key;
    for (const auto& part : parts) {
        if (&part != &parts.front()) key += kKeySeparator;
        key += part;
    }
    return key;
}

std::vector<std::string> split_key(const std::string& key, std::size_t count) {
    std::vector<std::string> parts;
    std::size_t start = 0;
    while (parts.size() + 1 < count) {
        const auto at = key.find(kKeySeparator, start);
        if (at == std::string::npos) break;
        parts.push_back(key.substr(start, at - start));
        start = at + 1;
    }
    parts.push_back(key.substr(start));
    parts.resize(count);
    return parts;
}

}  // namespace cfs
