#include "core/database/clinic_tables.h"

#include <algorithm>

namespace cfs {

namespace {

// Keys that one statement asks for.
constexpr std::size_t kChunk = 400;

std::string placeholder(std::size_t number) { return ":p" + std::to_string(number); }

std::string joined(const std::vector<std::string>& parts, const char* between) {
    std::string text;
    for (const auto& part : parts) {
        if (!text.empty()) text += between;
        text += part;
    }
    return text;
}

void append(std::string& text, const std::string& part) {
    text += std::to_string(part.size());
    text += ':';
    text += part;
}

bool is_reference_target(const Mapping& mapping, const std::string& table,
                         const std::string& column) {
    for (const auto& other : mapping.tables) {
        for (const auto& reference : other.references) {
            if (reference.table == table && reference.target == column) return true;
        }
    }
    return false;
}

std::string memo_of(const Lookup& lookup) {
    return lookup.table + '\n' + lookup.target + '\n' + joined(lookup.by, "\n") + '\n';
}

template <class Visit>
void for_each_chunk(const std::vector<std::string>& items, Visit visit) {
    for (std::size_t at = 0; at < items.size(); at += kChunk) {
        const auto end = std::min(items.size(), at + kChunk);
        visit(std::vector<std::string>(items.begin() + static_cast<std::ptrdiff_t>(at),
                                       items.begin() + static_cast<std::ptrdiff_t>(end)));
    }
}

}  // namespace

std::optional<std::string> RawRow::text(const std::string& column) const {
    const auto at = columns.find(column);
    if (at == columns.end() || at->second.is_null()) return std::nullopt;
    return at->second.bytes;
}

ClinicTables::ClinicTables(Backend& backend, SqlSession& session, const Mapping& mapping)
    : backend_(backend), session_(session) {
    for (const auto& table : mapping.tables) {
        auto info = backend_.describe(session_, table.table);
        if (!info) continue;
        std::erase_if(info->columns, [&](const ColumnInfo& column) {
            return !table.travels(column.name) && !table.is_key(column.name) &&
                   !is_reference_target(mapping, table.table, column.name);
        });
        catalogue_.emplace(table.table, std::move(*info));
        prepared_.emplace(table.table, prepare(table));
    }
}

ClinicTables::Prepared ClinicTables::prepare(const TableMapping& table) const {
    const auto& info = catalogue_.at(table.table);
    std::vector<std::string> expressions;
    for (const auto& column : info.columns) expressions.push_back(backend_.read_expression(column));
    return {info.columns,
            "SELECT " + joined(expressions, ", ") + " FROM " + backend_.quote(table.table)};
}

const ClinicTables::Prepared& ClinicTables::prepared(const TableMapping& table) const {
    return prepared_.at(table.table);
}

const std::vector<ColumnInfo>& ClinicTables::columns(const TableMapping& table) const {
    return prepared(table).columns;
}

const TableInfo& ClinicTables::info(const TableMapping& table) const {
    return catalogue_.at(table.table);
}

const ColumnInfo* ClinicTables::column(const TableMapping& table, const std::string& name) const {
    return catalogue_.at(table.table).find(name);
}

RawRow ClinicTables::raw_row(const TableMapping& table, const std::vector<ColumnInfo>& columns,
                             const SqlRow& row) const {
    RawRow raw{&table, {}, {}};
    for (std::size_t i = 0; i < columns.size(); ++i) {
        raw.columns.emplace(columns[i].name, backend_.value_of(row[i], columns[i]));
    }
    std::vector<std::string> key;
    for (const auto& column : table.key) key.push_back(raw.text(column).value_or(""));
    raw.key = join_key(key);
    return raw;
}

std::string ClinicTables::key_condition(const TableMapping& table, std::size_t first) const {
    std::vector<std::string> conditions;
    for (std::size_t i = 0; i < table.key.size(); ++i) {
        conditions.push_back(backend_.quote(table.key[i]) + " = " + placeholder(first + i));
    }
    return joined(conditions, " AND ");
}

std::optional<RawRow> ClinicTables::read(const TableMapping& table, const std::string& key) {
    const auto& form = prepared(table);
    SqlParameters parameters;
    for (auto& part : split_key(key, table.key.size())) parameters.emplace_back(std::move(part));
    std::optional<RawRow> found;
    session_.query(form.select + " WHERE " + key_condition(table, 0), parameters,
                   [&](const SqlRow& row) { found = raw_row(table, form.columns, row); });
    return found;
}

std::vector<RawRow> ClinicTables::read_keys(const TableMapping& table,
                                            const std::vector<std::string>& keys) {
    if (table.key.size() == 1) return read_where(table, table.key.front(), keys);
    std::vector<RawRow> rows;
    for (const auto& key : keys) {
        if (auto row = read(table, key)) rows.push_back(std::move(*row));
    }
    return rows;
}

std::vector<RawRow> ClinicTables::read_where(const TableMapping& table, const std::string& column,
                                             const std::vector<std::string>& values) {
    std::vector<RawRow> rows;
    const auto& [columns, select] = prepared(table);
    for_each_chunk(values, [&, &columns = columns, &select = select](const auto& chunk) {
        const auto condition = backend_.is_one_of(*this->column(table, column), chunk);
        session_.query(select + " WHERE " + condition.sql, condition.parameters,
                       [&](const SqlRow& row) { rows.push_back(raw_row(table, columns, row)); });
    });
    return rows;
}

std::vector<RawRow> ClinicTables::page(const TableMapping& table,
                                       const std::optional<std::string>& after,
                                       std::int64_t limit) {
    const auto& [columns, select] = prepared(table);
    std::vector<std::string> keys, bounds;
    SqlParameters parameters;
    for (const auto& column : table.key) keys.push_back(backend_.quote(column));
    std::string condition;
    if (after) {
        for (auto& part : split_key(*after, table.key.size())) {
            bounds.push_back(placeholder(parameters.size()));
            parameters.emplace_back(std::move(part));
        }
        condition = keys.size() == 1
                        ? " WHERE " + keys[0] + " > " + bounds[0]
                        : " WHERE (" + joined(keys, ", ") + ") > (" + joined(bounds, ", ") + ")";
    }
    const auto order = " ORDER BY " + joined(keys, ", ") + " LIMIT " + std::to_string(limit);
    std::vector<RawRow> rows;
    session_.query(select + condition + order, parameters,
                   [&, &columns = columns](const SqlRow& row) {
                       rows.push_back(raw_row(table, columns, row));
                   });
    return rows;
}

bool ClinicTables::exists(const TableMapping& table, const std::string& key) {
    SqlParameters parameters;
    for (auto& part : split_key(key, table.key.size())) parameters.emplace_back(std::move(part));
    return session_
        .value("SELECT 1 FROM " + backend_.quote(table.table) + " WHERE " + key_condition(table, 0),
               parameters)
        .has_value();
}

std::int64_t ClinicTables::count(const TableMapping& table) {
    return session_.number("SELECT COUNT(*) FROM " + backend_.quote(table.table));
}

// A column's name and the expression it is set to, for the columns that follow a rule of their own.
void ClinicTables::add_volatile(const TableMapping& table, std::vector<std::string>& assignments,
                                bool insert) const {
    if (insert) return;  // the clinic program's own default begins a row version
    for (const auto& changing : table.volatiles) {
        const auto quoted = backend_.quote(changing.column);
        if (changing.write == VolatileWrite::now) {
            assignments.push_back(quoted + " = " + backend_.present_time());
        } else if (changing.write == VolatileWrite::increment) {
            assignments.push_back(quoted + " = COALESCE(" + quoted + ", 0) + 1");
        }
    }
}

std::string ClinicTables::insert(const TableMapping& table,
                                 const std::map<std::string, Value>& columns,
                                 const std::string& wanted_key) {
    std::vector<std::string> names, expressions;
    SqlParameters parameters;
    const auto add = [&](const std::string& column, const Value& value) {
        auto written = backend_.write_expression(value, *this->column(table, column),
                                                 placeholder(parameters.size()));
        names.push_back(backend_.quote(column));
        expressions.push_back(std::move(written.sql));
        parameters.push_back(std::move(written.parameter));
    };
    for (const auto& [column, value] : columns) add(column, value);
    std::string key = wanted_key;
    if (table.allocation == KeyAllocation::maximum && (key.empty() || exists(table, key))) {
        key = std::to_string(session_.number("SELECT MAX(" + backend_.quote(table.key.front()) +
                                             ") FROM " + backend_.quote(table.table)) +
                             1);
    } else if (!key.empty() && exists(table, key)) {
        key.clear();
    }
    const bool given = table.allocation != KeyAllocation::natural && !key.empty();
    if (given) add(table.key.front(), text_value(key));
    const auto statement = "INSERT INTO " + backend_.quote(table.table) + " (" +
                           joined(names, ", ") + ") VALUES (" + joined(expressions, ", ") + ")";
    const bool natural = table.allocation == KeyAllocation::natural;
    if (!given && !natural) {
        return backend_.insert(session_, statement, parameters, table.key.front());
    }
    session_.execute(statement, parameters);
    if (!natural) return key;
    std::vector<std::string> parts;
    for (const auto& column : table.key) parts.push_back(columns.at(column).bytes);
    return join_key(parts);
}

// Where a transaction reads what was committed when it began and yet writes over what was committed
// since: an edit of the clinic program's that nobody has seen would be lost.
void ClinicTables::require_unchanged(const TableMapping& table, const std::string& key) {
    const auto lock = backend_.row_lock();
    if (lock.empty()) return;
    const auto& form = prepared(table);
    SqlParameters parameters;
    for (auto& part : split_key(key, table.key.size())) parameters.emplace_back(std::move(part));
    const auto select = form.select + " WHERE " + key_condition(table, 0);
    if (session_.rows(select, parameters) == session_.rows(select + lock, parameters)) return;
    throw Error(ErrorCode::database_locked, "The database " + backend_.name() +
                                                " is in use by another program. The next sync "
                                                "tries again.");
}

void ClinicTables::update(const TableMapping& table, const std::string& key,
                          const std::map<std::string, Value>& columns) {
    require_unchanged(table, key);
    std::vector<std::string> assignments;
    SqlParameters parameters;
    for (const auto& [column, value] : columns) {
        auto written = backend_.write_expression(value, *this->column(table, column),
                                                 placeholder(parameters.size()));
        assignments.push_back(backend_.quote(column) + " = " + written.sql);
        parameters.push_back(std::move(written.parameter));
    }
    add_volatile(table, assignments, false);
    const auto condition = key_condition(table, parameters.size());
    for (auto& part : split_key(key, table.key.size())) parameters.emplace_back(std::move(part));
    session_.execute("UPDATE " + backend_.quote(table.table) + " SET " + joined(assignments, ", ") +
                         " WHERE " + condition,
                     parameters);
}

Digest ClinicTables::content_of(const RawRow& row) {
    std::string content;
    for (const auto& [column, value] : row.columns) {
        if (!row.table->travels(column) || row.table->volatile_column(column) != nullptr) continue;
        const auto* by = row.table->lookup(column);
        const auto natural =
            by == nullptr || value.is_null() ? std::nullopt : lookup(*by, value.bytes);
        append(content, column);
        content += static_cast<char>('0' + static_cast<int>(value.kind));
        content += natural ? 'n' : '-';
        append(content, natural.value_or(value.bytes));
    }
    return sha256(content);
}

std::optional<std::string> ClinicTables::lookup(const Lookup& lookup,
                                                const std::string& target_value) {
    const auto memo = "to " + memo_of(lookup) + target_value;
    const auto known = lookups_.find(memo);
    if (known != lookups_.end()) return known->second;
    std::vector<std::string> columns;
    for (const auto& column : lookup.by) columns.push_back(backend_.quote(column));
    std::optional<std::string> natural;
    session_.query("SELECT " + joined(columns, ", ") + " FROM " + backend_.quote(lookup.table) +
                       " WHERE " + backend_.quote(lookup.target) + " = :p0",
                   {target_value}, [&](const SqlRow& row) {
                       std::vector<std::string> parts;
                       for (const auto& part : row) parts.push_back(part.value_or(""));
                       natural = join_key(parts);
                   });
    lookups_.emplace(memo, natural);
    return natural;
}

std::optional<std::string> ClinicTables::reverse_lookup(const Lookup& lookup,
                                                        const std::string& natural_key) {
    const auto memo = "from " + memo_of(lookup) + natural_key;
    const auto known = lookups_.find(memo);
    if (known != lookups_.end()) return known->second;
    const auto parts = split_key(natural_key, lookup.by.size());
    std::optional<std::string> target;
    std::vector<std::string> conditions;
    SqlParameters parameters;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        conditions.push_back(backend_.quote(lookup.by[i]) + " = " + placeholder(i));
        parameters.emplace_back(parts[i]);
    }
    const auto found =
        session_.rows("SELECT " + backend_.quote(lookup.target) + " FROM " +
                          backend_.quote(lookup.table) + " WHERE " + joined(conditions, " AND "),
                      parameters);
    // Two rows of the same natural key: neither can be meant.
    if (found.size() == 1) target = found.front().front();
    lookups_.emplace(memo, target);
    return target;
}

}  // namespace cfs
