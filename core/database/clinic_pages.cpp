// ClinicTables: whole tables, read page by page, so that nobody has to wait.
#include "core/database/clinic_tables.h"

namespace cfs {

SqlCondition ClinicTables::page_clause(const TableMapping& table,
                                       const std::optional<std::string>& after,
                                       std::int64_t limit) const {
    std::vector<std::string> keys, bounds;
    SqlCondition clause;
    for (const auto& column : table.key) keys.push_back(quoted(table, column));
    if (after) {
        for (auto& part : split_key(*after, table.key.size())) {
            bounds.push_back(placeholder(clause.parameters.size()));
            clause.parameters.emplace_back(std::move(part));
        }
        clause.sql = keys.size() == 1
                         ? " WHERE " + keys[0] + " > " + bounds[0]
                         : " WHERE (" + joined(keys, ", ") + ") > (" + joined(bounds, ", ") + ")";
    }
    clause.sql += " ORDER BY " + joined(keys, ", ") + " LIMIT " + std::to_string(limit);
    return clause;
}

std::vector<RawRow> ClinicTables::rows_after(const TableMapping& table, const Prepared& form,
                                             const std::optional<std::string>& after,
                                             std::int64_t limit, TableSum* sum) {
    const auto& [columns, select] = form;
    const auto clause = page_clause(table, after, limit);
    std::vector<RawRow> rows;
    session_.query(select + clause.sql, clause.parameters,
                   [&, &columns = columns](const SqlRow& row) {
                       rows.push_back(raw_row(table, columns, row));
                       if (sum != nullptr) sum->add(row[columns.size()]);
                   });
    return rows;
}

std::vector<std::string> ClinicTables::shared_values(const TableMapping& table,
                                                     const std::optional<std::string>& after,
                                                     std::int64_t limit) {
    const auto& column = *this->column(table, table.key.front());
    const auto name = backend_.quote(column.name);
    SqlParameters parameters;
    if (after) parameters.emplace_back(*after);
    std::vector<std::string> values;
    session_.query(
        "SELECT " + backend_.read_expression(column) + " AS cfs_value FROM (SELECT DISTINCT " +
            name + " FROM " + own_rows(table) + " WHERE " +
            (after ? name + " > :p0" : name + " IS NOT NULL") + " ORDER BY " + name + " LIMIT " +
            std::to_string(limit) + ") AS shared ORDER BY " + name,
        parameters,
        [&](const SqlRow& row) { values.push_back(backend_.value_of(row[0], column).bytes); });
    return values;
}

std::vector<std::int64_t> ClinicTables::count_in_page(const TableMapping& table,
                                                      const std::optional<std::string>& after,
                                                      std::int64_t limit,
                                                      const std::vector<std::string>& conditions) {
    std::vector<std::int64_t> counts(conditions.size());
    std::string sums;
    for (const auto& condition : conditions) {
        sums += (sums.empty() ? "" : ", ") + ("COUNT(CASE WHEN " + condition + " THEN 1 END)");
    }
    if (sums.empty()) return counts;
    const auto clause = page_clause(table, after, limit);
    session_.query(
        "SELECT " + sums + " FROM (SELECT * FROM " + own_rows(table) + clause.sql + ") page",
        clause.parameters, [&](const SqlRow& row) {
            for (std::size_t i = 0; i < counts.size(); ++i) {
                counts[i] = std::stoll(row[i].value_or("0"));
            }
        });
    return counts;
}

void ClinicTables::for_each_page(const TableMapping& table, std::int64_t limit,
                                 const std::function<void(const std::vector<RawRow>&)>& take,
                                 TableSum* sum) {
    std::optional<std::string> after;
    while (table.shared_key) {
        const auto values = shared_values(table, after, limit);
        if (!values.empty()) take(read_where(table, table.key.front(), values));
        if (values.size() < static_cast<std::size_t>(limit)) return;
        after = values.back();
    }
    const auto take_whole = [&](std::vector<RawRow>& rows) {
        add_parts(table, rows);
        take(rows);
    };
    if (sum == nullptr) return for_each_page(table, prepared(table), limit, take_whole);
    for_each_page(table, prepare(table, columns(table), content_number(table)), limit, take_whole,
                  sum);
}

bool ClinicTables::can_be_summed(const TableMapping& table) const {
    return !table.shared_key && table.parts.empty() && !content_number(table).empty();
}

TableSum ClinicTables::sum(const TableMapping& table) {
    return sum_of_rows(session_, own_rows(table), content_number(table));
}

std::string ClinicTables::meaning_of_sum(const TableMapping& table) {
    std::string meaning = content_number(table) + "\n";
    for (const auto& column : columns(table)) {
        const auto* lookup = table.lookup(table.known_as(column.name));
        if (lookup != nullptr) meaning += lookups_.state_of(*lookup);
    }
    return meaning;
}

std::string ClinicTables::content_number(const TableMapping& table) const {
    std::vector<ColumnInfo> held;
    for (const auto& column : columns(table)) {
        const auto name = table.known_as(column.name);
        if (table.is_key(name) || table.is_content(name)) held.push_back(column);
    }
    return backend_.content_number(held);
}

void ClinicTables::for_each_page(const TableMapping& table, const Prepared& form,
                                 std::int64_t limit,
                                 const std::function<void(std::vector<RawRow>&)>& take,
                                 TableSum* sum) {
    std::optional<std::string> after;
    while (true) {
        auto rows = rows_after(table, form, after, limit, sum);
        if (!rows.empty()) take(rows);
        if (rows.size() < static_cast<std::size_t>(limit)) return;
        after = rows.back().key;
    }
}

void ClinicTables::for_each_text(const TableMapping& table, const std::string& column,
                                 const std::function<void(const std::string&)>& take) {
    constexpr std::int64_t kTexts = 5000;
    const auto take_all = [&](const std::vector<RawRow>& rows) {
        for (const auto& row : rows) {
            if (const auto text = row.text(column)) take(*text);
        }
    };
    if (table.shared_key) return for_each_page(table, kTexts, take_all);
    std::vector<ColumnInfo> columns = {*this->column(table, column)};
    for (const auto& key : table.key) columns.push_back(*this->column(table, key));
    for_each_page(table, prepare(table, columns), kTexts, take_all);
}

}  // namespace cfs
