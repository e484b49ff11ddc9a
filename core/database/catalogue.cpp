#include "core/database/catalogue.h"

#include <algorithm>
#include <charconv>

namespace cfs {

namespace {

// Rows of a table that are looked at, rows whose values are kept, characters compared and kept.
constexpr int kLooked = 1000;
constexpr int kKept = 20;
constexpr int kCharacters = 64;

// Different values of a column that are looked up in another.
constexpr int kLookedUp = 100;

// Columns that one statement asks about: databases limit the columns of a result.
constexpr std::size_t kColumns = 100;

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
    // Of one type they are compared as they are, so that the key's index serves.
    const bool same = column.kind == target_column.kind;
    auto there = "t." + dialect.quoted(target_column.name);
    std::string here = "looked.v";
    if (!same) {
        there = dialect.as_text(there);
        here = dialect.as_text(here);
    }
    const auto found = "EXISTS (SELECT 1 FROM " + dialect.quoted(target.name) + " t WHERE " +
                       there + " = " + here + ")";
    const auto rows = session.rows(
        "SELECT COUNT(*), SUM(CASE WHEN " + found + " THEN 1 ELSE 0 END) FROM (SELECT DISTINCT " +
        name + " AS v FROM (SELECT " + name + " FROM " + dialect.quoted(table.name) + " WHERE " +
        name + " IS NOT NULL AND " + text + " <> '0' AND " + text + " <> '' LIMIT " +
        std::to_string(kLooked) + ") filled LIMIT " + std::to_string(kLookedUp) + ") looked");
    return rows.empty() ? Overlap{} : Overlap{number_of(rows[0][0]), number_of(rows[0][1])};
}

}  // namespace cfs
