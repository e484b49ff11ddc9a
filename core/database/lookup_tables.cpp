#include "core/database/lookup_tables.h"

#include <algorithm>

#include "core/database/table_sum.h"
#include "core/model/text.h"

namespace cfs {

namespace {

std::string memo_of(const Lookup& lookup) {
    return lookup.schema + '\n' + lookup.table + '\n' + lookup.target + '\n' +
           joined(lookup.by, "\n") + '\n';
}

}  // namespace

// Of those that the clinic program has not dropped.
std::vector<ColumnInfo> LookupTables::columns_of(const Lookup& lookup,
                                                 const std::vector<std::string>& names) {
    std::vector<ColumnInfo> columns;
    for (const auto& name : names) {
        if (const auto* column = info(lookup).find(name)) columns.push_back(*column);
    }
    return columns;
}

// Read as the columns of mapped tables are, so that they are the same on every database system; of
// those that the table has, where it has the row.
std::map<std::string, Value> LookupTables::values(const Lookup& lookup,
                                                  const std::vector<std::string>& names,
                                                  const std::string& target_value) {
    std::map<std::string, Value> held;
    const auto columns = columns_of(lookup, names);
    if (columns.empty()) return held;
    std::vector<std::string> expressions;
    for (const auto& column : columns) expressions.push_back(backend_.read_expression(column));
    session_.query("SELECT " + joined(expressions, ", ") + " FROM " +
                       backend_.quote_table(lookup.full_name()) + " WHERE " +
                       backend_.quote(lookup.target) + " = :p0",
                   {target_value}, [&](const SqlRow& row) {
                       for (std::size_t i = 0; i < columns.size(); ++i) {
                           held.insert_or_assign(columns[i].name,
                                                 backend_.value_of(row[i], columns[i]));
                       }
                   });
    return held;
}

std::optional<std::string> LookupTables::natural_key(const Lookup& lookup,
                                                     const std::string& target_value) {
    const auto memo = "to " + memo_of(lookup) + target_value;
    const auto known = known_.find(memo);
    if (known != known_.end()) return known->second;
    const auto held = values(lookup, lookup.by, target_value);
    std::optional<std::string> natural;
    if (std::all_of(lookup.by.begin(), lookup.by.end(),
                    [&](const std::string& name) { return held.contains(name); })) {
        std::vector<std::string> parts;
        for (const auto& name : lookup.by) parts.push_back(held.at(name).bytes);
        natural = join_key(parts);
    }
    known_.emplace(memo, natural);
    return natural;
}

std::vector<SqlRow> LookupTables::rows_by_natural_key(const Lookup& lookup,
                                                      const std::string& natural_key) {
    const auto parts = split_key(natural_key, lookup.by.size());
    std::vector<std::string> conditions;
    SqlParameters parameters;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        conditions.push_back(backend_.quote(lookup.by[i]) + " = " + placeholder(i));
        parameters.emplace_back(parts[i]);
    }
    return session_.rows("SELECT " + backend_.quote(lookup.target) + " FROM " +
                             backend_.quote_table(lookup.full_name()) + " WHERE " +
                             joined(conditions, " AND "),
                         parameters);
}

std::optional<std::string> LookupTables::target(const Lookup& lookup,
                                                const std::string& natural_key) {
    const auto memo = "from " + memo_of(lookup) + natural_key;
    const auto known = known_.find(memo);
    if (known != known_.end()) return known->second;
    std::optional<std::string> only;
    const auto found = rows_by_natural_key(lookup, natural_key);
    // Two rows of the same natural key: neither can be meant.
    if (found.size() == 1) only = found.front().front();
    if (!created_.contains(memo)) known_.emplace(memo, only);
    return only;
}

const TableInfo& LookupTables::info(const Lookup& lookup) {
    const auto name = lookup.full_name();
    const auto key = name.schema + '\n' + name.name;
    const auto known = infos_.find(key);
    if (known != infos_.end()) return known->second;
    auto described = backend_.describe(session_, name);
    if (!described) throw RowRefused(said("there is no table {1}", name.text()));
    return infos_.emplace(key, std::move(*described)).first->second;
}

std::string LookupTables::state_of(const Lookup& lookup) {
    auto names = lookup.by;
    names.push_back(lookup.target);
    const auto number = backend_.content_number(columns_of(lookup, names));
    const auto total = sum_of_rows(session_, backend_.quote_table(lookup.full_name()), number);
    return number + " " + total.text() + "\n";
}

std::map<std::string, Value> LookupTables::copies(const Lookup& lookup,
                                                  const std::string& target_value) {
    return values(lookup, lookup.copies, target_value);
}

std::optional<std::string> LookupTables::create(const Lookup& lookup,
                                                const std::string& natural_key,
                                                const std::map<std::string, Value>& copies) {
    const auto memo = "from " + memo_of(lookup) + natural_key;
    created_.insert(memo);
    known_.erase(memo);
    if (!rows_by_natural_key(lookup, natural_key).empty()) return std::nullopt;
    std::map<std::string, Value> columns;
    const auto parts = split_key(natural_key, lookup.by.size());
    for (const auto& [column, value] : copies) {
        if (!value.is_null()) columns.emplace(column, value);
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
        columns.insert_or_assign(lookup.by[i], text_value(parts[i]));
    }
    std::vector<std::string> names, expressions;
    SqlParameters parameters;
    for (const auto& [name, value] : columns) {
        const auto* column = info(lookup).find(name);
        if (column == nullptr) continue;
        auto written = backend_.write_expression(value, *column, placeholder(parameters.size()));
        names.push_back(backend_.quote(name));
        expressions.push_back(std::move(written.sql));
        parameters.push_back(std::move(written.parameter));
    }
    session_.execute("INSERT INTO " + backend_.quote_table(lookup.full_name()) + " (" +
                         joined(names, ", ") + ") VALUES (" + joined(expressions, ", ") + ")",
                     parameters);
    return target(lookup, natural_key);
}

}  // namespace cfs
