#include "core/database/catalogue.h"

#include <algorithm>
#include <charconv>

namespace cfs {

namespace {

// Rows of a table that are looked at, rows whose values are kept, characters compared and kept.
constexpr int kLooked = 1000;
constexpr int kKept = 20;
constexpr int kCharacters = 64;

// Different values of a column that are looked up in another, each by a statement of its own: the
// other column may have no index.
constexpr int kLookedUp = 50;

// Columns that one statement asks about, and rows that it counts: none may take long, since the
// clinic program may have to wait for it.
constexpr std::size_t kColumns = 25;

std::int64_t number_of(const std::optional<std::string>& text) {
    std::int64_t number = 0;
    if (text) std::from_chars(text->data(), text->data() + text->size(), number);
    return number;
}

bool is_compared(const CatalogueColumn& column) { return column.kind != ColumnKind::binary; }

std::string cut(const CatalogueDialect& dialect, const CatalogueColumn& column) {
    return "SUBSTR(" + dialect.as_text(dialect.quoted(column.name)) + ", 1, " +
           std::to_string(kCharacters) + ")";
}

std::string counts(const CatalogueDialect& dialect, const CatalogueColumn& column) {
    const auto name = dialect.quoted(column.name);
    if (!is_compared(column)) return ", COUNT(" + name + "), 0, 0, 0";
    const auto text = cut(dialect, column);
    const auto where = [&](const std::string& value) {
        return ", SUM(CASE WHEN " + text + " = '" + value + "' THEN 1 ELSE 0 END)";
    };
    return ", COUNT(" + name + "), COUNT(DISTINCT " + text + ")" + where("0") + where("");
}

void count_values(SqlSession& session, const CatalogueDialect& dialect, CatalogueTable& table) {
    const auto from = " FROM (SELECT * FROM " + dialect.quoted(table.name) + " LIMIT " +
                      std::to_string(kLooked) + ") looked";
    for (std::size_t first = 0; first < table.columns.size(); first += kColumns) {
        const auto end = std::min(table.columns.size(), first + kColumns);
        std::string select = "SELECT COUNT(*)";
        for (auto i = first; i < end; ++i) select += counts(dialect, table.columns[i]);
        for (const auto& row : session.rows(select + from)) {
            table.looked = number_of(row[0]);
            for (auto i = first; i < end; ++i) {
                const auto at = 1 + (i - first) * 4;
                auto& facts = table.columns[i].facts;
                facts.filled = number_of(row[at]);
                facts.distinct = number_of(row[at + 1]);
                facts.zeros = number_of(row[at + 2]);
                facts.empty = number_of(row[at + 3]);
            }
        }
    }
}

void keep_samples(SqlSession& session, const CatalogueDialect& dialect, CatalogueTable& table) {
    for (std::size_t first = 0; first < table.columns.size(); first += kColumns) {
        const auto end = std::min(table.columns.size(), first + kColumns);
        std::string select;
        for (auto i = first; i < end; ++i) {
            const auto& column = table.columns[i];
            select += (select.empty() ? "SELECT " : ", ") +
                      (is_compared(column) ? cut(dialect, column) : std::string("NULL"));
        }
        session.query(
            select + " FROM " + dialect.quoted(table.name) + " LIMIT " + std::to_string(kKept), {},
            [&](const SqlRow& row) {
                for (auto i = first; i < end; ++i) {
                    auto& samples = table.columns[i].facts.samples;
                    const auto& value = row[i - first];
                    const bool known = !value || std::find(samples.begin(), samples.end(),
                                                           *value) != samples.end();
                    if (!known) samples.push_back(*value);
                }
            });
    }
}

}  // namespace

const CatalogueColumn* CatalogueTable::find(const std::string& column) const {
    const auto at = std::find_if(columns.begin(), columns.end(),
                                 [&](const CatalogueColumn& item) { return item.name == column; });
    return at == columns.end() ? nullptr : &*at;
}

bool CatalogueTable::is_unique(const std::string& column) const {
    const std::vector<std::string> alone = {column};
    return primary_key == alone ||
           std::find(unique_keys.begin(), unique_keys.end(), alone) != unique_keys.end();
}

const CatalogueTable* Catalogue::find(const std::string& table) const {
    const auto at = std::find_if(tables.begin(), tables.end(),
                                 [&](const CatalogueTable& item) { return item.name == table; });
    return at == tables.end() ? nullptr : &*at;
}

std::string CatalogueDialect::quoted(const std::string& identifier) const {
    std::string result(1, quote);
    for (const char c : identifier) {
        result += c;
        if (c == quote) result += c;
    }
    return result + quote;
}

std::string CatalogueDialect::as_text(const std::string& expression) const {
    return "CAST(" + expression + " AS " + text + ")";
}

void look_at_rows(SqlSession& session, Catalogue& catalogue) {
    for (auto& table : catalogue.tables) {
        table.rows = session.number("SELECT COUNT(*) FROM " + catalogue.dialect.quoted(table.name));
        if (table.rows == 0) continue;
        count_values(session, catalogue.dialect, table);
        keep_samples(session, catalogue.dialect, table);
    }
}

Overlap overlap_of(SqlSession& session, const Catalogue& catalogue, const CatalogueTable& table,
                   const CatalogueColumn& column, const CatalogueTable& target,
                   const CatalogueColumn& target_column) {
    const auto& dialect = catalogue.dialect;
    const auto name = dialect.quoted(column.name);
    const auto text = dialect.as_text(name);
    const auto values =
        session.rows("SELECT DISTINCT " + text + " FROM (SELECT " + name + " FROM " +
                     dialect.quoted(table.name) + " WHERE " + name + " IS NOT NULL AND " + text +
                     " <> '0' AND " + text + " <> '' LIMIT " + std::to_string(kLooked) +
                     ") filled LIMIT " + std::to_string(kLookedUp));
    // Of one type it is compared as it is, so that the key's index serves.
    auto there = dialect.quoted(target_column.name);
    if (column.kind != target_column.kind) there = dialect.as_text(there);
    const auto find =
        "SELECT 1 FROM " + dialect.quoted(target.name) + " WHERE " + there + " = :p0 LIMIT 1";
    Overlap overlap;
    for (const auto& value : values) {
        ++overlap.looked;
        if (session.value(find, {value.front()})) ++overlap.found;
    }
    return overlap;
}

}  // namespace cfs
